"""Addresses of the menu."""

from __future__ import annotations

from django.urls import path

from doorstep.catalogue.pages import routes, routes_editor

app_name = "catalogue"
urlpatterns = [
    path("routes/", routes.routes, name="routes"),
    path("routes/new/", routes_editor.route_new, name="route_new"),
    path("routes/<int:route_id>/", routes.route, name="route"),
    path("routes/<int:route_id>/edit/", routes_editor.route_edit, name="route_edit"),
    path("routes/<int:route_id>/map.svg", routes.route_map, name="route_map"),
    path("routes/<int:route_id>/print/", routes.route_print, name="route_print"),
    path("routes/<int:route_id>/publish/", routes.route_publish, name="route_publish"),
    path("routes/<int:route_id>/turn/", routes.route_turn, name="route_turn"),
]
