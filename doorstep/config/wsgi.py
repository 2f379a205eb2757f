"""The WSGI door that granian serves."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doorstep.config.settings")
_pages = get_wsgi_application()

from doorstep.attendance.api.door import CheckInDoor  # noqa: E402  (needs the settings)

application = CheckInDoor(_pages)
