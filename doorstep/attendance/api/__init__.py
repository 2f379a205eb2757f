"""The door for machines and devices."""
