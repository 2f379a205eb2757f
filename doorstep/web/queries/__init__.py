"""What the shell composes from the rooms below: home pages, search."""
