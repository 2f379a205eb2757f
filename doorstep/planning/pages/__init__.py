"""The pages of the yearly plans."""
