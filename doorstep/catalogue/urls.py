"""Addresses of the menu."""

from __future__ import annotations

from django.urls import path

from doorstep.catalogue.pages import (
    courses,
    courses_editor,
    panoramas,
    panoramas_editor,
    panoramas_marks,
    routes,
    routes_editor,
)

app_name = "catalogue"
urlpatterns = [
    path("courses/", courses.courses, name="courses"),
    path("courses/new/", courses_editor.course_new, name="course_new"),
    path("courses/<int:course_id>/", courses.course, name="course"),
    path("courses/<int:course_id>/edit/", courses_editor.course_edit, name="course_edit"),
    path("courses/<int:course_id>/teachers/", courses_editor.course_teachers, name="course_teachers"),
    path("courses/<int:course_id>/review/", courses.course_review, name="course_review"),
    path("courses/<int:course_id>/premium/", courses.course_premium, name="course_premium"),
    path("courses/<int:course_id>/turn/", courses.course_turn, name="course_turn"),
    path("routes/", routes.routes, name="routes"),
    path("routes/new/", routes_editor.route_new, name="route_new"),
    path("routes/<int:route_id>/", routes.route, name="route"),
    path("routes/<int:route_id>/edit/", routes_editor.route_edit, name="route_edit"),
    path("routes/<int:route_id>/map.svg", routes.route_map, name="route_map"),
    path("routes/<int:route_id>/print/", routes.route_print, name="route_print"),
    path("routes/<int:route_id>/publish/", routes.route_publish, name="route_publish"),
    path("routes/<int:route_id>/turn/", routes.route_turn, name="route_turn"),
    path("routes/<int:route_id>/view/", panoramas.route_view, name="route_view"),
    path("portal/routes/<int:route_id>/view/", panoramas.public_route_view, name="public_route_view"),
    path("portal/panoramas/<str:folder>/<str:part>", panoramas.public_picture, name="public_picture"),
    path("bases/<int:base_id>/panoramas/", panoramas_editor.panoramas, name="panoramas"),
    path("bases/<int:base_id>/panoramas/new/", panoramas_editor.panorama_new, name="panorama_new"),
    path("panoramas/<int:panorama_id>/", panoramas_editor.panorama, name="panorama"),
    path("panoramas/<int:panorama_id>/picture/", panoramas_editor.panorama_replace, name="panorama_replace"),
    path("panoramas/<int:panorama_id>/turn/", panoramas_editor.panorama_turn, name="panorama_turn"),
    path("panoramas/<int:panorama_id>/marks/new/", panoramas_marks.mark_new, name="mark_new"),
    path("panoramas/marks/<int:mark_id>/", panoramas_marks.mark, name="mark"),
    path("panoramas/marks/<int:mark_id>/turn/", panoramas_marks.mark_turn, name="mark_turn"),
    path(
        "panoramas/<int:panorama_id>/pictures/<str:folder>/<str:part>",
        panoramas.panorama_picture,
        name="panorama_picture",
    ),
]
