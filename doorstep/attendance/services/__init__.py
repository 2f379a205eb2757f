"""Every write about who was in the room."""
