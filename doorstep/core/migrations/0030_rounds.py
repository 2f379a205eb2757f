"""Adds how far a round of lectures is planned at once, where the shipped figures were loaded before that was among them."""

from importlib import import_module

from django.db import migrations

roster_figures = import_module("doorstep.core.migrations.0006_roster_figures")


class Migration(migrations.Migration):
    """The most places and days of a round that is proposed."""

    dependencies = [("core", "0029_days_of_places")]
    operations = [migrations.RunPython(roster_figures.add, migrations.RunPython.noop)]
