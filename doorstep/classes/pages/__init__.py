"""Pages of classes: the list, one class, its seats, people and leave, one's own classes."""
