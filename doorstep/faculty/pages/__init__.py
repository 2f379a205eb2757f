"""Pages of teachers and their pools."""
