"""Who may see who is covered and who is left."""

from __future__ import annotations

from doorstep.core.permissions import Permission, Scope, allow

TABLE: tuple[Permission, ...] = (
    allow("coverage.view_coverage", "city county township base secretary", Scope.SUBTREE),
    allow("coverage.view_left", "city county township secretary", Scope.SUBTREE),
    allow("coverage.rebuild", "city", Scope.ANYWHERE),
)
