"""Who may do what with teachers."""

from __future__ import annotations

from doorstep.core.permissions import Permission, Scope, allow

STAFF = "city county township base"
OFFICES = "city county township"
EVERYONE = "city county township base teacher secretary trainee auditor"

TABLE: tuple[Permission, ...] = (
    # One's own pool, those below, and those of the units above that lend their teachers.
    allow("faculty.view_teacher", f"{STAFF} auditor", Scope.SUBTREE),
    allow("faculty.view_teacher", f"{STAFF} teacher secretary auditor", Scope.LINE),
    # pools are kept by those who have them; who may teach is decided by an office, never by a base
    allow("faculty.keep_pool", OFFICES, Scope.SUBTREE),
    allow("faculty.keep_teacher", STAFF, Scope.SUBTREE),
    allow("faculty.vet_teacher", OFFICES, Scope.SUBTREE),
    # a guidance station is kept by an office; what was coached is told by the office or by who coached
    allow("faculty.keep_station", OFFICES, Scope.SUBTREE),
    allow("faculty.coach_school", OFFICES, Scope.SUBTREE),
    allow("faculty.coach_school", EVERYONE, Scope.SELF),
    # who sees a pair sees what was found of its teachers too: notes of vettings, checks of guides, who did not pass
    # a pair is begun and signed off by the office of the apprentice; the mentor tells of the lessons
    allow("faculty.view_mentorship", f"{STAFF} auditor", Scope.SUBTREE),
    allow("faculty.view_mentorship", EVERYONE, Scope.SELF),
    allow("faculty.keep_mentorship", OFFICES, Scope.SUBTREE),
    allow("faculty.observe_lesson", OFFICES, Scope.SUBTREE),
    allow("faculty.observe_lesson", EVERYONE, Scope.SELF),
    # trainer courses and rights to teach are the county's, not each school's
    allow("faculty.train_teacher", "city county", Scope.SUBTREE),
    # officials care for guides at the office's word; what departments owe is kept by the office above them
    allow("faculty.keep_guide", OFFICES, Scope.SUBTREE),
    allow("faculty.keep_duty", "city county", Scope.SUBTREE),
    # a teacher is asked by who holds the class, at its place; answers are the teacher's, or of who keeps them
    allow("faculty.engage_teacher", STAFF, Scope.SUBTREE),
    allow("faculty.answer_engagement", STAFF, Scope.SUBTREE),
    allow("faculty.answer_engagement", EVERYONE, Scope.SELF),
    allow("faculty.remind_teachers", "", Scope.ANYWHERE),  # the product by itself, as a lesson comes near
    # when one cannot teach: said by the teacher, or by who keeps them
    allow("faculty.note_absence", STAFF, Scope.SUBTREE),
    allow("faculty.note_absence", EVERYONE, Scope.SELF),
    # groups that go round, with their members, topics, tours and lectures: the office of the unit they stand at
    allow("faculty.keep_group", OFFICES, Scope.SUBTREE),
    # liaison points are the city's; who is linked to a school or a teaching point is said by its offices
    allow("faculty.keep_point", "city", Scope.SUBTREE),
    allow("faculty.keep_link", OFFICES, Scope.SUBTREE),
    # a link is seen like the teachers, and by the linked teacher
    allow("faculty.view_link", f"{STAFF} auditor", Scope.SUBTREE),
    allow("faculty.view_link", f"{STAFF} teacher secretary auditor", Scope.LINE),
    allow("faculty.view_link", EVERYONE, Scope.SELF),
    # a visit is logged by who made it, or at the place
    allow("faculty.log_visit", STAFF, Scope.SUBTREE),
    allow("faculty.log_visit", EVERYONE, Scope.SELF),
    # which county leader is linked to a school is not for the school to say; that the lesson was given is
    allow("faculty.keep_leader", "city county", Scope.SUBTREE),
    allow("faculty.enter_first_lesson", OFFICES, Scope.SUBTREE),
)
