"""The least that could do the same work, kept for comparison."""
