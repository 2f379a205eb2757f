"""How the planned city gets into the tables."""
