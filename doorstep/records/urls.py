"""Addresses of what a class comes to."""

from __future__ import annotations

from django.urls import path

from doorstep.records import pages

app_name = "records"
urlpatterns = [
    path("classes/<int:class_id>/hours/", pages.class_hours, name="class_hours"),
    path("classes/<int:class_id>/archive/", pages.archive, name="archive"),
]
