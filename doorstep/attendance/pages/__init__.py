"""Pages of the room, the phone and the roll."""
