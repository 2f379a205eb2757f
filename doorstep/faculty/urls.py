"""Addresses of teachers and pools."""

from __future__ import annotations

from django.urls import path

from doorstep.faculty.pages import (
    editing,
    engagements,
    mentoring,
    pools,
    station_steps,
    stations,
    teachers,
    technicians,
    training,
    vetting,
)

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
    path("stations/", stations.stations, name="stations"),
    path("stations/new/", stations.station_new, name="station_new"),
    path("stations/schools/", stations.station_schools, name="station_schools"),
    path("stations/<int:station_id>/", stations.station, name="station"),
    path("stations/<int:station_id>/staff/", station_steps.station_staff, name="station_staff"),
    path("stations/<int:station_id>/schools/", station_steps.station_school, name="station_school"),
    path("stations/<int:station_id>/staff/<int:staff_id>/", station_steps.station_staff_end, name="station_staff_end"),
    path(
        "stations/<int:station_id>/schools/<int:school_id>/",
        station_steps.station_school_end,
        name="station_school_end",
    ),
    path("stations/<int:station_id>/coachings/", station_steps.coaching_new, name="coaching_new"),
    path("coachings/<int:coaching_id>/", station_steps.coaching_withdraw, name="coaching_withdraw"),
    path("mentorships/", mentoring.mentorships, name="mentorships"),
    path("mentorships/<int:mentorship_id>/", mentoring.mentorship, name="mentorship"),
    path("mentorships/<int:mentorship_id>/lessons/", mentoring.observation_new, name="observation_new"),
    path("mentorships/<int:mentorship_id>/close/", mentoring.mentorship_close, name="mentorship_close"),
    path("observations/<int:observation_id>/", mentoring.observation_withdraw, name="observation_withdraw"),
    path("teachers/<int:teacher_id>/mentor/", mentoring.mentorship_new, name="mentorship_new"),
    path("rights/", training.rights, name="rights"),
    path("rights/<int:right_id>/", training.right_withdraw, name="right_withdraw"),
    path("trainer-courses/", training.trainer_courses, name="trainer_courses"),
    path("trainer-courses/<int:course_id>/", training.trainer_course, name="trainer_course"),
    path("duties/", technicians.duties, name="duties"),
    path("duties/new/", technicians.duty_new, name="duty_new"),
    path("duties/<int:duty_id>/", technicians.duty, name="duty"),
    path("duties/sent/<int:sent_id>/", technicians.technician_recall, name="technician_recall"),
    path("absences/<int:absence_id>/", vetting.absence_drop, name="absence_drop"),
    path("teaching/absences/", vetting.own_absence, name="own_absence"),
    path("engagements/<int:engagement_id>/", engagements.engagement, name="engagement"),
    path("pools/", pools.pools, name="pools"),
    path("pools/new/", pools.pool_new, name="pool_new"),
]
