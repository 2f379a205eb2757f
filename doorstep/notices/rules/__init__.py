"""Pure decisions about texts for the public."""
