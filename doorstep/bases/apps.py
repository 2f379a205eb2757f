"""How Django loads the bases app."""

from __future__ import annotations

from django.apps import AppConfig


class BasesConfig(AppConfig):
    """Loads the app's permission rows and handlers."""

    name = "doorstep.bases"
    label = "bases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register permission rows, events and handlers."""
        from doorstep.core.registry import load_rooms, state_choices, state_measure, state_ways

        load_rooms(self.name)
        state_choices("bases.spots", "doorstep.bases.queries.places:spots_in")
        state_choices("bases.demonstrations", "doorstep.bases.queries.places:demonstrations_in")
        state_measure("bases.shut", "doorstep.bases.queries.venues:shut_on")
        state_ways("bases.ways", "doorstep.bases.queries.ways:minutes_of")
