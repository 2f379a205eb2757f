"""Every write of teachers and their pools."""
