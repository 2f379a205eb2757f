"""Who may do what with courses."""

from __future__ import annotations

from doorstep.core.permissions import Permission, Scope, allow

EVERYONE = "city county township base teacher secretary trainee auditor"

TABLE: tuple[Permission, ...] = (
    # What can be taught is open to every signed-in person.
    allow("catalogue.view_course", EVERYONE, Scope.ANYWHERE),
)
