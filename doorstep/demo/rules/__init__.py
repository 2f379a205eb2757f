"""What the demo city looks like, worked out from a seed alone."""
