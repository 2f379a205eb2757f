"""Addresses of coverage and of training files."""

from __future__ import annotations

from django.urls import path

from doorstep.coverage.pages import files, left, units

app_name = "coverage"
urlpatterns = [
    path("coverage/", units.coverage_home, name="coverage"),
    path("coverage/left/", left.left_home, name="left"),
    path("coverage/<int:unit_id>/", units.unit_page, name="unit"),
    path("coverage/<int:unit_id>/map.svg", units.unit_map, name="map"),
    path("coverage/<int:unit_id>/classes/", units.unit_classes, name="unit_classes"),
    path("coverage/<int:unit_id>/export/", units.unit_export, name="export"),
    path("coverage/<int:unit_id>/left/", left.unit_left, name="unit_left"),
    path("files/check/", files.file_check, name="file_check"),
    path("files/mine/", files.mine, name="mine"),
    path("files/<int:person_id>/", files.training_file, name="training_file"),
    path("files/<int:person_id>/print/", files.training_file_print, name="training_file_print"),
]
