"""How Django loads the planning app."""

from __future__ import annotations

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """Loads the app's permission rows, events and handlers."""

    name = "doorstep.planning"
    label = "planning"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register permission rows, events and handlers."""
        from doorstep.core.registry import load_rooms

        load_rooms(self.name)
