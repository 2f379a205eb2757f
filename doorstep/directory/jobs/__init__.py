"""Background work of the directory: reading, checking and writing rosters."""
