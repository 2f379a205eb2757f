"""Addresses of the menu."""

from __future__ import annotations

from django.urls import path

from doorstep.catalogue.pages import courses, courses_editor, packages, packages_editor, routes, routes_editor

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
    path("packages/", packages.packages, name="packages"),
    path("packages/new/", packages_editor.package_new, name="package_new"),
    path("packages/<int:package_id>/", packages.package, name="package"),
    path("packages/<int:package_id>/edit/", packages_editor.package_edit, name="package_edit"),
    path("packages/<int:package_id>/print/", packages.package_print, name="package_print"),
    path("packages/<int:package_id>/publish/", packages.package_publish, name="package_publish"),
    path("packages/<int:package_id>/turn/", packages.package_turn, name="package_turn"),
    path("packages/<int:package_id>/versions/", packages.package_versions, name="package_versions"),
    path("routes/", routes.routes, name="routes"),
    path("routes/new/", routes_editor.route_new, name="route_new"),
    path("routes/<int:route_id>/", routes.route, name="route"),
    path("routes/<int:route_id>/edit/", routes_editor.route_edit, name="route_edit"),
    path("routes/<int:route_id>/map.svg", routes.route_map, name="route_map"),
    path("routes/<int:route_id>/print/", routes.route_print, name="route_print"),
    path("routes/<int:route_id>/publish/", routes.route_publish, name="route_publish"),
    path("routes/<int:route_id>/turn/", routes.route_turn, name="route_turn"),
]
