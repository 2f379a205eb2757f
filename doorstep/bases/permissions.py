"""Who may do what with bases and venues."""

from __future__ import annotations

from doorstep.core.permissions import Permission, Scope, allow

EVERYONE = "city county township base teacher secretary trainee auditor"

TABLE: tuple[Permission, ...] = (
    # Where one can train is no secret: every signed-in person may look it up.
    allow("bases.view_base", EVERYONE, Scope.ANYWHERE),
)
