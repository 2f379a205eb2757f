"""Pages of what a class comes to."""
