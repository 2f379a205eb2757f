"""Adds the figures of joint classes, field classes and booking, where the shipped figures were loaded before them."""

from importlib import import_module

from django.db import migrations

roster_figures = import_module("doorstep.core.migrations.0006_roster_figures")


class Migration(migrations.Migration):
    """The figures of joint use."""

    dependencies = [("core", "0011_courses")]
    operations = [migrations.RunPython(roster_figures.add, migrations.RunPython.noop)]
