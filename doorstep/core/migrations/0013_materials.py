"""Adds the figures of materials and photographs, where the shipped ones were loaded before they were among them."""

from importlib import import_module

from django.db import migrations

roster_figures = import_module("doorstep.core.migrations.0006_roster_figures")


class Migration(migrations.Migration):
    """The figures of stocks of materials, and of photographs of places."""

    dependencies = [("core", "0012_packages")]
    operations = [migrations.RunPython(roster_figures.add, migrations.RunPython.noop)]
