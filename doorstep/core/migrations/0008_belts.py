"""Adds the five ones of belts and how ways are estimated, where the shipped figures were loaded before they were among them."""

from importlib import import_module

from django.db import migrations

roster_figures = import_module("doorstep.core.migrations.0006_roster_figures")


class Migration(migrations.Migration):
    """The five ones of belts."""

    dependencies = [("core", "0007_standards_of_bases")]
    operations = [migrations.RunPython(roster_figures.add, migrations.RunPython.noop)]
