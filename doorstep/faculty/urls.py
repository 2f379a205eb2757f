"""Addresses of teachers and pools."""

from __future__ import annotations

from django.urls import path

from doorstep.faculty.pages import editing, engagements, pools, teachers, vetting

app_name = "faculty"
urlpatterns = [
    path("teachers/", teachers.teachers, name="teachers"),
    path("teachers/new/", editing.teacher_new, name="teacher_new"),
    path("teachers/<int:teacher_id>/", teachers.teacher, name="teacher"),
    path("teachers/<int:teacher_id>/edit/", editing.teacher_edit, name="teacher_edit"),
    path("teachers/<int:teacher_id>/person/", editing.teacher_person, name="teacher_person"),
    path("teachers/<int:teacher_id>/turn/", teachers.teacher_turn, name="teacher_turn"),
    path("teachers/<int:teacher_id>/vet/", vetting.vetting_new, name="vetting_new"),
    path("teachers/<int:teacher_id>/absences/", vetting.absence_new, name="absence_new"),
    path("teachers/<int:teacher_id>/pools/", pools.pool_join, name="pool_join"),
    path("teachers/<int:teacher_id>/pools/<int:place_id>/", pools.pool_leave, name="pool_leave"),
    path("absences/<int:absence_id>/", vetting.absence_drop, name="absence_drop"),
    path("teaching/absences/", vetting.own_absence, name="own_absence"),
    path("engagements/<int:engagement_id>/", engagements.engagement, name="engagement"),
    path("pools/", pools.pools, name="pools"),
    path("pools/new/", pools.pool_new, name="pool_new"),
]
