"""Addresses of the directory."""

from __future__ import annotations

from django.urls import path

from doorstep.directory.pages import imports, members, offices, people, posts, sign_in, units

app_name = "directory"
urlpatterns = [
    path("login/", sign_in.sign_in, name="sign_in"),
    path("logout/", sign_in.sign_out, name="sign_out"),
    path("password/", sign_in.password, name="password"),
    path("preferences/", sign_in.preferences, name="preferences"),
    path("role/", sign_in.switch_role, name="switch_role"),
    path("people/", people.people, name="people"),
    path("people/left/", members.left, name="left"),
    path("people/left/<int:membership_id>/", members.left_back, name="left_back"),
    path("people/<int:person_id>/leave/", members.person_leave, name="person_leave"),
    path("people/<int:person_id>/", people.person, name="person"),
    path("people/<int:person_id>/reveal/", people.reveal, name="reveal"),
    path("people/<int:person_id>/move/", people.move, name="move"),
    path("people/<int:person_id>/posts/new/", posts.post_new, name="post_new"),
    path("people/posts/<int:post_id>/end/", posts.post_end, name="post_end"),
    path("imports/", imports.imports, name="imports"),
    path("imports/template/", imports.import_template, name="import_template"),
    path("imports/export/", imports.import_export, name="import_export"),
    path("imports/<int:import_id>/", imports.roster_import, name="import"),
    path("imports/<int:import_id>/progress/", imports.import_progress, name="import_progress"),
    path("imports/<int:import_id>/answer/", imports.import_answer, name="import_answer"),
    path("imports/<int:import_id>/write/", imports.import_write, name="import_write"),
    path("imports/<int:import_id>/undo/", imports.import_undo, name="import_undo"),
    path("imports/<int:import_id>/drop/", imports.import_drop, name="import_drop"),
    path("imports/<int:import_id>/workbook/", imports.import_workbook, name="import_workbook"),
    path("units/", offices.units, name="units"),
    path("units/<int:unit_id>/", offices.unit, name="unit"),
    path("units/<int:unit_id>/people/new/", members.person_new, name="person_new"),
    path("units/<int:unit_id>/new/", units.unit_new, name="unit_new"),
    path("units/<int:unit_id>/change/", units.unit_change, name="unit_change"),
    path("units/<int:unit_id>/move/", units.unit_move, name="unit_move"),
    path("units/<int:unit_id>/end/", units.unit_end, name="unit_end"),
    path("units/<int:unit_id>/reopen/", units.unit_reopen, name="unit_reopen"),
    path("accounts/", offices.accounts, name="accounts"),
    path("accounts/new/", offices.account_new, name="account_new"),
    path("accounts/<int:account_id>/", offices.account, name="account"),
    path("accounts/roles/<int:grant_id>/end/", offices.role_end, name="role_end"),
    path("tokens/", offices.tokens, name="tokens"),
    path("tokens/<int:token_id>/revoke/", offices.token_revoke, name="token_revoke"),
    path("activity/", offices.activity, name="activity"),
]
