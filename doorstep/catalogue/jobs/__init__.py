"""Background work of the menu: pictures all around are cut for the eye."""
