"""Every read of what can be ordered that leaves the app."""
