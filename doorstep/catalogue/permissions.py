"""Who may do what with courses, routes, packages, materials and cases."""

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
    # And packages go the way of routes.
    allow("catalogue.view_package", EVERYONE, Scope.ANYWHERE),
    allow("catalogue.plan_package", STAFF, Scope.SUBTREE),
    allow("catalogue.publish_package", "city county", Scope.SUBTREE),
    # Who may order anywhere keeps what was ordered as it stood.
    allow("catalogue.freeze_package", f"{STAFF} secretary", Scope.ANYWHERE),
    # Which textbooks there are is open; the files are for those who teach and those who run classes.
    allow("catalogue.view_material", EVERYONE, Scope.ANYWHERE),
    allow("catalogue.read_material", f"{STAFF} teacher", Scope.ANYWHERE),
    allow("catalogue.keep_material", STAFF, Scope.SUBTREE),
    # Copies: one's own and those of the units below; what is on its way concerns both ends.
    allow("catalogue.view_stock", f"{STAFF} auditor", Scope.SUBTREE),
    allow("catalogue.move_stock", STAFF, Scope.SUBTREE),
    # Accepted cases are open; the others are between the unit and the levels above.
    allow("catalogue.view_case", EVERYONE, Scope.ANYWHERE),
    allow("catalogue.write_case", STAFF, Scope.SUBTREE),
    allow("catalogue.review_case", "city county", Scope.SUBTREE),
    # What one sees of a place is as open as the place; what is not shown yet is for who keeps it and the levels above.
    allow("catalogue.view_panorama", EVERYONE, Scope.ANYWHERE),
    allow("catalogue.keep_panorama", STAFF, Scope.SUBTREE),
    # A place keeps, its county publishes.
    allow("catalogue.publish_panorama", "city county", Scope.SUBTREE),
    # A contest of courses is open once it is called. The office that holds it names the jurors and alone sees the tally
    # before it is published; whoever is no juror judges nothing, and nobody judges what is their own.
    allow("catalogue.view_contest", EVERYONE, Scope.ANYWHERE),
    allow("catalogue.call_contest", "city", Scope.SUBTREE),
    allow("catalogue.view_tally", "city", Scope.SUBTREE),
    allow("catalogue.enter_contest", STAFF, Scope.SUBTREE),
    allow("catalogue.judge_contest", f"{STAFF} teacher", Scope.ANYWHERE),
    allow("catalogue.vote_contest", "secretary trainee", Scope.ANYWHERE),
    allow("catalogue.object_contest", "city county township base teacher secretary trainee", Scope.ANYWHERE),
)
