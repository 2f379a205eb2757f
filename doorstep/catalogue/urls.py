"""Addresses of the menu."""

from __future__ import annotations

from django.urls import path

from doorstep.catalogue.pages import (
    cases,
    cases_editor,
    courses,
    courses_editor,
    materials,
    routes,
    routes_editor,
    stock,
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
    path("materials/", materials.materials, name="materials"),
    path("materials/new/", materials.material_new, name="material_new"),
    path("materials/<int:material_id>/", materials.material, name="material"),
    path("materials/<int:material_id>/edit/", materials.material_edit, name="material_edit"),
    path("materials/<int:material_id>/turn/", materials.material_turn, name="material_turn"),
    path("materials/<int:material_id>/editions/new/", materials.edition_new, name="edition_new"),
    path("materials/editions/<int:edition_id>/courses/", materials.edition_courses, name="edition_courses"),
    path("materials/editions/<int:edition_id>/file/", materials.edition_file, name="edition_file"),
    path("materials/stock/", stock.stock, name="stock"),
    path("materials/stock/<int:unit_id>/", stock.stock_of, name="stock_of"),
    path("materials/movements/", stock.movements, name="movements"),
    path("materials/sendings/", stock.sendings, name="sendings"),
    path("materials/sendings/<int:sending_id>/", stock.sending, name="sending"),
    path("cases/", cases.cases, name="cases"),
    path("cases/new/", cases_editor.case_new, name="case_new"),
    path("cases/<int:case_id>/", cases.case, name="case"),
    path("cases/<int:case_id>/edit/", cases_editor.case_edit, name="case_edit"),
    path("cases/<int:case_id>/print/", cases.case_print, name="case_print"),
    path("cases/<int:case_id>/turn/", cases.case_turn, name="case_turn"),
    path("cases/<int:case_id>/review/", cases.case_review, name="case_review"),
    path("cases/<int:case_id>/course/", cases.case_course, name="case_course"),
    path("cases/<int:case_id>/files/", cases_editor.case_files, name="case_files"),
    path("cases/<int:case_id>/files/<int:file_id>/", cases.case_file, name="case_file"),
]
