"""Pages of the menu."""
