"""What holds for what can be ordered."""
