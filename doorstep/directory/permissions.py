"""Who may do what with units, people, accounts, lists and policies."""

from __future__ import annotations

from doorstep.core.permissions import Permission, Scope, allow

OFFICES = "city county township"
STAFF = "city county township base"
KEEPERS = "city county township secretary"
WORKING = "city county township base teacher secretary"  # for a unit, beside those trained there and those who look on
STAFF_ROLES = ("city", "county", "township", "base", "teacher")  # at the place itself, those who teach there too
EVERYONE = "city county township base teacher secretary trainee auditor"

TABLE: tuple[Permission, ...] = (
    # units
    allow("directory.view_unit", EVERYONE, Scope.LINE),
    allow("directory.view_unit", "city county township base secretary", Scope.SUBTREE),
    allow("directory.found_unit", "city county township", Scope.SUBTREE),
    allow("directory.move_unit", "city county", Scope.SUBTREE),
    allow("directory.load_divisions", "", Scope.ANYWHERE),  # the product itself, when it is installed or updated
    # people
    allow("directory.view_person", KEEPERS, Scope.SUBTREE),
    allow("directory.view_person", "trainee teacher", Scope.SELF),
    allow("directory.view_person", EVERYONE, Scope.SELF),
    allow("directory.reveal_person", OFFICES, Scope.SUBTREE),
    allow("directory.reveal_person", "secretary", Scope.SUBTREE),
    allow("directory.edit_person", KEEPERS, Scope.SUBTREE),
    allow("directory.move_member", OFFICES, Scope.SUBTREE),
    allow("directory.appoint_post", OFFICES, Scope.SUBTREE),
    # rosters
    allow("directory.import_roster", KEEPERS, Scope.SUBTREE),
    # accounts
    allow("directory.view_account", OFFICES, Scope.SUBTREE),
    allow("directory.open_account", OFFICES, Scope.SUBTREE),
    allow("directory.grant_role", OFFICES, Scope.SUBTREE),
    allow("directory.own_account", EVERYONE, Scope.ANYWHERE),
    # the log, lists, rules
    allow("directory.view_activity", "auditor", Scope.SUBTREE),
    allow("core.export_list", "city county township base secretary auditor", Scope.SUBTREE),
    allow("core.keep_view", EVERYONE, Scope.ANYWHERE),
    allow("core.change_policy", "city county", Scope.SUBTREE),
)
