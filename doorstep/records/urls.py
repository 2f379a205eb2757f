"""Addresses of what a class comes to."""

from __future__ import annotations

from django.urls import path

from doorstep.records.pages import archive, joint

app_name = "records"
urlpatterns = [
    path("classes/<int:class_id>/hours/", archive.class_hours, name="class_hours"),
    path("classes/<int:class_id>/shares/", joint.class_shares, name="class_shares"),
    path("classes/joint/", joint.joint, name="joint"),
    path("classes/<int:class_id>/archive/", archive.archive, name="archive"),
]
