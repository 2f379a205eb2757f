"""How Django loads the attendance app."""

from __future__ import annotations

from django.apps import AppConfig


class AttendanceConfig(AppConfig):
    """Loads the app's permission rows and handlers."""

    name = "doorstep.attendance"
    label = "attendance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register permission rows, events and handlers, and bear witness to the floor below."""
        from doorstep.attendance.queries.evidence import seen_at
        from doorstep.classes.queries.presence import hear
        from doorstep.core.registry import load_rooms

        load_rooms(self.name)
        hear(seen_at)
