"""Who may show a code, take arrivals, keep and close a roll."""

from __future__ import annotations

from doorstep.core.permissions import Permission, Scope, allow

STAFF = "city county township base"
EVERYONE = "city county township base teacher secretary trainee auditor"

TABLE: tuple[Permission, ...] = (
    # by the place of the class; who holds it with others (shared) helps, only its organiser closes and corrects
    allow("attendance.view_roll", f"{STAFF} auditor", Scope.SUBTREE),
    allow("attendance.view_roll", STAFF, Scope.SHARED),
    allow("attendance.show_code", STAFF, Scope.SUBTREE),
    allow("attendance.show_code", STAFF, Scope.SHARED),
    allow("attendance.check_in", STAFF, Scope.SUBTREE),
    allow("attendance.check_in", STAFF, Scope.SHARED),
    allow("attendance.mark_roll", STAFF, Scope.SUBTREE),
    allow("attendance.mark_roll", STAFF, Scope.SHARED),
    allow("attendance.close_roll", STAFF, Scope.SUBTREE),
    allow("attendance.correct_mark", STAFF, Scope.SUBTREE),
    # oneself, with the code of the room
    allow("attendance.arrive", EVERYONE, Scope.SELF),
    allow("attendance.own_code", EVERYONE, Scope.SELF),
)
