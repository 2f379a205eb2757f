"""Who may do what with bases, venues and the evidence for their standards."""

from __future__ import annotations

from doorstep.core.permissions import Permission, Scope, allow

EVERYONE = "city county township base teacher secretary trainee auditor"
STAFF = "city county township base"

TABLE: tuple[Permission, ...] = (
    # Where one can train is no secret: every signed-in person may look it up.
    allow("bases.view_base", EVERYONE, Scope.ANYWHERE),
    # What a base shows for its standard is between it and the levels above.
    allow("bases.view_evidence", f"{STAFF} auditor", Scope.SUBTREE),
    allow("bases.file_evidence", STAFF, Scope.SUBTREE),
    # A belt is built together: whoever keeps one of its places files for it too.
    allow("bases.view_evidence", STAFF, Scope.SHARED),
    allow("bases.file_evidence", STAFF, Scope.SHARED),
    # Points, mobile schools, halls and micro-sites are entered where they are, schools by the county, the rest by
    # the city; whoever may enter a base may also end it.
    allow("bases.enter_base", "city county township", Scope.SUBTREE),
    allow("bases.enter_school", "city county", Scope.SUBTREE),
    allow("bases.enter_top_base", "city", Scope.SUBTREE),
    # Which points teach the new thought, all over the city, is the city's word.
    allow("bases.flag_point", "city", Scope.SUBTREE),
    # Its rooms, their hours, what is lent to it, how many people it receives.
    allow("bases.keep_base", STAFF, Scope.SUBTREE),
    # A venue is booked by whoever acts for the unit that wants it; the unit's line and the keeper's see it and may give
    # it back. That nobody came is said by who keeps the room.
    allow("bases.view_reservation", f"{STAFF} secretary auditor", Scope.SUBTREE),
    allow("bases.reserve_venue", f"{STAFF} secretary", Scope.SUBTREE),
    allow("bases.cancel_reservation", f"{STAFF} secretary", Scope.SUBTREE),
    allow("bases.expire_holds", "", Scope.ANYWHERE),  # the job
    # Who came to see it outside any class, counted by those who keep it.
    allow("bases.view_visit", f"{STAFF} auditor", Scope.SUBTREE),
    allow("bases.count_visit", STAFF, Scope.SUBTREE),
    # Its photographs are taken by who keeps it (bases.keep_base) and shown once the level above has looked at them.
    allow("bases.publish_photo", "city county", Scope.SUBTREE),
    # The rules of a school: written by it or the levels above, read by who works there and by those levels.
    allow("bases.view_regulation", f"{STAFF} teacher auditor", Scope.SUBTREE),
    allow("bases.issue_regulation", STAFF, Scope.SUBTREE),
    allow("bases.acknowledge_regulation", f"{STAFF} teacher", Scope.SUBTREE),
    # At the place of the base, or of the unit that looks after it from outside the line.
    allow("bases.review_evidence", "city county", Scope.SUBTREE),
    allow("bases.steward_base", "city", Scope.SUBTREE),
    # A belt is its county's; the city may do it for them.
    allow("bases.plan_belt", "city county", Scope.SUBTREE),
    allow("bases.publish_belt", "city county", Scope.SUBTREE),
    allow("bases.judge_standards", "city", Scope.ANYWHERE),
    allow("bases.load_travel", "", Scope.ANYWHERE),  # an operator, from the command line
)
