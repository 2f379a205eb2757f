"""How Django loads the classes app."""

from __future__ import annotations

from django.apps import AppConfig


class ClassesConfig(AppConfig):
    """Loads the app's permission rows and handlers."""

    name = "doorstep.classes"
    label = "classes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register permission rows, events and handlers."""
        from doorstep.core.registry import load_rooms, state_measure

        load_rooms(self.name)
        state_measure("materials.lacking", "doorstep.classes.queries.materials:copies_lacking_at")
        state_measure("classes.of_courses", "doorstep.classes.queries.curriculum:classes_of_courses")
