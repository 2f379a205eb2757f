"""Every write of classes, seats and leave."""
