"""Every write of the yearly plans."""
