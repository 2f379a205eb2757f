"""How Django loads the coverage app."""

from __future__ import annotations

from django.apps import AppConfig


class CoverageConfig(AppConfig):
    """Loads the app's permission rows and handlers."""

    name = "doorstep.coverage"
    label = "coverage"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register permission rows, events and handlers."""
        from doorstep.core.registry import load_rooms, state_measure

        load_rooms(self.name)
        state_measure("people.hours", "doorstep.coverage.queries.people:hours_stand")
