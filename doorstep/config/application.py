"""The application that the web server loads: Django behind the gateway."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doorstep.config.settings")
_pages = get_wsgi_application()

from doorstep.attendance.api.door import CheckInDoor  # noqa: E402  (needs the settings)
from doorstep.config.gateway import Gateway  # noqa: E402
from doorstep.config.serving import web_size  # noqa: E402

application = Gateway(_pages, CheckInDoor(), threads=web_size()[1])

# What is loaded stays: the collector need not look at it again, and an upload of arrivals is no reason to look at all.
YOUNG_OBJECTS = 10_000
gc.collect()
gc.freeze()
gc.set_threshold(YOUNG_OBJECTS, *gc.get_threshold()[1:])
