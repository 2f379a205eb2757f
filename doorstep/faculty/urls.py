"""Addresses of teachers."""

from __future__ import annotations

from django.urls import path

from doorstep.faculty import pages

app_name = "faculty"
urlpatterns = [
    path("teachers/", pages.teachers, name="teachers"),
    path("teachers/<int:teacher_id>/", pages.teacher, name="teacher"),
]
