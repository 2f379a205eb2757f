"""How Django loads the directory app."""

from __future__ import annotations

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """Loads the app's permission rows and handlers."""

    name = "doorstep.directory"
    label = "directory"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register permission rows, events and handlers."""
        from doorstep.core.registry import load_rooms

        load_rooms(self.name)

        from doorstep.core.jobs import set_actor_loader
        from doorstep.directory.queries import actor_of_account_id

        set_actor_loader(actor_of_account_id)
