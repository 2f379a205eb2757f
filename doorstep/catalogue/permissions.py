"""Who may do what with courses and routes."""

from __future__ import annotations

from doorstep.core.permissions import Permission, Scope, allow

EVERYONE = "city county township base teacher secretary trainee auditor"
STAFF = "city county township base"

TABLE: tuple[Permission, ...] = (
    # What can be taught is open to every signed-in person.
    allow("catalogue.view_course", EVERYONE, Scope.ANYWHERE),
    # What is not accepted yet is between the unit that writes it and the levels above.
    allow("catalogue.write_course", STAFF, Scope.SUBTREE),
    allow("catalogue.review_course", "city county", Scope.SUBTREE),
    allow("catalogue.name_premium", "city", Scope.SUBTREE),
    # So are published routes; the others are between the unit and the levels above, who may plan for it.
    allow("catalogue.view_route", EVERYONE, Scope.ANYWHERE),
    allow("catalogue.plan_route", STAFF, Scope.SUBTREE),
    # A township plans, its county publishes.
    allow("catalogue.publish_route", "city county", Scope.SUBTREE),
    # What one sees of a place is as open as the place; what is not shown yet is for who keeps it and the levels above.
    allow("catalogue.view_panorama", EVERYONE, Scope.ANYWHERE),
    allow("catalogue.keep_panorama", STAFF, Scope.SUBTREE),
)
