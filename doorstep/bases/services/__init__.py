"""Every write about bases."""
