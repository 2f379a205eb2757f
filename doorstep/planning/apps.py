"""How Django loads the planning app."""

from __future__ import annotations

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """Loads the app's permission rows, events and handlers."""

    name = "doorstep.planning"
    label = "planning"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register permission rows, events and handlers, and state which schools have a plan that holds."""
        from doorstep.core.registry import load_rooms, state_measure

        load_rooms(self.name)
        state_measure("plans.approved", "doorstep.planning.queries.plans:approved_plans")
