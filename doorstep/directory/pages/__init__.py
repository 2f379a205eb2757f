"""Pages of the directory: signing in, people, units, accounts, the log."""
