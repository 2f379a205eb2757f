"""How Django loads the web app."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Loads the app's permission rows and handlers."""

    name = "doorstep.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register permission rows, events and handlers, and tell core the words for a status."""
        from doorstep.core.listing import set_status_words
        from doorstep.core.registry import load_rooms
        from doorstep.web.status_words import status_word

        load_rooms(self.name)
        set_status_words(status_word)
