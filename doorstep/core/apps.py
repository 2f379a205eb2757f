"""How Django loads the core app."""

from __future__ import annotations

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Loads the app's permission rows and handlers, and the words of fields."""

    name = "doorstep.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register permission rows, events and handlers; let fields speak plainly."""
        from doorstep.core.registry import load_rooms
        from doorstep.core.turning import speak_plainly

        load_rooms(self.name)
        speak_plainly()
