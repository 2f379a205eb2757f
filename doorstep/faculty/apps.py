"""How Django loads the faculty app."""

from __future__ import annotations

from django.apps import AppConfig


class FacultyConfig(AppConfig):
    """Loads the app's permission rows and handlers."""

    name = "doorstep.faculty"
    label = "faculty"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register permission rows, events and handlers."""
        from doorstep.core.registry import load_rooms, state_measure

        load_rooms(self.name)
        state_measure("teachers.pool", "doorstep.faculty.queries:pool_sizes")
        state_measure("links.of_base", "doorstep.faculty.queries.links:links_of_bases")
