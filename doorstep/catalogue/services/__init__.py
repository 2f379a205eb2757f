"""How the menu is changed."""
