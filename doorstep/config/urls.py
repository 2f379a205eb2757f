"""Every address of the product."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("doorstep.web.urls")),
    path("api/v1/", include("doorstep.web.api")),
    path("", include("doorstep.core.urls")),
    path("", include("doorstep.directory.urls")),
    path("", include("doorstep.notices.urls")),
    path("", include("doorstep.coverage.urls")),
    path("", include("doorstep.planning.urls")),
    path("", include("doorstep.records.urls")),
    path("", include("doorstep.bases.urls")),
    path("", include("doorstep.faculty.urls")),
    path("", include("doorstep.catalogue.urls")),
    path("", include("doorstep.classes.urls")),
    path("", include("doorstep.attendance.urls")),
]

handler400 = "doorstep.web.pages.bad_request"
handler403 = "doorstep.web.pages.forbidden"
handler404 = "doorstep.web.pages.not_found"
handler500 = "doorstep.web.pages.server_error"
