"""Pages of bases, and of the evidence for their standards."""
