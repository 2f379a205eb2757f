"""Who may plan the year of a school, an academy or a county, and who approves it."""

from __future__ import annotations

from doorstep.core.permissions import Permission, Scope, allow
from doorstep.directory.permissions import STAFF

TABLE: tuple[Permission, ...] = (
    allow("planning.view_plan", f"{STAFF} auditor", Scope.SUBTREE),
    # Whose school or academy it is, and each county for itself, writes the plan; nobody above does so for them.
    allow("planning.write_plan", "township", Scope.SUBTREE),
    allow("planning.write_plan", "county base", Scope.OWN),
    # By the place of the office above; the city's academy has none, its plan is for the city's office, and whoever
    # handed a plan in never decides on it.
    allow("planning.approve_plan", "city county", Scope.SUBTREE),
)
