"""Pages on which departments write for the public."""
