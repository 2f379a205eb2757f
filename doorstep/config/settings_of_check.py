"""The settings of a process that only checks a roster: it loads the floors up to `directory` and none above them."""

from __future__ import annotations

from doorstep.config.settings import *  # noqa: F403

INSTALLED_APPS = [
    "doorstep.core",
    "doorstep.directory",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.postgres",
    "pgtrigger",
    "procrastinate.contrib.django",
]
PROCRASTINATE_IMPORT_PATHS = ["doorstep.core.jobs", "doorstep.directory.jobs.roster"]
