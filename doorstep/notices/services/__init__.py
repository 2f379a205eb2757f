"""Every write of texts for the public."""
