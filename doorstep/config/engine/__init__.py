"""Django's PostgreSQL, where a commit counts only when the server said so without a warning."""
