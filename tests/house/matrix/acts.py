"""Every service as a cell of the matrix: what it needs, said again here, and what it does when somebody lacks it."""

from __future__ import annotations

import importlib
import io
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from doorstep.bases.services.booking import BookingTerms
from doorstep.bases.services.places import PlaceFacts
from doorstep.catalogue.queries.panoramas_states import state_kept
from doorstep.catalogue.rules.panoramas import MarkFacts, PanoramaFacts
from doorstep.catalogue.services.materials import MaterialFacts
from doorstep.classes.queries.people import nominees
from doorstep.classes.rules.orders import Wish
from doorstep.classes.services.campaigns import CampaignFacts
from doorstep.classes.services.hosts import HostTerms
from doorstep.classes.services.quotes import Line
from doorstep.classes.services.refusals import LeaveGoesHigher, NominationsOver, NoQuota, OutsideTheQuota, QuotaUsedUp
from doorstep.core.clock import local
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.events import Occurrence
from doorstep.faculty.models import LinkVisit, StandingLink, Teacher
from doorstep.faculty.queries.spots import Spot
from doorstep.faculty.rules.engaging import Ask
from doorstep.faculty.services.guides import Point
from doorstep.faculty.services.training import Taught, TrainerCourseFacts
from doorstep.notices.queries.wording_checks import Words
from doorstep.notices.rules.texts import Letter
from doorstep.planning.queries.planners import Planner
from doorstep.planning.services.linking import Opening
from tests.cast import FOUNDED
from tests.factories.articles import article_facts
from tests.factories.classes import half_day, plan
from tests.factories.contests import contest_facts
from tests.factories.courses import course_facts
from tests.factories.groups import lecture_facts, stop_facts
from tests.factories.groups import visit_facts as visit_log_facts
from tests.factories.materials import BY_UNIT, FACTS, PDF, case_facts, picture
from tests.factories.messages import TRIED, circular_facts
from tests.factories.orders import order_facts
from tests.factories.outside import group_facts
from tests.factories.packages import package_plan
from tests.factories.panoramas import upload as panorama_upload
from tests.factories.plans import line_facts
from tests.factories.reservations import booking
from tests.factories.routes import route_plan
from tests.factories.teachers import teacher_facts
from tests.factories.visits import visit_facts
from tests.house.matrix.doors import rows_written
from tests.house.matrix.oracle import Need, all_allowed, place
from tests.house.matrix.world import NOON, Seat, World

# How somebody is told that it is not theirs to do.
REFUSED = (NotPermitted, NotFound)

Given = Callable[[World, Seat], dict[str, Any]]
Needs = Callable[[World, Seat], tuple[Need, ...]]


@dataclass(frozen=True)
class Act:
    """A service by its dotted name, what it needs, what it is given, and how else it tells that it is others' to do."""

    name: str
    needs: Needs
    given: Given
    told: tuple[type[Exception], ...] = ()

    def __str__(self) -> str:
        return self.name

    @property
    def module(self) -> str:
        """The module the service stands in."""
        return self.name.rpartition(".")[0]


def problem(act: Act, world: World, seat: Seat) -> str:
    """What is wrong with one cell, or nothing; what was written is taken back."""
    module, _, name = act.name.rpartition(".")
    service = getattr(importlib.import_module(f"doorstep.{module}"), name)
    given = act.given(world, seat)
    before, point = rows_written(), transaction.savepoint()
    refused: type[Exception] | None = None
    try:
        service(**given, actor=seat.actor)
    except Exception as error:
        refused = type(error)
    transaction.savepoint_rollback(point)
    connection.needs_rollback = False
    is_same = rows_written() == before
    said = refused.__name__ if refused else "done"
    words = (*REFUSED, *act.told)
    if all_allowed(seat.who, act.needs(world, seat)):
        is_refused = refused in (NotPermitted, *act.told)
        return f"{seat.who.name}: {act} should be allowed, was {said}" if is_refused else ""
    if refused not in words:
        return f"{seat.who.name}: {act} should be refused, was {said}"
    return "" if is_same else f"{seat.who.name}: {act} was refused, but wrote before it was"


def at(action: str, unit: str = "huotong", *more: str) -> Needs:
    """The action at one of some units."""
    return lambda w, s: (Need(action, tuple(w.at(name) for name in (unit, *more))),)


def held_together(action: str) -> Needs:
    """The action at the township, or where the unit is that holds the class with it."""
    return lambda w, s: (Need(action, (w.at(),), shared=(w.at("saiqi"),)),)


def built_together(action: str, *builders: str) -> Needs:
    """The action at the unit of the belt, or where one of some builders is: both of them unless they are named."""
    return lambda w, s: (
        Need(action, (w.at(),), shared=tuple(w.at(name) for name in builders or ("huotong", "hubei"))),
    )


def about(action: str, person: str, unit: str = "huotong") -> Needs:
    """The action at a unit, or by the person it is about."""
    return lambda w, s: (Need(action, (w.at(unit),), w.people[person].pk),)


def outside(action: str) -> Needs:
    """The action at the place of the number that ordered from outside."""
    return lambda w, s: (Need(action, (place(w.orders["outside"].place),)),)


def nowhere(action: str) -> Needs:
    """The action without a place: only who may do it anywhere."""
    return lambda w, s: (Need(action),)


def both(*needs: Needs) -> Needs:
    """Several things at once."""
    return lambda w, s: tuple(one for need in needs for one in need(w, s))


def given(**values: Any) -> Given:
    """Fixed values, and those that are functions of the world; rows as copies, which a service may change."""
    return lambda w, s: {k: copy(v(w)) if callable(v) else v for k, v in values.items()}


def _class(w: World) -> Any:
    return w.training_class


def _order(standing: str) -> Callable[[World], Any]:
    return lambda w: w.orders[standing]


def _route(w: World) -> Any:
    return w.routes["draft"]


def _package(standing: str) -> Callable[[World], Any]:
    return lambda w: w.packages[standing]


def _course(standing: str) -> Callable[[World], Any]:
    return lambda w: w.courses[standing]


def _case(standing: str) -> Callable[[World], Any]:
    return lambda w: w.cases[standing]


def _contest(name: str) -> Callable[[World], Any]:
    return lambda w: w.contests[name]


def _entry(name: str) -> Callable[[World], Any]:
    return lambda w: w.entry(name)


def _photo(status: str) -> Callable[[World], Any]:
    return lambda w: w.photos[status]


def _edition(w: World) -> Any:
    return w.edition


def _panorama(standing: str) -> Callable[[World], Any]:
    return lambda w: w.panoramas[standing]


def _article(standing: str) -> Callable[[World], Any]:
    return lambda w: w.articles[standing]


def _unit(w: World) -> Any:
    return w.unit()


def _session(w: World) -> Any:
    return w.session


def _ask(w: World) -> Ask:
    starts = local(NOON + timedelta(days=9))
    return Ask(w.substitute.pk, "session:0", "课", "", starts, starts + timedelta(hours=3))


def _guided(name: str) -> Callable[[World], Any]:
    return lambda w: w.guided[name]


TAUGHT = Taught("course:0", "课")


def _teacher(w: World) -> Any:
    return w.teacher


def _group(w: World) -> Any:
    return w.group


def _link(w: World) -> Any:
    return StandingLink.objects.select_related("teacher").get(pk=w.link.pk)


def _link_visit(w: World) -> Any:
    return LinkVisit.objects.select_related("link__teacher").get(pk=w.link_visit.pk)


def _report(done: int, total: int) -> None:
    return None


def _own_account(w: World, s: Seat) -> Any:
    """Whoever has none, as a number that was proved from outside, tries it with somebody else's."""
    return w.accounts.get(s.who.name, w.head)


