"""Who may do what with teachers."""

from __future__ import annotations

from doorstep.core.permissions import Permission, Scope, allow

STAFF = "city county township base"

TABLE: tuple[Permission, ...] = (
    # One's own pool, those below, and those of the units above that lend their teachers.
    allow("faculty.view_teacher", f"{STAFF} auditor", Scope.SUBTREE),
    allow("faculty.view_teacher", f"{STAFF} teacher secretary auditor", Scope.LINE),
)
