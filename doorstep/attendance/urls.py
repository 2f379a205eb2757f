"""Addresses of the room, the phone and the roll."""

from __future__ import annotations

from django.urls import path

from doorstep.attendance.pages import kit, phone, rolls, room

app_name = "attendance"
urlpatterns = [
    path("room/<int:session_id>/", room.room, name="room"),
    path("room/<int:session_id>/state/", room.room_state, name="room_state"),
    path("c/", phone.typed, name="typed"),
    path("c/<str:code>/", phone.code, name="code"),
    path("bases/<int:base_id>/kit/", kit.kit, name="kit"),
    path("me/code/", phone.my_code, name="my_code"),
    path("classes/<int:class_id>/roll/", rolls.roll, name="roll"),
    path("classes/<int:class_id>/roll/paper/", rolls.paper, name="paper"),
    path("classes/<int:class_id>/roll/close/", rolls.close, name="close"),
    path("classes/<int:class_id>/scan/", rolls.scan, name="scan"),
    path("sessions/<int:session_id>/marks/", rolls.marks, name="marks"),
    path("sessions/<int:session_id>/marks/<int:person_id>/", rolls.correct, name="correct"),
]
