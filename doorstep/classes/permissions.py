"""Who may do what with classes, seats and leave."""

from __future__ import annotations

from doorstep.core.permissions import Permission, Scope, allow

STAFF = "city county township base"
OFFICES = "city county township"
KEEPERS = "city county township secretary"
EVERYONE = "city county township base teacher secretary trainee auditor"

TABLE: tuple[Permission, ...] = (
    # classes: one's own and those below, those run for us from above, those with seats for us, those one sits in
    allow("classes.view_class", f"{STAFF} secretary auditor", Scope.SUBTREE),
    allow("classes.view_class", EVERYONE, Scope.LINE),
    allow("classes.view_class", EVERYONE, Scope.SELF),
    allow("classes.view_class", f"{STAFF} secretary auditor", Scope.SHARED),
    allow("classes.open_class", STAFF, Scope.SUBTREE),
    allow("classes.edit_class", STAFF, Scope.SUBTREE),
    allow("classes.cancel_class", STAFF, Scope.SUBTREE),
    allow("classes.run_class", STAFF, Scope.SUBTREE),
    # who holds a class with others: its organiser asks, each answers for itself and helps on the day
    allow("classes.invite_host", STAFF, Scope.SUBTREE),
    allow("classes.answer_invitation", OFFICES, Scope.SUBTREE),
    allow("classes.end_hosting", OFFICES, Scope.SUBTREE),
    allow("classes.help_class", STAFF, Scope.SUBTREE),
    allow("classes.help_class", STAFF, Scope.SHARED),
    allow("classes.show_photo", STAFF, Scope.SUBTREE),
    allow("classes.show_photo", STAFF, Scope.SHARED),
    # guests of a base: by the place of the base
    allow("classes.view_guests", f"{STAFF} auditor", Scope.SUBTREE),
    allow("classes.object_to_guest", STAFF, Scope.SUBTREE),
    # how the bases of one's places teach, from the timetables of all classes held there
    allow("classes.view_modes", f"{STAFF} auditor", Scope.SUBTREE),
    # lectures under one name: anybody may see how far they are, offices plan them for those below
    allow("classes.view_campaign", EVERYONE, Scope.ANYWHERE),
    allow("classes.plan_campaign", OFFICES, Scope.SUBTREE),
    # orders: by the place of the unit that orders, and of the one it orders from
    allow("classes.view_order", f"{STAFF} secretary auditor", Scope.SUBTREE),
    allow("classes.place_order", f"{STAFF} secretary", Scope.SUBTREE),
    allow("classes.answer_order", STAFF, Scope.SUBTREE),
    allow("classes.watch_orders", "", Scope.ANYWHERE),  # the nightly job alone
    allow("classes.give_up_places", "", Scope.ANYWHERE),  # what follows a leaving alone
    # groups from outside: a stranger proves a number; what it ordered stands below no unit, at a place of its own
    allow("classes.prove_number", "stranger", Scope.ANYWHERE),
    allow("classes.view_order", "outside", Scope.SUBTREE),
    allow("classes.place_order", "outside", Scope.SUBTREE),
    allow("classes.order_from_outside", "outside", Scope.SUBTREE),
    allow("classes.keep_contract", STAFF, Scope.SUBTREE),
    allow("classes.keep_contract", "outside", Scope.SUBTREE),
    allow("classes.read_contract", f"{STAFF} auditor", Scope.SUBTREE),
    allow("classes.reveal_outside", STAFF, Scope.SUBTREE),
    allow("classes.view_outside", f"{STAFF} auditor", Scope.SUBTREE),
    allow("classes.watch_outside", "", Scope.ANYWHERE),  # short messages and the nightly job
    # what was chosen and what was assigned, as figures of a unit with everything below it
    allow("classes.view_will", f"{OFFICES} auditor", Scope.SUBTREE),
    allow("classes.count_will", "", Scope.ANYWHERE),  # handlers and the nightly job alone
    # seats
    allow("classes.hand_down_seats", STAFF, Scope.SUBTREE),
    allow("classes.pass_on_seats", KEEPERS, Scope.SUBTREE),
    # people in a class: by the place of the class for its organiser, by the place of the person for their keepers
    allow("classes.view_enrolment", f"{STAFF} secretary auditor", Scope.SUBTREE),
    allow("classes.view_enrolment", STAFF, Scope.SHARED),
    allow("classes.view_enrolment", EVERYONE, Scope.SELF),
    allow("classes.nominate", KEEPERS, Scope.SUBTREE),
    allow("classes.confirm_seats", STAFF, Scope.SUBTREE),
    allow("classes.replace_person", f"{STAFF} secretary", Scope.SUBTREE),
    allow("classes.withdraw_seat", f"{STAFF} secretary", Scope.SUBTREE),
    allow("classes.leave_waiting", f"{STAFF} secretary", Scope.SUBTREE),
    allow("classes.leave_waiting", EVERYONE, Scope.SELF),
    # leave
    allow("classes.view_leave", f"{STAFF} secretary auditor", Scope.SUBTREE),
    allow("classes.view_leave", EVERYONE, Scope.SELF),
    allow("classes.ask_leave", KEEPERS, Scope.SUBTREE),
    allow("classes.ask_leave", EVERYONE, Scope.SELF),
    allow("classes.report_back", f"{STAFF} secretary", Scope.SUBTREE),
    allow("classes.report_back", EVERYONE, Scope.SELF),  # whose leave it was, and the head of the class
    allow("classes.decide_leave", STAFF, Scope.SUBTREE),
    allow("classes.decide_leave", EVERYONE, Scope.SELF),  # the head of the class
    allow("classes.decide_day_leave", STAFF, Scope.SUBTREE),
    allow("classes.decide_long_leave", "city county", Scope.SUBTREE),
    # addresses under which other programs read calendars; what they show follows what their owner may see
    allow("classes.keep_feed", EVERYONE, Scope.ANYWHERE),
    # one's own classes
    allow("classes.view_own", EVERYONE, Scope.SELF),
)
