"""Pure decisions about codes, marks and the closing of a roll."""