UPLOAD = Path(__file__)
SELF = "directory.own_account"
ROSTER = at("directory.import_roster")
ACTS = (
    Act("core.services.start_list_export", at("core.export_list"),
        given(list_name="directory.people", params={}, place=lambda w: w.unit().path, back="")),
    Act("core.services.keep_view", nowhere("core.keep_view"),
        given(list_name="directory.people", title="流动", params={"floating": "1"})),
    Act("core.services.drop_view", nowhere("core.keep_view"), given(view_id=lambda w: w.roleless_view.pk)),
    Act("core.services.change_policy", at("core.change_policy"),
        given(key="credit.half_day", value="3", valid_from=NOON.date(), place=lambda w: w.unit().path, source="x",
              county="350902")),
    Act("attendance.services.arrivals.check_in", held_together("attendance.check_in"),
        given(session=_session, person_id=lambda w: w.people["P"].pk, method="roll_call")),
    Act("attendance.services.arrivals.check_in_many", held_together("attendance.check_in"),
        given(session=_session, people=(), method="device", upload="x")),
    Act("attendance.services.arrivals.arrive", lambda w, s: (Need("attendance.arrive", on_self=True),),
        given(session=_session, ticket=None)),
    Act("attendance.services.digits.count_try", lambda w, s: (Need("attendance.own_code", on_self=True),), given()),
    Act("attendance.services.digits.forget_tries", lambda w, s: (Need("attendance.own_code", on_self=True),), given()),
    Act("attendance.services.rolls.mark_roll", held_together("attendance.mark_roll"),
        given(session=_session, marks=lambda w: {w.people["P"].pk: "late"})),
    Act("attendance.services.rolls.close_roll", at("attendance.close_roll"), given(training_class=_class)),
    Act("attendance.services.rolls.correct_mark", at("attendance.correct_mark"),
        given(session=_session, person_id=lambda w: w.people["P"].pk, state="late", reason="有签名")),
    Act("bases.services.regulations.issue_regulation", at("bases.issue_regulation"),
        given(base=lambda w: w.base, kind="training", title="x", text="x", valid_from=NOON.date())),
    Act("bases.services.regulations.end_regulation", at("bases.issue_regulation"),
        given(regulation=lambda w: w.regulation, reason="x")),
    Act("bases.services.regulations.restore_regulation", at("bases.issue_regulation"),
        given(regulation=lambda w: w.regulation)),
    Act("bases.services.regulations.acknowledge_regulation", at("bases.acknowledge_regulation"),
        given(regulation=lambda w: w.regulation)),
    Act("bases.services.standards.file_evidence", at("bases.file_evidence"),
        given(base=lambda w: w.base, item="standard.township_school.organisation.committee", title="x", note="x",
              issued_on=NOON.date())),
    Act("bases.services.standards.file_evidence", built_together("bases.file_evidence"),
        given(base=lambda w: w.belt.base, item="standard.belt.route.line", title="x", note="x", issued_on=NOON.date())),
    Act("bases.services.standards.review_evidence", at("bases.review_evidence"),
        given(evidence=lambda w: w.evidence, accept=True, note="")),
    Act("bases.services.standards.review_evidence", at("bases.review_evidence", "ningde"),
        given(evidence=lambda w: w.stewarded_evidence, accept=True, note="")),
    Act("bases.services.standards.take_back_evidence", at("bases.file_evidence"), given(evidence=lambda w: w.evidence)),
    Act("bases.services.standards.take_back_evidence", built_together("bases.file_evidence", "hubei"),
        given(evidence=lambda w: w.belt_evidence)),
    Act("bases.services.standards.steward_base", at("bases.steward_base"),
        given(base=lambda w: w.stewarded_evidence.base, unit=None)),
    Act("bases.services.standards.steward_base", both(at("bases.steward_base"), at("bases.steward_base", "ningde")),
        given(base=lambda w: w.base, unit=lambda w: w.unit("ningde"))),
    Act("bases.services.belts.plan_belt", at("bases.plan_belt"),
        given(unit=lambda w: w.unit(), name="带", theme="x", places=lambda w: w.belt_places, argument="x")),
    Act("bases.services.belts.change_belt", at("bases.plan_belt"),
        given(belt=lambda w: w.belt, name="带", theme="x", places=lambda w: w.belt_places, argument="x")),
    Act("bases.services.belts.publish_belt", at("bases.publish_belt"), given(belt=lambda w: w.belt)),
    Act("bases.services.belts.withdraw_belt", at("bases.publish_belt"), given(belt=lambda w: w.belt)),
    Act("bases.services.places.enter_base", at("bases.enter_base"),
        given(unit=_unit, kind="micro_site", facts=PlaceFacts(name="王家院落"), opened_on=FOUNDED)),
    Act("bases.services.places.enter_base", at("bases.enter_school"),
        given(unit=_unit, kind="township_school", facts=PlaceFacts(name="分校"), opened_on=FOUNDED)),
    Act("bases.services.places.enter_base", at("bases.enter_top_base"),
        given(unit=_unit, kind="academy", facts=PlaceFacts(name="学院"), opened_on=FOUNDED)),
    Act("bases.services.places.change_base", at("bases.keep_base"),
        given(base=lambda w: w.base, facts=PlaceFacts(name="改名"))),
    Act("bases.services.places.change_base", both(at("bases.keep_base"), at("bases.enter_school")),
        given(base=lambda w: w.base, facts=PlaceFacts(name="改名"), opened_on=date(2019, 3, 1))),
    Act("bases.services.places.end_base", at("bases.enter_base"), given(base=lambda w: w.point)),
    Act("bases.services.places.end_base", at("bases.enter_school"), given(base=lambda w: w.base)),
    Act("bases.services.places.reopen_base", at("bases.enter_base"), given(base=lambda w: w.ended_point)),
    Act("bases.services.places.flag_point", at("bases.flag_point"), given(base=lambda w: w.point)),
    Act("bases.services.places.unflag_point", at("bases.flag_point"), given(base=lambda w: w.flagged_point)),
    Act("bases.services.booking.set_booking_rule", at("bases.keep_base"),
        given(base=lambda w: w.base, terms=BookingTerms("network"))),
    Act("bases.services.venues.add_venue", at("bases.keep_base"),
        given(base=lambda w: w.base, name="新教室", seats=30)),
    Act("bases.services.venues.change_venue", at("bases.keep_base"),
        given(venue=lambda w: w.venue, name="大教室", seats=90)),
    Act("bases.services.venues.retire_venue", at("bases.keep_base"), given(venue=lambda w: w.venue)),
    Act("bases.services.venues.restore_venue", at("bases.keep_base"), given(venue=lambda w: w.retired_venue)),
    Act("bases.services.venues.set_hours", at("bases.keep_base"), given(base=lambda w: w.base, spans=())),
    Act("bases.services.venues.close_place", at("bases.keep_base"),
        given(base=lambda w: w.base, kind="other", starts_at=NOON, ends_at=NOON + timedelta(1))),
    Act("bases.services.venues.lift_closure", at("bases.keep_base"), given(closure=lambda w: w.closure)),
    Act("bases.services.venues.lend_venue", at("bases.keep_base"),
        given(venue=lambda w: w.retired_venue, owner="文化站", valid_from=NOON.date(), valid_to=NOON.date())),
    Act("bases.services.venues.end_loan", at("bases.keep_base"), given(loan=lambda w: w.loan)),
    Act("bases.services.venues.set_reception", at("bases.keep_base"), given(base=lambda w: w.base, people=50)),
    Act("bases.services.reservations.reserve_venue", at("bases.reserve_venue"),
        given(unit=_unit, venue=lambda w: w.venue, booking=lambda w: booking(date(2026, 12, 14)))),
    Act("bases.services.reservations.confirm_hold", at("bases.reserve_venue"),
        given(reservation=lambda w: w.reservation)),
    Act("bases.services.reservations.cancel_reservation", at("bases.cancel_reservation", "huotong", "hubei"),
        given(reservation=lambda w: w.reservation)),
    Act("bases.services.reservations.approve_reservation", at("bases.keep_base", "hubei"),
        given(reservation=lambda w: w.reservation)),
    Act("bases.services.using.mark_unused", at("bases.keep_base", "hubei"),
        given(reservation=lambda w: w.reservation)),
    Act("bases.services.using.set_sharing", at("bases.keep_base"), given(venue=lambda w: w.venue, is_shared=True)),
    Act("bases.services.using.expire_holds", nowhere("bases.expire_holds"), given()),
    Act("bases.services.standards.judge_standards", nowhere("bases.judge_standards"), given()),
    Act("faculty.services.pools.found_pool", at("faculty.keep_pool"), given(unit=_unit, name="另一个库")),
    Act("faculty.services.pools.join_pool", at("faculty.keep_teacher"),
        given(pool=lambda w: w.pool, teacher=lambda w: Teacher.objects.get(name="教师hubei"), on=NOON.date())),
    Act("faculty.services.pools.leave_pool", at("faculty.keep_teacher"),
        given(place=lambda w: w.pool_place, on=NOON.date(), reason="调离")),
    Act("faculty.services.teachers.enter_teacher", at("faculty.keep_teacher"),
        given(unit=_unit, facts=teacher_facts())),
    Act("faculty.services.teachers.change_teacher", at("faculty.keep_teacher"),
        given(teacher=_teacher, facts=teacher_facts(name="改名"))),
    Act("faculty.services.teachers.find_on_roster", at("faculty.keep_teacher"), given(teacher=_teacher, person=None)),
    Act("faculty.services.teachers.turn_teacher", at("faculty.keep_teacher"),
        given(teacher=_teacher, end=True, reason="调离")),
    Act("faculty.services.vetting.vet_teacher", at("faculty.vet_teacher"),
        given(teacher=_teacher, on=NOON.date(), passed=True)),
    Act("faculty.services.stations.found_station", at("faculty.keep_station"),
        given(unit=_unit, name="另一个站", on=NOON.date())),
    Act("faculty.services.stations.staff_station", at("faculty.keep_station"),
        given(station=_guided("station"), teacher=lambda w: w.substitute, since=NOON.date())),
    Act("faculty.services.stations.serve_school", at("faculty.keep_station"),
        given(station=_guided("station"), unit=lambda w: w.unit("kengtou"), since=NOON.date())),
    Act("faculty.services.stations.end_staff", at("faculty.keep_station"),
        given(staff=_guided("staff"), on=NOON.date())),
    Act("faculty.services.stations.end_school", at("faculty.keep_station"),
        given(school=_guided("school"), on=NOON.date())),
    Act("faculty.services.stations.note_coaching", about("faculty.coach_school", "P"),
        given(school=_guided("school"), teacher=_teacher, on=NOON.date(), subject="说课", findings="x")),
    Act("faculty.services.stations.withdraw_coaching", about("faculty.coach_school", "P"),
        given(coaching=_guided("coaching"), reason="记错了")),
    Act("faculty.services.mentoring.begin_mentorship", at("faculty.keep_mentorship"),
        given(mentor=lambda w: w.substitute, apprentice=_teacher, subject="law", goals=("x",), on=NOON.date())),
    Act("faculty.services.mentoring.observe_lesson", about("faculty.observe_lesson", "P"),
        given(mentorship=_guided("pair"), on=NOON.date(), lesson="x", marks=(3,), remarks="x")),
    Act("faculty.services.mentoring.withdraw_observation", about("faculty.observe_lesson", "P"),
        given(observation=_guided("lesson"), reason="记错了")),
    Act("faculty.services.mentoring.close_mentorship", at("faculty.keep_mentorship"),
        given(mentorship=_guided("pair"), signed=False, on=NOON.date(), note="调离")),
    Act("faculty.services.training.set_right_rule", at("faculty.train_teacher"),
        given(taught=TAUGHT, place=lambda w: w.unit().path, county="350902", needed=True)),
    Act("faculty.services.training.hold_trainer_course", at("faculty.train_teacher"),
        given(unit=_unit, facts=TrainerCourseFacts("另一班", NOON.date(), NOON.date(), Decimal(8)), taught=TAUGHT)),
    Act("faculty.services.training.finish_trainee", at("faculty.train_teacher"),
        given(course=_guided("course"), teacher=_teacher, hours=Decimal(8), passed=True)),
    Act("faculty.services.training.grant_right", at("faculty.train_teacher"),
        given(teacher=_teacher, taught=TAUGHT, basis="x", until=date(2028, 1, 1))),
    Act("faculty.services.training.withdraw_right", at("faculty.train_teacher"),
        given(right=_guided("right"), reason="x")),
    Act("faculty.services.guides.pair_guide", at("faculty.keep_guide"),
        given(point=lambda w: Point(1, w.unit().path, "350902"), official="x", post="x", guide=_teacher,
              since=NOON.date())),
    Act("faculty.services.guides.check_guide", at("faculty.keep_guide"),
        given(pair=_guided("cared"), on=NOON.date(), good=True, note="x")),
    Act("faculty.services.guides.end_guide_pair", at("faculty.keep_guide"),
        given(pair=_guided("cared"), on=NOON.date(), reason="x")),
    Act("faculty.services.technicians.set_duty", at("faculty.keep_duty"),
        given(department=_unit, served=lambda w: w.unit("hubei"), year=2026, quota=1, lessons=1)),
    Act("faculty.services.technicians.send_technician", at("faculty.keep_duty"),
        given(duty=_guided("duty"), teacher=lambda w: w.substitute)),
    Act("faculty.services.technicians.recall_technician", at("faculty.keep_duty"),
        given(sent=_guided("sent"), reason="x")),
    Act("faculty.services.engagements.check_engagements", at("faculty.engage_teacher"),
        given(group="class:0", asks=lambda w: [_ask(w)], place=lambda w: w.unit().path)),
    Act("faculty.services.engagements.keep_engagements", at("faculty.engage_teacher"),
        given(group="class:0", asks=lambda w: [_ask(w)], place=lambda w: w.unit().path, county="350902")),
    Act("faculty.services.engagements.answer_engagement", about("faculty.answer_engagement", "P"),
        given(engagement=lambda w: w.engagement, accept=False, reason="出差")),
    Act("faculty.services.engagements.remind_engagements_due", nowhere("faculty.remind_teachers"), given()),
    Act("faculty.services.absences.note_absence", about("faculty.note_absence", "P"),
        given(teacher=_teacher, starts_on=date(2026, 12, 20), ends_on=date(2026, 12, 21), reason="出差")),
    Act("faculty.services.absences.drop_absence", about("faculty.note_absence", "P"),
        given(absence=lambda w: w.absence)),
    Act("faculty.services.groups.found_group", at("faculty.keep_group"),
        given(unit=_unit, name="另一个团", founded_on=FOUNDED)),
    Act("faculty.services.groups.change_group", at("faculty.keep_group"),
        given(group=_group, name="改名", leader_id=None)),
    Act("faculty.services.groups.turn_group", at("faculty.keep_group"), given(group=_group, end=True, reason="合并")),
    Act("faculty.services.groups.join_group", at("faculty.keep_group"),
        given(group=_group, teacher=lambda w: w.substitute, on=NOON.date())),
    Act("faculty.services.groups.leave_group", at("faculty.keep_group"),
        given(member=lambda w: w.member, on=NOON.date(), reason="调离")),
    Act("faculty.services.groups.write_topic", at("faculty.keep_group"),
        given(group=_group, year=2026, title="另一个", outline="")),
    Act("faculty.services.tours.plan_tour", at("faculty.keep_group"),
        given(group=_group, topic=lambda w: w.topic, title="另一轮")),
    Act("faculty.services.tours.add_stop", at("faculty.keep_group"),
        given(tour=lambda w: w.stop.tour, facts=lambda w: stop_facts(w.group, date(2026, 12, 20)))),
    Act("faculty.services.tours.add_stops", at("faculty.keep_group"),
        given(tour=lambda w: w.stop.tour, planned=lambda w: [stop_facts(w.group, date(2026, 12, 21))])),
    Act("faculty.services.tours.hand_over_stop", at("faculty.keep_group"),
        given(stop=lambda w: w.stop, teacher_id=lambda w: w.substitute.pk)),
    Act("faculty.services.tours.cancel_stop", at("faculty.keep_group"), given(stop=lambda w: w.stop, reason="台风")),
    Act("faculty.services.lectures.enter_lecture", at("faculty.keep_group"),
        given(group=_group, facts=lambda w: lecture_facts(w.group, date(2026, 11, 20)))),
    Act("faculty.services.lectures.correct_lecture", at("faculty.keep_group"),
        given(lecture=lambda w: w.lecture, topic=lambda w: w.topic, heads=5, reason="数错了", revision=1)),
    Act("faculty.services.lectures.take_back_lecture", at("faculty.keep_group"),
        given(lecture=lambda w: w.lecture, reason="重了", revision=1)),
    Act("faculty.services.links.found_point", at("faculty.keep_point"),
        given(unit=_unit, name="另一个点", spot=lambda w: Spot(w.unit().pk), founded_on=FOUNDED)),
    Act("faculty.services.links.turn_point", at("faculty.keep_point"),
        given(point=lambda w: w.liaison, end=True, reason="合并")),
    Act("faculty.services.links.link_to_point", at("faculty.keep_point"),
        given(point=lambda w: w.liaison, teacher=_teacher, since=NOON.date())),
    Act("faculty.services.links.link_to_base", at("faculty.keep_link"),
        given(teacher=lambda w: w.substitute, unit=_unit, base_id=lambda w: w.base.pk, since=NOON.date())),
    Act("faculty.services.links.end_link", at("faculty.keep_link"),
        given(link=lambda w: w.link, on=NOON.date(), reason="调整")),
    Act("faculty.services.links.log_visit", about("faculty.log_visit", "P"),
        given(link=_link, facts=lambda w: visit_log_facts(visited_on=NOON.date()))),
    Act("faculty.services.links.settle_follow_up", about("faculty.log_visit", "P"),
        given(visit=_link_visit, outcome="办好了")),
    Act("faculty.services.links.take_back_visit", about("faculty.log_visit", "P"),
        given(visit=_link_visit, reason="登错")),
    Act("faculty.services.leaders.link_leader", at("faculty.keep_leader"),
        given(unit=_unit, name="蔡明珠", post="区委常委", since=NOON.date())),
    Act("faculty.services.leaders.enter_first_lesson", at("faculty.enter_first_lesson"),
        given(unit=_unit, given_on=NOON.date(), title="x")),
    Act("faculty.services.leaders.take_back_first_lesson", at("faculty.enter_first_lesson"),
        given(lesson=lambda w: w.first_lesson, reason="日子错了")),
    Act("catalogue.services.courses.write_course", at("catalogue.write_course"),
        given(unit=_unit, facts=course_facts(title="另一门"))),
    Act("catalogue.services.courses.change_course", at("catalogue.write_course"),
        given(course=_course("draft"), facts=course_facts(title="改名"), seen=1)),
    Act("catalogue.services.courses.hand_in_course", at("catalogue.write_course"), given(course=_course("draft"))),
    Act("catalogue.services.courses.take_back_course", at("catalogue.write_course"), given(course=_course("waiting"))),
    Act("catalogue.services.courses.choose_teachers", at("catalogue.write_course"),
        given(course=_course("draft"), teacher_ids=())),
    Act("catalogue.services.courses_review.accept_course", at("catalogue.review_course"),
        given(course=_course("waiting"), on_trial=False, note="", seen=1)),
    Act("catalogue.services.courses_review.return_course", at("catalogue.review_course"),
        given(course=_course("waiting"), note="x", seen=1)),
    Act("catalogue.services.courses_review.pass_trial", at("catalogue.review_course"), given(course=_course("trial"))),
    Act("catalogue.services.courses_review.name_premium", at("catalogue.name_premium"),
        given(course=_course("reviewed"))),
    Act("catalogue.services.courses_review.drop_premium", at("catalogue.name_premium"),
        given(course=_course("premium"))),
    Act("catalogue.services.courses_review.retire_course", at("catalogue.write_course"),
        given(course=_course("draft"), reason="x")),
    Act("catalogue.services.courses_review.bring_back_course", at("catalogue.write_course"),
        given(course=_course("retired"))),
    Act("bases.services.travel.load_travel", nowhere("bases.load_travel"), given(rows=[], source="x")),
    Act("bases.services.visits.count_visit", at("bases.count_visit"),
        given(base=lambda w: w.base, facts=lambda w: visit_facts(), key=lambda w: uuid4())),
    Act("bases.services.visits.correct_visit", at("bases.count_visit"),
        given(visit=lambda w: w.visit, kind="own", local_count=3, outside_count=0, reason="x", revision=1)),
    Act("bases.services.visits.take_back_visit", at("bases.count_visit"),
        given(visit=lambda w: w.visit, reason="x", revision=1)),
    Act("catalogue.services.packages.plan_package", at("catalogue.plan_package"),
        given(unit=_unit, plan=lambda w: package_plan(name="另一个"))),
    Act("catalogue.services.packages.change_package", at("catalogue.plan_package"),
        given(package=_package("draft"), plan=lambda w: package_plan(name="改名"), revision=1)),
    Act("catalogue.services.packages_life.hand_in_package", at("catalogue.plan_package"),
        given(package=_package("draft"))),
    Act("catalogue.services.packages_life.return_package", at("catalogue.publish_package"),
        given(package=_package("waiting"), note="x")),
    Act("catalogue.services.packages_life.publish_package", at("catalogue.publish_package"),
        given(package=_package("draft"), revision=1)),
    Act("catalogue.services.packages_life.freeze_package", at("catalogue.freeze_package"),
        given(package=_package("open"))),
    Act("catalogue.services.packages_life.withdraw_package", at("catalogue.plan_package"),
        given(package=_package("published"))),
    Act("catalogue.services.packages_life.end_package", at("catalogue.plan_package"),
        given(package=_package("draft"))),
    Act("catalogue.services.packages_life.bring_back_package", at("catalogue.plan_package"),
        given(package=_package("disabled"))),
    Act("catalogue.services.panoramas_pictures.add_panorama", at("catalogue.keep_panorama"),
        given(base=lambda w: w.base, title="村口", upload=lambda w: panorama_upload(), name="x.jpg")),
    Act("catalogue.services.panoramas_pictures.replace_picture", at("catalogue.keep_panorama"),
        given(panorama=_panorama("draft"), upload=lambda w: panorama_upload(), name="x.jpg")),
    Act("catalogue.services.panoramas_pictures.take_picture", at("catalogue.keep_panorama"),
        given(panorama=_panorama("incoming"), incoming="f" * 32, width=2048)),
    Act("catalogue.services.panoramas_pictures.give_up_picture", at("catalogue.keep_panorama"),
        given(panorama=_panorama("incoming"), incoming="f" * 32, trouble="x")),
    Act("catalogue.services.panoramas.change_panorama", at("catalogue.keep_panorama"),
        given(panorama=_panorama("draft"), facts=PanoramaFacts(title="村口"), version=1)),
    Act("catalogue.services.panoramas_review.hand_in_panorama", at("catalogue.keep_panorama"),
        given(panorama=_panorama("draft"))),
    Act("catalogue.services.panoramas_review.review_panorama", at("catalogue.publish_panorama"),
        given(panorama=_panorama("waiting"), accept=True, note="",
              stamp=lambda w: state_kept(w.panoramas["waiting"]).stamp)),
    Act("catalogue.services.panoramas_review.withdraw_panorama", at("catalogue.keep_panorama"),
        given(panorama=_panorama("published"))),
    Act("catalogue.services.panoramas.end_panorama", at("catalogue.keep_panorama"),
        given(panorama=_panorama("draft"))),
    Act("catalogue.services.panoramas.bring_back_panorama", at("catalogue.keep_panorama"),
        given(panorama=_panorama("disabled"))),
    Act("catalogue.services.panoramas.name_entrance", at("catalogue.keep_panorama"),
        given(panorama=_panorama("draft"))),
    Act("catalogue.services.panoramas.move_panorama", at("catalogue.keep_panorama"),
        given(panorama=_panorama("draft"), step=1)),
    Act("catalogue.services.panoramas_marks.place_mark", at("catalogue.keep_panorama"),
        given(panorama=_panorama("draft"), facts=MarkFacts(0, 0, "x"))),
    Act("catalogue.services.panoramas_marks.change_mark", at("catalogue.keep_panorama"),
        given(mark=lambda w: w.mark, facts=MarkFacts(0, 0, "x"))),
    Act("catalogue.services.panoramas_marks.end_mark", at("catalogue.keep_panorama"), given(mark=lambda w: w.mark)),
    Act("catalogue.services.panoramas_marks.restore_mark", at("catalogue.keep_panorama"),
        given(mark=lambda w: w.mark_gone)),
    Act("catalogue.services.routes.plan_route", at("catalogue.plan_route"),
        given(unit=_unit, plan=lambda w: route_plan(w.belt_places, name="另一条"))),
    Act("catalogue.services.routes.change_route", at("catalogue.plan_route"),
        given(route=_route, plan=lambda w: route_plan(w.belt_places), version=1)),
    Act("catalogue.services.routes.hand_in_route", at("catalogue.plan_route"), given(route=_route)),
    Act("catalogue.services.routes.return_route", at("catalogue.publish_route"),
        given(route=lambda w: w.routes["waiting"], note="x")),
    Act("catalogue.services.routes.publish_route", at("catalogue.publish_route"), given(route=_route, version=1)),
    Act("catalogue.services.routes.withdraw_route", at("catalogue.plan_route"),
        given(route=lambda w: w.routes["published"])),
    Act("catalogue.services.routes.end_route", at("catalogue.plan_route"), given(route=_route)),
    Act("catalogue.services.routes.bring_back_route", at("catalogue.plan_route"),
        given(route=lambda w: w.routes["disabled"])),
    Act("bases.services.photos.add_photo", at("bases.keep_base"),
        given(base=lambda w: w.base, upload=lambda w: io.BytesIO(picture(8, 8)), upload_name="x", facts=FACTS)),
    Act("bases.services.photos.change_photo", at("bases.keep_base"), given(photo=_photo("published"), facts=FACTS)),
    Act("bases.services.photos.move_photo", at("bases.keep_base"), given(photo=_photo("published"), up=True)),
    Act("bases.services.photos.make_cover", at("bases.keep_base"), given(photo=_photo("published"))),
    Act("bases.services.photos.review_photo", at("bases.publish_photo"),
        given(photo=_photo("waiting"), accept=True, note="", version=1)),
    Act("bases.services.photos.take_down_photo", at("bases.keep_base"), given(photo=_photo("published"))),
    Act("bases.services.photos.bring_back_photo", at("bases.keep_base"), given(photo=_photo("disabled"))),
    Act("catalogue.services.materials.enter_material", at("catalogue.keep_material"),
        given(unit=_unit, facts=MaterialFacts("另一种", "slides"))),
    Act("catalogue.services.materials.change_material", at("catalogue.keep_material"),
        given(material=lambda w: w.edition.material, facts=MaterialFacts("改名", "slides"), version=1)),
    Act("catalogue.services.materials.retire_material", at("catalogue.keep_material"),
        given(material=lambda w: w.edition.material)),
    Act("catalogue.services.materials.bring_back_material", at("catalogue.keep_material"),
        given(material=lambda w: w.retired_material)),
    Act("catalogue.services.materials.add_edition", at("catalogue.keep_material"),
        given(material=lambda w: w.edition.material, year=2026)),
    Act("catalogue.services.materials.choose_courses", at("catalogue.keep_material"),
        given(edition=_edition, course_ids=())),
    Act("catalogue.services.stock.take_in_copies", at("catalogue.move_stock"),
        given(edition=_edition, unit=_unit, copies=2)),
    Act("catalogue.services.stock.send_copies", at("catalogue.move_stock"),
        given(edition=_edition, unit=_unit, to=lambda w: w.unit("kengtou"), copies=2)),
    Act("catalogue.services.stock.receive_copies", at("catalogue.move_stock", "kengtou"),
        given(sending=lambda w: w.sending, received=4, difference="")),
    Act("catalogue.services.stock.call_back_copies", at("catalogue.move_stock"), given(sending=lambda w: w.sending)),
    Act("catalogue.services.stock.issue_copies", at("catalogue.move_stock"),
        given(edition=_edition, unit=_unit, training_class_id=lambda w: w.training_class.pk, copies=2)),
    Act("catalogue.services.stock.return_copies", at("catalogue.move_stock"),
        given(edition=_edition, unit=_unit, training_class_id=lambda w: w.training_class.pk, copies=2)),
    Act("catalogue.services.stock.count_copies", at("catalogue.move_stock"),
        given(edition=_edition, unit=_unit, counted=12, seen=13, note="缺一册")),
    Act("catalogue.services.cases.write_case", at("catalogue.write_case"),
        given(unit=_unit, facts=case_facts(title="另一篇"), author=BY_UNIT)),
    Act("catalogue.services.cases.change_case", at("catalogue.write_case"),
        given(case=_case("draft"), facts=case_facts(), author=BY_UNIT, version=1)),
    Act("catalogue.services.cases.hand_in_case", at("catalogue.write_case"), given(case=_case("draft"))),
    Act("catalogue.services.cases.take_back_case", at("catalogue.write_case"), given(case=_case("accepted"))),
    Act("catalogue.services.cases.review_case", at("catalogue.review_case"),
        given(case=_case("waiting"), accept=True, note="", version=1)),
    Act("catalogue.services.cases.attach_file", at("catalogue.write_case"),
        given(case=_case("draft"), upload=lambda w: io.BytesIO(PDF), upload_name="x")),
    Act("catalogue.services.cases.drop_file", at("catalogue.write_case"),
        given(file=lambda w: w.cases["draft"].files.select_related("case").get())),
    Act("catalogue.services.cases.make_course_of", at("catalogue.write_course"),
        given(case=_case("accepted"), unit=_unit)),
    Act("classes.services.leave.ask_leave", about("classes.ask_leave", "P"),
        given(enrolment=lambda w: w.enrolment, sessions=lambda w: [w.session], kind="sick", reason="住院")),
    Act("classes.services.leave.decide_leave", about("classes.decide_leave", "H"),
        given(leave=lambda w: w.leave, approve=False, note="")),
    Act("classes.services.leave.decide_leave",
        both(about("classes.decide_leave", "H"), at("classes.decide_day_leave")),
        given(leave=lambda w: w.day_leave, approve=True, note=""), (LeaveGoesHigher,)),
    Act("classes.services.leave.decide_leave",
        both(about("classes.decide_leave", "H"), at("classes.decide_long_leave")),
        given(leave=lambda w: w.long_leave, approve=True, note=""), (LeaveGoesHigher,)),
    Act("classes.services.leave.report_back",
        lambda w, s: (Need("classes.report_back", (w.at("huotong"),), w.people["P"].pk, accounts=(w.head.pk,)),),
        given(leave=lambda w: w.leave, first=None)),
    Act("classes.services.leave.take_back_leave", about("classes.ask_leave", "P"), given(leave=lambda w: w.leave)),
    Act("classes.services.hosts.invite_host", at("classes.invite_host"),
        given(training_class=_class, unit=lambda w: w.unit("fuan"), terms=HostTerms(seats=1))),
    Act("classes.services.hosts.answer_invitation", at("classes.answer_invitation", "hubei"),
        given(host=lambda w: w.host, accept=True)),
    Act("classes.services.hosts.end_hosting", at("classes.end_hosting", "huotong", "hubei"),
        given(host=lambda w: w.host, reason="x")),
    Act("classes.services.guests.object_to_guest", at("classes.object_to_guest"),
        given(training_class=lambda w: w.guest_session.training_class, base=lambda w: w.base, reason="x")),
    Act("classes.services.guests.settle_objection", at("classes.edit_class"),
        given(objection=lambda w: w.objection, outcome="x")),
    Act("classes.services.photos.add_photo", held_together("classes.show_photo"),
        given(session=_session, upload=BytesIO(b""), name="x.jpg")),
    Act("classes.services.photos.take_photo_away", held_together("classes.show_photo"),
        given(photo=lambda w: w.photo)),
    Act("classes.services.opening.judge_seat_again", at("classes.run_class"),
        given(training_class=_class, person_id=lambda w: w.people["P"].pk, reason="leave_too_long")),
    Act("classes.services.opening.open_class", at("classes.open_class"),
        given(unit=_unit, plan=lambda w: plan(date(2027, 1, 4)))),
    Act("classes.services.opening.publish_class", at("classes.open_class"), given(training_class=lambda w: w.draft)),
    Act("classes.services.opening.edit_class", at("classes.edit_class"),
        given(training_class=_class, title="x", form="lecture", capacity=40, base_id=None, head_id=None,
              nominate_by=None, note="")),
    Act("classes.services.opening.clone_class", at("classes.open_class"),
        given(training_class=_class, starts_on=date(2027, 1, 4), head_id=None)),
    Act("classes.services.opening.start_class", at("classes.run_class"), given(training_class=_class)),
    Act("classes.services.opening.cancel_class", at("classes.cancel_class"), given(training_class=_class, reason="x")),
    Act("classes.services.opening.finish_class", at("classes.run_class"), given(training_class=_class, withdrawn={})),
    Act("classes.services.people.nominate", at("classes.nominate"),
        given(training_class=_class, people=lambda w: nominees([w.people["N"].pk]))),
    Act("classes.services.people.nominate", at("classes.nominate"), given(training_class=_class, people=())),
    Act("classes.services.people.nominate", both(at("classes.nominate"), at("classes.confirm_seats")),
        given(training_class=lambda w: w.late, people=lambda w: nominees([w.people["N"].pk])), (NominationsOver,)),
    Act("classes.services.people.nominate", both(at("classes.nominate"), at("classes.confirm_seats")),
        given(training_class=lambda w: w.shared, people=lambda w: nominees([w.people["N"].pk])), (NoQuota,)),
    Act("classes.services.people.nominate", both(at("classes.nominate", "kengtou"), at("classes.pass_on_seats")),
        given(training_class=lambda w: w.scarce, people=lambda w: nominees([w.people["K"].pk])), (QuotaUsedUp,)),
    Act("classes.services.people.nominate", both(at("classes.nominate"), at("classes.nominate", "hubei")),
        given(training_class=_class, people=lambda w: nominees([w.people["N"].pk, w.cast.person("彭有顺").pk]))),
    Act("classes.services.people.confirm_seats", at("classes.confirm_seats"),
        given(training_class=_class, person_ids=lambda w: [w.people["P"].pk])),
    Act("classes.services.people.replace_person", both(at("classes.replace_person"), at("classes.nominate", "hubei")),
        given(enrolment=lambda w: w.enrolment, by=lambda w: nominees([w.cast.person("彭有顺").pk])[0])),
    Act("classes.services.people.replace_person",
        both(at("classes.replace_person"), at("classes.nominate"), at("classes.confirm_seats", "hubei")),
        given(enrolment=lambda w: w.guest, by=lambda w: nominees([w.people["R"].pk])[0]), (OutsideTheQuota,)),
    Act("classes.services.people.withdraw_seat", at("classes.withdraw_seat"),
        given(enrolment=lambda w: w.enrolment, reason="x")),
    Act("classes.services.people.withdraw_seats", at("classes.withdraw_seat"),
        given(enrolments=lambda w: [w.enrolment], reason="x")),
    Act("classes.services.people.withdraw_seats", nowhere("classes.withdraw_seat"), given(enrolments=(), reason="x")),
    Act("classes.services.waiting.nominate_or_wait", at("classes.nominate"),
        given(training_class=_class, people=lambda w: nominees([w.people["N"].pk]))),
    Act("classes.services.waiting.nominate_or_wait", at("classes.nominate"), given(training_class=_class, people=())),
    Act("classes.services.waiting.nominate_or_wait", both(at("classes.nominate"), at("classes.confirm_seats")),
        given(training_class=lambda w: w.waiting.training_class, people=lambda w: nominees([w.people["N"].pk])),
        (NominationsOver,)),
    Act("classes.services.waiting.nominate_or_wait", both(at("classes.nominate"), at("classes.nominate", "hubei")),
        given(training_class=_class, people=lambda w: nominees([w.people["N"].pk, w.cast.person("彭有顺").pk]))),
    Act("classes.services.waiting.leave_waiting", about("classes.leave_waiting", "P"),
        given(waiting=lambda w: w.waiting, reason="x")),
    Act("classes.services.waiting.take_from_waiting", at("classes.confirm_seats"),
        given(waiting=lambda w: w.waiting, reason="x")),
    Act("classes.services.waiting_letters.write_to_waiting", at("classes.confirm_seats"),
        given(training_class=lambda w: w.waiting.training_class, text="x", key=lambda w: uuid4())),
    Act("classes.services.waiting_letters.write_to_orders", at("classes.answer_order"),
        given(unit=_unit, text="x", key=lambda w: uuid4())),
    Act("classes.services.waiting_rule.set_waiting_rule", at("core.change_policy"),
        given(unit=_unit, order="criteria", ranks={"short": 1}, valid_from=NOON.date(), source="x")),
    Act("classes.services.waiting_rule.set_waiting_rule", at("core.change_policy"),  # as it is already
        given(unit=_unit, order="arrival", ranks={}, valid_from=NOON.date(), source="ours")),
    Act("classes.services.waiting.set_succession", at("classes.edit_class"),
        given(training_class=_class, succession="office")),
    Act("classes.services.seats.hand_down_seats", at("classes.hand_down_seats"),
        given(training_class=_class, table=lambda w: {w.unit("shiqiao").pk: 2})),
    Act("classes.services.seats.pass_on_seats", at("classes.pass_on_seats"),
        given(quota=lambda w: w.quota, table=lambda w: {w.unit("shiqiao").pk: 2})),
    Act("classes.services.seats.return_seats", at("classes.pass_on_seats"), given(quota=lambda w: w.quota, seats=1)),
    Act("classes.services.seats.call_in_seats", at("classes.hand_down_seats"), given(training_class=_class)),
    Act("classes.services.seats.return_due_seats", at("classes.hand_down_seats"), given(training_class=_class)),
    Act("classes.services.campaigns.plan_campaign", at("classes.plan_campaign"),
        given(unit=_unit, facts=CampaignFacts("series", "x", NOON.date(), NOON.date()))),
    Act("classes.services.campaigns.change_campaign", at("classes.plan_campaign"),
        given(campaign=lambda w: w.campaign, facts=CampaignFacts("series", "x", NOON.date(), NOON.date()))),
    Act("classes.services.campaigns.share_out", at("classes.plan_campaign"),
        given(campaign=lambda w: w.campaign, table=lambda w: {w.unit("shiqiao").pk: 2})),
    Act("classes.services.campaigns.turn_campaign", at("classes.plan_campaign"),
        given(campaign=lambda w: w.campaign, put_away=True)),
    Act("classes.services.campaigns.join_campaign", at("classes.edit_class"),
        given(training_class=_class, campaign=lambda w: w.campaign)),
    Act("classes.services.order_placing.place_order", at("classes.place_order", "kengtou"),
        given(unit=lambda w: w.unit("kengtou"),
              facts=lambda w: order_facts(w.packages["open"], date(2026, 12, 10), location="x"))),
    Act("classes.services.orders.accept_order", at("classes.answer_order"),
        given(order=_order("placed"), wish_number=1)),
    Act("classes.services.orders.counter_order", at("classes.answer_order"),
        given(order=_order("placed"), wish=Wish(date(2026, 12, 11), "morning"))),
    Act("classes.services.orders.decline_order", at("classes.answer_order"),
        given(order=_order("placed"), reason="no_room")),
    Act("classes.services.orders.agree_order", at("classes.place_order", "kengtou"),
        given(order=_order("countered"))),
    Act("classes.services.orders.refuse_order", at("classes.place_order", "kengtou"),
        given(order=_order("countered"))),
    Act("classes.services.orders.call_off_order", at("classes.place_order", "kengtou"),
        given(order=_order("placed"), reason="changed")),
    Act("classes.services.orders.withdraw_order", at("classes.place_order", "kengtou"),
        given(order=_order("placed"), reason="changed")),
    Act("classes.services.outside_codes.send_code", nowhere("classes.prove_number"),
        given(phone="13900000001", address="x")),
    Act("classes.services.outside_codes.prove_number", nowhere("classes.prove_number"), given(token="x", digits="1")),
    Act("classes.services.outside_codes.keep_visit", outside("classes.order_from_outside"),
        given(visit=lambda w: w.outside_visit)),
    Act("classes.services.outside_codes.end_visit", outside("classes.order_from_outside"),
        given(visit=lambda w: w.outside_visit)),
    Act("classes.services.outside_orders.order_from_outside", outside("classes.order_from_outside"),
        given(number=lambda w: w.outside_visit.number, group=group_facts(),
              facts=lambda w: order_facts(w.packages["open"], date(2026, 12, 10), location="x"))),
    Act("classes.services.outside_orders.change_outside_order", outside("classes.order_from_outside"),
        given(order=_order("outside"), facts=order_facts(None, date(2026, 12, 10), location="x"))),
    Act("classes.services.outside_orders.count_outsiders", at("classes.run_class"),
        given(order=_order("outside_held"), came=1)),
    Act("classes.services.outside_orders.reveal_outside", at("classes.reveal_outside"),
        given(order=_order("outside"), reason="要联系他们")),
    Act("classes.services.quotes.make_quote", at("classes.answer_order"),
        given(order=_order("outside"), lines=[Line("x", 100, 1)])),
    Act("classes.services.quotes.accept_quote", outside("classes.order_from_outside"), given(quote=lambda w: w.quote)),
    Act("classes.services.quotes.decline_quote", outside("classes.order_from_outside"), given(quote=lambda w: w.quote)),
    Act("classes.services.contracts.add_contract",
        lambda w, s: (Need("classes.keep_contract", (w.at(), place(w.orders["outside"].place))),),
        lambda w, s: {"order": w.orders["outside"], "upload": BytesIO(b"%PDF-1.7"), "name": "x.pdf"}),
    Act("classes.services.outside_ends.send_text", nowhere("classes.watch_outside"), given(text_id=0)),
    Act("classes.services.outside_ends.text_outside", nowhere("classes.watch_outside"),
        given(order=_order("outside"), occurrence=UUID(int=7), title="x", text="x")),
    Act("classes.services.outside_ends.erase_due", nowhere("classes.watch_outside"), given()),
    Act("classes.services.order_waiting.wait_for_day", at("classes.place_order", "kengtou"),
        given(order=_order("placed"))),
    Act("classes.services.order_waiting.take_offer", at("classes.place_order", "kengtou"),
        given(order=_order("placed"))),
    Act("classes.services.order_waiting.pass_offer", at("classes.place_order", "kengtou"),
        given(order=_order("placed"))),
    Act("classes.services.leavers.give_up_places", nowhere("classes.give_up_places"), given(person_id=0)),
    Act("classes.services.order_waiting.offer_days", nowhere("classes.watch_orders"), given()),
    Act("classes.services.orders.tell_overdue", nowhere("classes.watch_orders"), given(order=_order("overdue"))),
    Act("classes.services.orders.lapse_order", nowhere("classes.watch_orders"), given(order=_order("overdue"))),
    Act("classes.services.sessions.add_session", at("classes.edit_class"),
        given(training_class=_class, plan=lambda w: half_day(date(2026, 12, 20)))),
    Act("classes.services.sessions.move_session", at("classes.edit_class"),
        given(session=_session, plan=lambda w: half_day(date(2026, 12, 20)))),
    Act("classes.services.sessions.check_move", at("classes.edit_class"),
        given(session=_session, plan=lambda w: half_day(date(2026, 12, 20)))),
    Act("classes.services.feeds.make_feed", nowhere("classes.keep_feed"),
        given(kind="route", thing_id=lambda w: w.routes["sound"].pk)),
    Act("classes.services.feeds.revoke_feed", nowhere("classes.keep_feed"), given(feed_id=lambda w: w.feed.pk)),
    Act("classes.services.feeds.note_reading", nowhere("classes.keep_feed"), given(feed=lambda w: w.feed)),
    Act("classes.services.sessions.cancel_session", at("classes.edit_class"), given(session=_session, reason="x")),
    Act("coverage.services.folding.fold_deltas", nowhere("coverage.rebuild"), given()),
    Act("coverage.services.folding.rebuild_tallies", nowhere("coverage.rebuild"), given(year=2026)),
    Act("coverage.services.refreshing.refresh_standings", nowhere("coverage.rebuild"), given(person_ids=())),
    Act("coverage.services.refreshing.rebuild_year", nowhere("coverage.rebuild"), given(year=2025)),
    Act("demo.services.building.build_city", nowhere("demo.build_city"), given(members=None, seed=None, as_of=None)),
    Act("coverage.services.days.coverage_or_work", at("coverage.view_coverage"),
        given(unit=_unit, year=2026, on=NOON.date() - timedelta(days=1))),
    Act("coverage.services.days.start_coverage_export", at("coverage.view_coverage"),
        given(unit=_unit, year=2026, on=None)),
    Act("directory.services.accounts.open_account", at("directory.open_account"),
        given(username="newcomer", display_name="x", unit=_unit, role="trainee", password="x", person=None)),
    Act("directory.services.accounts.grant_role", at("directory.grant_role"),
        given(account=lambda w: w.account, role="trainee", unit=_unit, since=FOUNDED)),
    Act("directory.services.accounts.end_role", at("directory.grant_role"), given(grant=lambda w: w.grant)),
    Act("directory.services.accounts.change_password", nowhere(SELF),
        lambda w, s: {"account": _own_account(w, s), "current": "x", "new": "y"}),
    Act("directory.services.accounts.set_preferences", nowhere(SELF),
        lambda w, s: {"account": _own_account(w, s), "type_size": "large", "language": None}),
    Act("directory.services.accounts.issue_token", nowhere(SELF),
        lambda w, s: {"account": _own_account(w, s), "name": "x", "scopes": [], "days": 1}),
    Act("directory.services.accounts.revoke_token", nowhere(SELF), given(token_id=lambda w: w.roleless_token.pk)),
    Act("directory.services.divisions.load_divisions", nowhere("directory.load_divisions"), given()),
    Act("directory.services.leaving.leave_network", at("directory.move_member"),
        given(membership=lambda w: w.people["N"].memberships.get(), left_as="away", on=NOON.date())),
    Act("directory.services.leaving.take_back_leaving", at("directory.move_member"),
        given(membership=lambda w: w.left)),
    Act("directory.services.people.enter_person", at("directory.edit_person"),
        given(unit=_unit, name="x", category="full", since=FOUNDED)),
    Act("directory.services.people.move_member",
        both(at("directory.move_member", "hubei"), at("directory.move_member")),
        given(person=lambda w: w.people["P"], unit=lambda w: w.unit("hubei"), on=NOON.date())),
    Act("directory.services.people.follow_memberships", nowhere("directory.move_member"), given()),
    Act("directory.services.people.appoint_post", at("directory.appoint_post"),
        given(person=lambda w: w.people["N"], unit=_unit, post="4", is_leader=True, since=FOUNDED)),
    Act("directory.services.people.end_post", at("directory.appoint_post"),
        given(post=lambda w: w.post, on=NOON.date() + timedelta(1))),
    Act("directory.services.people.reveal_field", at("directory.reveal_person"),
        given(person=lambda w: w.people["P"], field="mobile", reason="联系本人")),
    Act("directory.services.roster_check.check_roster", ROSTER,
        given(roster_import=lambda w: w.roster_import, report=lambda w: _report)),
    Act("directory.services.roster_commit.commit_roster", both(ROSTER, at("directory.move_member")),
        given(roster_import=lambda w: w.roster_import)),
    Act("directory.services.roster_commit.commit_roster", ROSTER, given(roster_import=lambda w: w.plain_import)),
    Act("directory.services.roster_files.start_roster_import", ROSTER,
        given(unit=_unit, upload=UPLOAD, filename="x.txt")),
    Act("directory.services.roster_files.take_in_roster", ROSTER, given(unit=_unit, upload=UPLOAD, filename="x.txt")),
    Act("directory.services.roster_files.answer_roster", ROSTER,
        given(roster_import=lambda w: w.roster_import, given={})),
    Act("directory.services.roster_files.write_roster_later", ROSTER, given(roster_import=lambda w: w.roster_import)),
    Act("directory.services.roster_files.start_roster_export", at("directory.reveal_person"),
        given(unit=_unit, reason="年终核对")),
    Act("directory.services.roster_files.drop_roster", ROSTER, given(roster_import=lambda w: w.roster_import)),
    Act("directory.services.roster_files.forget_old_rosters", nowhere("directory.import_roster"), given()),
    Act("directory.services.roster_undo.undo_roster", ROSTER, given(roster_import=lambda w: w.roster_import)),
    Act("directory.services.sessions.note_sign_out", nowhere(SELF), given()),
    Act("directory.services.beginning.begin_city", nowhere("directory.load_divisions"),
        given(code="350900", username="x", password="x")),
    Act("directory.services.unit_changes.found_units", at("directory.found_unit"),
        given(parent=_unit, kind="branch", names=[("甲", "甲")], division="", since=FOUNDED)),
    Act("directory.services.unit_changes.rename_unit", at("directory.found_unit"),
        given(unit=_unit, name="改名", short_name="改名")),
    Act("directory.services.unit_changes.end_unit", at("directory.found_unit", "jiaocheng"),
        given(unit=_unit, reason="x")),
    Act("directory.services.unit_changes.reopen_unit", at("directory.found_unit", "jiaocheng"), given(unit=_unit)),
    Act("directory.services.units.found_unit", at("directory.found_unit"),
        given(code="x", name="x", short_name="x", kind="branch", parent=_unit, county="350902", valid_from=FOUNDED)),
    Act("classes.services.will_keeping.refresh_will", nowhere("classes.count_will"), given(person_ids=())),
    Act("classes.services.will_keeping.recount_will", nowhere("classes.count_will"), given(year=2025)),
    Act("classes.services.will.start_will_export", at("classes.view_will"), given(unit=_unit, year=2026)),
    Act("directory.services.units.move_unit",
        both(at("directory.move_unit", "kengtou"), at("directory.move_unit", "hubei")),
        given(unit=lambda w: w.unit("kengtou"), parent=lambda w: w.unit("hubei"), on=NOON.date())),
    Act("notices.services.articles.write_article", at("notices.write_article"),
        given(unit=_unit, kind="news", facts=article_facts(title="另一篇"))),
    Act("notices.services.articles.change_article", at("notices.write_article"),
        given(article=_article("draft"), facts=article_facts(title="改名"), seen=1)),
    Act("notices.services.articles.hand_in_article", at("notices.write_article"), given(article=_article("draft"))),
    Act("notices.services.articles.take_back_article", at("notices.write_article"), given(article=_article("waiting"))),
    Act("notices.services.articles.return_article", at("notices.publish_article"),
        given(article=_article("waiting"), note="x", seen=1)),
    Act("notices.services.articles.publish_article", at("notices.publish_article"),
        given(article=_article("waiting"), seen=1)),
    Act("notices.services.articles.take_down_article", at("notices.write_article"),
        given(article=_article("published"))),
    Act("notices.services.circulars.issue_circular", at("notices.issue_circular"),
        given(unit=_unit, facts=lambda w: circular_facts(number="另一号", levels=("branch",)), key=lambda w: uuid4())),
    Act("notices.services.circulars.withdraw_circular", at("notices.issue_circular"),
        given(circular=lambda w: w.circular, reason="x")),
    Act("notices.services.reminders.remind_circular", at("notices.issue_circular"),
        given(circular=lambda w: w.circular)),
    Act("notices.services.reminders.remind_circulars_due", nowhere("notices.remind_circulars"), given()),
    Act("notices.services.circulars.note_circular_read", at("notices.acknowledge_circular", "kengtou"),
        given(receipt=lambda w: w.receipt)),
    Act("notices.services.circulars.acknowledge_circular", at("notices.acknowledge_circular", "kengtou"),
        given(receipt=lambda w: w.receipt)),
    Act("notices.services.messages.read_message", nowhere("notices.own_messages"), given(message=lambda w: w.message)),
    Act("notices.services.messages.read_all_messages", nowhere("notices.own_messages"), given()),
    Act("notices.services.messages.prune_messages", nowhere("notices.prune_messages"), given()),
    Act("notices.services.sending.choose_channel", nowhere("notices.own_messages"),
        given(channel="sms", address="12", rhythm="at_once")),
    Act("notices.services.sending.leave_channel", nowhere("notices.own_messages"), given(channel="sms")),
    Act("catalogue.services.contests.write_contest", at("catalogue.call_contest", "jiaocheng"),
        given(unit=lambda w: w.unit("jiaocheng"), facts=contest_facts(title="x"))),
    Act("catalogue.services.contests.change_contest", at("catalogue.call_contest", "jiaocheng"),
        given(contest=_contest("draft"), facts=contest_facts(title="x"), version=1)),
    Act("catalogue.services.contests.call_contest", at("catalogue.call_contest", "jiaocheng"),
        given(contest=_contest("draft"))),
    Act("catalogue.services.contests.cancel_contest", at("catalogue.call_contest", "jiaocheng"),
        given(contest=_contest("open"), note="x")),
    Act("catalogue.services.contests.name_juror", at("catalogue.call_contest", "jiaocheng"),
        given(contest=_contest("open"), account_id=lambda w: w.accounts["county@ancestor"].pk)),
    Act("catalogue.services.contests.release_juror", at("catalogue.call_contest", "jiaocheng"),
        given(juror=lambda w: w.contest_juror)),
    Act("catalogue.services.contests.publish_contest", at("catalogue.call_contest", "jiaocheng"),
        given(contest=_contest("over"))),
    Act("catalogue.services.contests.finish_contest",
        both(at("catalogue.call_contest", "jiaocheng"), at("catalogue.name_premium")),
        given(contest=_contest("ended"))),
    Act("catalogue.services.contests_entries.enter_course", at("catalogue.enter_contest"),
        given(contest=_contest("open"), course=_course("reviewed"), edition_id=None, statement="x")),
    Act("catalogue.services.contests_entries.take_back_entry", at("catalogue.enter_contest"),
        given(entry=_entry("open"))),
    Act("catalogue.services.contests_entries.judge_entry", nowhere("catalogue.judge_contest"),
        given(entry=_entry("judged"), points={})),
    Act("catalogue.services.contests_entries.vote_for", nowhere("catalogue.vote_contest"),
        given(entry=_entry("judged"))),
    Act("catalogue.services.contests_entries.object_to_entry", nowhere("catalogue.object_contest"),
        given(entry=_entry("published"), text="x")),
    Act("catalogue.services.contests_entries.answer_objection", at("catalogue.call_contest", "jiaocheng"),
        given(objection=lambda w: w.contest_objection, upheld=True, answer="x")),
    Act("notices.services.sending.send_due", nowhere("notices.send_messages"), given()),
    Act("notices.services.telling.write_messages", nowhere("notices.tell"),
        given(letters=lambda w: [Letter(TRIED, [w.account.pk], {})], occurrence=lambda w: Occurrence(uuid4()))),
    Act("notices.services.wordings.word_text", at("notices.word_messages"),
        given(unit=_unit, text="notices.circular_issued", way="inbox", words=Words("新文件：{标题}"), seen=0)),
    Act("planning.services.plans.make_plan", at("planning.write_plan"),
        given(planner=lambda w: Planner(w.base.unit, w.base), year=2027, copies=False)),
    Act("planning.services.plans.hand_in_plan", at("planning.write_plan"), given(plan=lambda w: w.plan)),
    Act("planning.services.plans.take_back_plan", at("planning.write_plan"), given(plan=lambda w: w.plan)),
    Act("planning.services.plans.return_plan", at("planning.approve_plan", "jiaocheng"),
        given(plan=lambda w: w.plan, note="x", seen=1)),
    Act("planning.services.plans.approve_plan", at("planning.approve_plan", "jiaocheng"),
        given(plan=lambda w: w.plan, seen=1)),
    Act("planning.services.lines.add_line", at("planning.write_plan"),
        given(plan=lambda w: w.plan, facts=line_facts(), reason="x", seen=1)),
    Act("planning.services.lines.change_line", at("planning.write_plan"),
        given(line=lambda w: w.plan_line, facts=line_facts(), reason="x", seen=1)),
    Act("planning.services.lines.drop_line", at("planning.write_plan"),
        given(line=lambda w: w.plan_line, reason="x", seen=1)),
    Act("planning.services.lines.move_line", at("planning.write_plan"), given(line=lambda w: w.plan_line, is_up=True)),
    Act("planning.services.linking.open_line", at("planning.write_plan"),
        given(line=lambda w: w.plan_line, opening=Opening("班", date(2026, 12, 20), 20))),
    Act("planning.services.linking.link_class", at("planning.write_plan"),
        given(line=lambda w: w.plan_line, training_class=_class)),
    Act("planning.services.linking.unlink_class", at("planning.write_plan"),
        given(link=lambda w: w.plan_link, reason="x")),
    Act("notices.services.pictures.add_picture", at("notices.write_article"),
        given(article=_article("draft"), content=b"x", name="x")),
    Act("notices.services.pictures.drop_picture", at("notices.write_article"), given(picture=lambda w: w.picture)),
    Act("records.services.posting.post_credit", at("records.post_credit"),
        given(training_class_id=lambda w: w.closed.pk)),
)  # fmt: skip
