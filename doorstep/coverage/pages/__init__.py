"""Pages of coverage: who is covered, who is left, a person's training file."""
