"""Every write of units, people and accounts."""
