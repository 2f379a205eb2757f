"""The addresses of the yearly plans."""

from __future__ import annotations

from django.urls import path

from doorstep.planning.pages import lines, linking, lists, plans

app_name = "planning"

urlpatterns = [
    path("plans/", lists.schools, name="schools"),
    path("plans/lines/", lists.lines, name="lines"),
    path("plans/counties/", lists.counties, name="counties"),
    path("plans/new/", plans.plan_new, name="plan_new"),
    path("plans/<int:plan_id>/", plans.plan, name="plan"),
    path("plans/<int:plan_id>/turn/", plans.plan_turn, name="plan_turn"),
    path("plans/<int:plan_id>/decide/", plans.plan_decide, name="plan_decide"),
    path("plans/<int:plan_id>/lines/new/", lines.line_new, name="line_new"),
    path("plans/lines/<int:line_id>/edit/", lines.line_edit, name="line_edit"),
    path("plans/lines/<int:line_id>/drop/", lines.line_drop, name="line_drop"),
    path("plans/lines/<int:line_id>/move/", lines.line_move, name="line_move"),
    path("plans/lines/<int:line_id>/open/", linking.line_open, name="line_open"),
    path("plans/lines/<int:line_id>/link/", linking.line_link, name="line_link"),
    path("plans/links/<int:link_id>/end/", linking.link_end, name="link_end"),
]
