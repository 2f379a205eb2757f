"""Addresses of classes."""

from __future__ import annotations

from django.urls import path

from doorstep.classes.pages import (
    campaigns,
    guests,
    joint,
    leave,
    mine,
    modes,
    opening,
    overview,
    people,
    photos,
    seats,
)

app_name = "classes"
urlpatterns = [
    path("classes/", overview.classes, name="classes"),
    path("classes/new/", opening.class_new, name="new"),
    path("classes/modes/", modes.modes, name="modes"),
    path("classes/<int:class_id>/campaign/", campaigns.campaign_join, name="campaign_join"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new/", campaigns.campaign_new, name="campaign_new"),
    path("campaigns/<int:campaign_id>/", campaigns.campaign, name="campaign"),
    path("campaigns/<int:campaign_id>/edit/", campaigns.campaign_edit, name="campaign_edit"),
    path("campaigns/<int:campaign_id>/shares/", campaigns.campaign_shares, name="campaign_shares"),
    path("campaigns/<int:campaign_id>/turn/", campaigns.campaign_turn, name="campaign_turn"),
    path("classes/<int:class_id>/", overview.one, name="class"),
    path("classes/<int:class_id>/hosts/", joint.hosts, name="hosts"),
    path("classes/<int:class_id>/hosts/<int:host_id>/answer/", joint.host_answer, name="host_answer"),
    path("classes/<int:class_id>/hosts/<int:host_id>/end/", joint.host_end, name="host_end"),
    path("classes/<int:class_id>/sessions/<int:session_id>/photos/", photos.session_photos, name="photos"),
    path("classes/<int:class_id>/photos/<int:photo_id>/file/", photos.photo_file, name="photo_file"),
    path("classes/<int:class_id>/photos/<int:photo_id>/away/", photos.photo_away, name="photo_away"),
    path(
        "classes/<int:class_id>/objections/<int:objection_id>/settle/",
        guests.objection_settle,
        name="objection_settle",
    ),
    path("guests/", guests.guests, name="guests"),
    path("guests/<int:session_id>/", guests.guest, name="guest"),
    path("classes/<int:class_id>/edit/", overview.edit, name="edit"),
    path("classes/<int:class_id>/publish/", overview.publish, name="publish"),
    path("classes/<int:class_id>/cancel/", overview.cancel, name="cancel"),
    path("classes/<int:class_id>/sessions/new/", overview.session_new, name="session_new"),
    path("classes/<int:class_id>/sessions/<int:session_id>/", overview.session_edit, name="session"),
    path("classes/<int:class_id>/sessions/<int:session_id>/cancel/", overview.session_cancel, name="session_cancel"),
    path("classes/<int:class_id>/people/", people.people, name="people"),
    path("classes/<int:class_id>/nominate/", people.class_nominate, name="nominate"),
    path("classes/<int:class_id>/take-back/", people.take_back, name="take_back"),
    path("classes/<int:class_id>/confirm/", people.class_confirm, name="confirm"),
    path("classes/<int:class_id>/people/<int:person_id>/replace/", people.replace, name="replace"),
    path("classes/<int:class_id>/people/<int:person_id>/withdraw/", people.withdraw, name="withdraw"),
    path("classes/<int:class_id>/people/<int:person_id>/leave/", leave.leave_new, name="leave_new"),
    path("classes/<int:class_id>/seats/", seats.seats, name="seats"),
    path("classes/<int:class_id>/seats/<int:quota_id>/", seats.seats_pass_on, name="seats_pass_on"),
    path("classes/<int:class_id>/seats/call-in/", seats.seats_call_in, name="seats_call_in"),
    path("classes/<int:class_id>/leave/", leave.class_leaves, name="leaves"),
    path("leave/", leave.leaves, name="leave_list"),
    path("leave/<int:leave_id>/", leave.leave, name="leave"),
    path("leave/<int:leave_id>/back/", leave.leave_back, name="leave_back"),
    path("leave/<int:leave_id>/take-back/", leave.leave_take_back, name="leave_take_back"),
    path("me/", mine.me, name="me"),
]
