"""The commands of the apps under the names an operator types."""

from __future__ import annotations

from django.core.management import ManagementUtility
from django.core.management.base import BaseCommand


class NamedCommands(ManagementUtility):
    """Finds `import-roster` where Django has `import_roster`, so that its help calls it as it was called."""

    def fetch_command(self, subcommand: str) -> BaseCommand:
        """The command of this name, hyphens or not."""
        return super().fetch_command(subcommand.replace("-", "_"))
