"""Addresses of long tasks, exports and views of lists."""

from __future__ import annotations

from django.urls import path

from doorstep.core import pages

app_name = "core"
urlpatterns = [
    path("tasks/<uuid:task_id>/", pages.task_page, name="task"),
    path("tasks/<uuid:task_id>/file/", pages.task_file, name="task_file"),
    path("tasks/<uuid:task_id>/stop/", pages.task_stop, name="task_stop"),
    path("lists/<str:name>/export/", pages.list_export, name="list_export"),
    path("lists/<str:name>/views/", pages.view_keep, name="view_keep"),
    path("views/<int:view_id>/drop/", pages.view_drop, name="view_drop"),
]
