"""Addresses of bases."""

from __future__ import annotations

from django.urls import path

from doorstep.bases import pages

app_name = "bases"
urlpatterns = [
    path("bases/", pages.bases, name="bases"),
    path("bases/<int:base_id>/", pages.base, name="base"),
]
