"""Adds between which days a place opens and a rule begins, where the shipped figures were loaded without them."""

from importlib import import_module

from django.db import migrations

roster_figures = import_module("doorstep.core.migrations.0006_roster_figures")


class Migration(migrations.Migration):
    """The days of places and of their rules."""

    dependencies = [("core", "0028_waiting_order")]
    operations = [migrations.RunPython(roster_figures.add, migrations.RunPython.noop)]
