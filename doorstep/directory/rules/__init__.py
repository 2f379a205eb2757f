"""What is decided about units, people and rosters, without a database."""
