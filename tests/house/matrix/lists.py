"""Every list as a cell of the matrix: the rows somebody should see, found without the product's filters."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import F
from django.test import Client
from django.urls import reverse

from doorstep.attendance.models import CheckIn
from doorstep.bases.models import (
    AspectState,
    Base,
    Evidence,
    Photo,
    Regulation,
    Reservation,
    ReservationSeries,
    Venue,
    Visit,
)
from doorstep.bases.queries.photos import photo_to_keep, photos_to_mend, photos_to_review
from doorstep.bases.queries.regulations import regulations_to_read
from doorstep.bases.queries.reservations import holds_to_confirm, reservations_to_answer, series_released
from doorstep.bases.queries.standards import aspects_lacking, evidence_ending, evidence_to_review
from doorstep.bases.queries.visits import visit_to_correct
from doorstep.catalogue.models import (
    Case,
    Contest,
    Course,
    CourseVersion,
    Edition,
    Material,
    Movement,
    Package,
    Panorama,
    Route,
    Sending,
    Shelf,
)
from doorstep.catalogue.queries.cases import case_to_write, cases_to_mend, cases_to_review
from doorstep.catalogue.queries.contests import contests_to_turn, courses_to_enter, entries_of_own
from doorstep.catalogue.queries.contests_blind import contests_to_judge, contests_to_vote
from doorstep.catalogue.queries.courses import courses_to_mend, courses_to_review, courses_visible_to
from doorstep.catalogue.queries.materials import edition_to_keep, edition_to_read, material_to_keep
from doorstep.catalogue.queries.packages import package_to_change, packages_to_mend, packages_to_publish
from doorstep.catalogue.queries.panoramas import panorama_to_keep, panoramas_visible_to
from doorstep.catalogue.queries.panoramas_states import panoramas_to_mend, panoramas_to_review
from doorstep.catalogue.queries.routes import routes_to_mend, routes_to_publish
from doorstep.catalogue.queries.stock import sendings_to_receive, unit_with_stock
from doorstep.classes.models import (
    Campaign,
    ClassHost,
    Enrolment,
    Leave,
    Order,
    Quota,
    Session,
    TrainingClass,
    WaitingPlace,
)
from doorstep.classes.queries.classes import (
    class_where,
    classes_helped_by,
    classes_run_by,
    quotas_unused,
    session_where,
)
from doorstep.classes.queries.first_lessons import first_lessons_missing
from doorstep.classes.queries.guests import guests_coming, objections_waiting
from doorstep.classes.queries.hosts import invitations_waiting
from doorstep.classes.queries.leave import leaves_waiting
from doorstep.classes.queries.materials import materials_short
from doorstep.classes.queries.orders import counters_to_reply, orders_to_answer
from doorstep.classes.queries.venues import sessions_shut
from doorstep.classes.queries.waiting import waiting_visible_to
from doorstep.core import permissions
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.listing import ListSpec, filtered_rows
from doorstep.core.models import Activity
from doorstep.core.permissions import Permission, Scope
from doorstep.coverage.models import Standing
from doorstep.coverage.queries.figures import coverage_of, unit_in_reach
from doorstep.coverage.queries.people import left_of
from doorstep.directory.models import Account, Membership, Person, RosterImport, Unit
from doorstep.directory.queries import search_hits, units_visible_to
from doorstep.directory.services.roster_check import task_of
from doorstep.faculty.models import (
    Absence,
    Coaching,
    Engagement,
    FirstLesson,
    GroupTopic,
    GuidePair,
    Lecture,
    LectureGroup,
    LiaisonPoint,
    LinkVisit,
    Mentorship,
    Observation,
    Pool,
    StandingLink,
    Station,
    StationSchool,
    Teacher,
    TeachingRight,
    TechnicianDuty,
    TechnicianSent,
    Tour,
    TourStop,
    TrainerCourse,
)
from doorstep.faculty.queries.engagements import engagement_by_id, keys_in_doubt
from doorstep.faculty.queries.groups import stop_by_id, stops_in_doubt, topic_by_id, tour_by_id
from doorstep.faculty.queries.guides import guide_pair_by_id
from doorstep.faculty.queries.leaders import lesson_by_id
from doorstep.faculty.queries.lectures import lecture_to_correct
from doorstep.faculty.queries.links import follow_ups_due, points_quiet, visit_by_id
from doorstep.faculty.queries.mentoring import observation_by_id
from doorstep.faculty.queries.pools import pools_to_fill
from doorstep.faculty.queries.rights import right_by_id, rights_ending
from doorstep.faculty.queries.stations import coaching_by_id
from doorstep.faculty.queries.teachers import absence_by_id, teachers_to_vet
from doorstep.faculty.queries.technicians import sent_by_id
from doorstep.notices.models import Article, ArticlePicture, ArticleVersion, Circular, CircularReceipt, Message, Wording
from doorstep.notices.queries.articles import articles_to_mend, articles_to_publish, picture_shown
from doorstep.notices.queries.circulars import (
    circular_to_issue,
    circulars_to_acknowledge,
    circulars_visible_to,
    own_receipts,
)
from doorstep.planning.models import ClassLink, Plan, PlanLine
from doorstep.planning.queries.lines import line_to_write, link_to_write
from doorstep.planning.queries.plans import planners_due, plans_to_decide, plans_to_mend
from doorstep.planning.queries.sums import sum_of_year
from doorstep.records.models import Posting
from doorstep.records.queries import training_file_of
from tests.house.matrix.oracle import Need, Place, Who, all_allowed, allowed, place
from tests.house.matrix.world import NOON, ROLES, Seat, World

ROLL = "attendance.view_roll"
FEW = ("周P", "周N", "林秀珍", "彭有顺", "缪阿妹")
Seen = Callable[[World, Who], set[Any] | None]


def _people(world: World, who: Who, action: str = "directory.view_person") -> set[Any]:
    return {p.pk for p in Person.objects.exclude(place="") if allowed(who, Need(action, (_home(p),), p.pk))}


def _home(person: Person) -> tuple[int, ...]:
    return place(person.memberships.select_related("unit").get(is_primary=True, valid_to=None).unit.path)


def _units(world: World, who: Who) -> set[Any]:
    return {u.pk for u in Unit.objects.all() if allowed(who, Need("directory.view_unit", (place(u.path),)))}


def _accounts(world: World, who: Who) -> set[Any]:
    return {
        a.pk
        for a in Account.objects.all()
        if allowed(who, Need("directory.view_account", tuple(place(g.unit.path) for g in a.grants.all())))
    }


def _activity(world: World, who: Who) -> set[Any]:
    rows = Activity.objects.exclude(place="")
    return {a.pk for a in rows if allowed(who, Need("directory.view_activity", (place(a.place),)))}


def _hosts(training_class: TrainingClass, *statuses: str) -> tuple[tuple[int, ...], ...]:
    return tuple(place(host.place) for host in training_class.hosts.filter(status__in=statuses or ("accepted",)))


def _joint(world: World, who: Who) -> set[Any]:
    return _classes(world, who) & set(TrainingClass.objects.filter(is_joint=True).values_list("pk", flat=True))


def _helped(world: World, who: Who) -> set[Any]:
    return {
        c.pk
        for c in TrainingClass.objects.all()
        if allowed(who, Need("classes.help_class", (place(c.place),), shared=_hosts(c)))
    }


def _guests(world: World, who: Who, action: str = "classes.view_guests") -> set[Any]:
    rows = Session.objects.filter(base__isnull=False, is_cancelled=False).select_related("base", "training_class")
    others = [s for s in rows if place(s.training_class.place)[: len(place(s.base.place))] != place(s.base.place)]
    return {s.pk for s in others if allowed(who, Need(action, (place(s.base.place),)))}


def _guests_coming(world: World, who: Who) -> set[Any]:
    """But for the one whose keeper has objected already."""
    rows = _guests(world, who, "classes.object_to_guest")
    return rows - set(Session.objects.filter(training_class=world.training_class).values_list("pk", flat=True))


def _invited(world: World, who: Who) -> set[Any]:
    rows = ClassHost.objects.filter(status="invited")
    return {h.pk for h in rows if allowed(who, Need("classes.answer_invitation", (place(h.place),)))}


def _objected(world: World, who: Who) -> set[Any]:
    here = place(world.training_class.place)
    return {world.objection.pk} if allowed(who, Need("classes.edit_class", (here,))) else set()


def _classes(world: World, who: Who) -> set[Any]:
    seen = set()
    for one in TrainingClass.objects.all():
        places = (place(one.place), *(place(q.place) for q in one.quotas.all()))
        inside = one.enrolments.filter(person=who.person or 0).exists()
        asked = _hosts(one, "accepted", "invited")
        is_seen = allowed(who, Need("classes.view_class", places, who.person if inside else None, shared=asked))
        may_draft = allowed(who, Need("classes.edit_class", places[:1])) or allowed(
            who, Need("classes.answer_invitation", asked)
        )
        if is_seen and (one.status != "draft" or may_draft):
            seen.add(one.pk)
    return seen


def _enrolment_need(seat: Enrolment | WaitingPlace) -> Need:
    held = seat.training_class
    places = (place(seat.place), place(held.place))
    return Need("classes.view_enrolment", places, seat.person_id, shared=_hosts(held))


def _enrolments(world: World, who: Who) -> set[Any]:
    return {e.pk for e in Enrolment.objects.select_related("training_class") if allowed(who, _enrolment_need(e))}


def _in_line(world: World, who: Who) -> set[Any]:
    rows = WaitingPlace.objects.select_related("training_class")
    return {w.pk for w in rows if allowed(who, _enrolment_need(w))}


def _leaves(world: World, who: Who) -> set[Any]:
    def need(leave: Leave) -> Need:
        places = (place(leave.place), place(leave.training_class.place))
        heads = (leave.training_class.head_id,) if leave.training_class.head_id else ()
        return Need("classes.view_leave", places, leave.person_id, accounts=heads)

    return {one.pk for one in Leave.objects.select_related("training_class") if allowed(who, need(one))}


def _campaigns(world: World, who: Who) -> set[Any]:
    """What is put away is seen by those who may bring it back."""
    seen = {c for c in Campaign.objects.all() if allowed(who, Need("classes.view_campaign", (place(c.place),)))}
    plans = {c for c in seen if allowed(who, Need("classes.plan_campaign", (place(c.place),)))}
    return {c.pk for c in seen if c.put_away_at is None or c in plans}


def _orders(world: World, who: Who) -> set[Any]:
    def need(order: Order) -> Need:
        return Need("classes.view_order", (place(order.place), place(order.provider_place)))

    return {order.pk for order in Order.objects.all() if allowed(who, need(order))}


def _orders_in_line(world: World, who: Who) -> set[Any]:
    in_line = set(Order.objects.filter(status__in=("waiting", "offered")).values_list("pk", flat=True))
    return _orders(world, who) & in_line


def _outsiders(world: World, who: Who) -> set[Any]:
    held = world.orders["outside_held"]
    return {held.pk} if allowed(who, Need("classes.view_outside", (place(held.provider_place),))) else set()


def _to_answer(world: World, who: Who) -> set[Any]:
    """One's own, and those that a unit right below has let lie."""
    held, found = {where for _role, where in who.grants}, set()
    for one in Order.objects.filter(status="placed"):
        at = place(one.provider_place)
        is_mine = at in held or (one.overdue_at is not None and at[:-1] in held)
        if is_mine and allowed(who, Need("classes.answer_order", (at,))):
            found.add(one.pk)
    return found


def _to_reply(world: World, who: Who) -> set[Any]:
    held = {where for _role, where in who.grants}
    rows = [one for one in Order.objects.filter(status="countered") if place(one.place) in held]
    return {one.pk for one in rows if allowed(who, Need("classes.place_order", (place(one.place),)))}


def _in_township(world: World, who: Who, action: str) -> bool:
    here = (world.at(),)
    return all_allowed(who, (Need("directory.view_unit", here), Need("coverage.view_coverage", here)))


def _left(world: World, who: Who) -> set[Any] | None:
    if not _in_township(world, who, "coverage.view_left"):
        return None
    rows = Standing.objects.filter(year=2026, is_home=True, is_trained=False).select_related("unit")
    here = [row for row in rows if place(row.unit.path)[: len(world.at())] == world.at()]
    return {row.pk for row in here if allowed(who, Need("coverage.view_left", (place(row.unit.path),)))}


def _left_on(world: World, who: Who) -> set[Any] | None:
    """On the last day itself nobody has hours but those who are trained; a row is where somebody was at home."""
    left = _left(world, who)
    if left is None:
        return None
    people = {person for _county, _year, person, _unit in left}
    homes = Membership.objects.filter(is_primary=True, valid_to=None, person__in=people)
    return set(homes.values_list("pk", flat=True))


def _bases(world: World, who: Who) -> set[Any]:
    return {b.pk for b in Base.objects.all() if allowed(who, Need("bases.view_base", (place(b.place),)))}


def _belts(world: World, who: Who) -> set[Any]:
    rows = Base.objects.filter(kind="belt")
    return {b.pk for b in rows if allowed(who, Need("bases.view_base", (place(b.place),)))}


def _venues(world: World, who: Who) -> set[Any]:
    rows = Venue.objects.filter(is_active=True, kind="room").select_related("base")
    return {v.pk for v in rows if allowed(who, Need("bases.view_base", (place(v.base.place),)))}


def _vehicles(world: World, who: Who) -> set[Any]:
    rows = Venue.objects.filter(is_active=True).select_related("base")
    goes = [v for v in rows if v.kind != "room" or v.base.kind == "mobile_school"]
    return {v.pk for v in goes if allowed(who, Need("bases.view_base", (place(v.base.place),)))}


def _gaps(world: World, who: Who) -> set[Any]:
    return _units(world, who) & set(Unit.objects.filter(kind="township").values_list("pk", flat=True))


def _near(world: World, who: Who) -> set[Any] | None:
    """Only the point has coordinates; near it is whoever works for a unit, and from outside there is no list."""
    if any(role == "outside" for role, _ in who.grants):
        return None
    return set(world.point.venues.values_list("pk", flat=True)) if who.grants else set()


def _evidence(world: World, who: Who) -> set[Any]:
    rows = Evidence.objects.select_related("base")
    needs = {e.pk: Need("bases.view_evidence", (place(e.place),), shared=_builders(e.base)) for e in rows}
    return {pk for pk, need in needs.items() if allowed(who, need)}


def _builders(base: Base) -> tuple[tuple[int, ...], ...]:
    """Where the units are that build a belt together."""
    return tuple(place(one.place) for one in base.belt.places.all()) if base.kind == "belt" else ()


def _with_regulations(world: World, who: Who) -> set[Any]:
    schools = Base.objects.filter(kind__in=("township_school", "demonstration_base", "academy"), valid_to=None)
    return {b.pk for b in schools if allowed(who, Need("bases.view_regulation", (place(b.place),)))}


def _to_read(world: World, who: Who) -> set[Any]:
    """Who works at the place itself reads, not the levels above it."""
    rows = Regulation.objects.filter(valid_to=None).select_related("base")
    seen = {r for r in rows if allowed(who, Need("bases.acknowledge_regulation", (place(r.base.place),)))}
    own = {at for role, at in who.grants if role in ("city", "county", "township", "base", "teacher")}
    return {r.pk for r in seen if place(r.base.place) in own}


def _lacking(world: World, who: Who, action: str = "bases.view_evidence") -> set[Any]:
    rows = AspectState.objects.filter(is_had=False).select_related("base")
    shared = _builders if action == "bases.view_evidence" else lambda base: ()
    return {s.pk for s in rows if allowed(who, Need(action, (place(s.base.place),), shared=shared(s.base)))}


def _to_review(world: World, who: Who) -> set[Any]:
    rows = Evidence.objects.filter(status="waiting")
    return {e.pk for e in rows if allowed(who, Need("bases.review_evidence", (place(e.review_place),)))}


def _ending(world: World, who: Who) -> set[Any]:
    rows = Evidence.objects.filter(status="passed")
    return {e.pk for e in rows if allowed(who, Need("bases.file_evidence", (place(e.place),)))}


def _visits(world: World, who: Who, action: str = "bases.view_visit") -> set[Any]:
    rows = Visit.objects.select_related("base")
    return {v.pk for v in rows if allowed(who, Need(action, (place(v.base.place),)))}


def _reservations(world: World, who: Who) -> set[Any]:
    rows = Reservation.objects.select_related("venue__base", "unit")
    return {r.pk for r in rows if allowed(who, Need("bases.view_reservation", _sides(r)))}


def _sides(row: Reservation) -> tuple[Place, ...]:
    """Where a reservation lies: at the base, and where the unit is that booked."""
    return place(row.venue.base.place), place(row.unit.path)


def _holds(world: World, who: Who) -> set[Any]:
    rows = Reservation.objects.filter(state="live", expires_at__isnull=False, is_asked=False).select_related("unit")
    return {r.pk for r in rows if allowed(who, Need("bases.reserve_venue", (place(r.unit.path),)))}


def _asked(world: World, who: Who) -> set[Any]:
    """What guests ask for in the bases of one's own place."""
    rows = Reservation.objects.filter(is_asked=True).select_related("venue__base")
    own = [r for r in rows if place(r.venue.base.place) in {held for _role, held in who.grants}]
    return {r.pk for r in own if allowed(who, Need("bases.keep_base", (place(r.venue.base.place),)))}


def _released(world: World, who: Who) -> set[Any]:
    rows = ReservationSeries.objects.filter(ended_for="misses").select_related("unit")
    return {s.pk for s in rows if allowed(who, Need("bases.reserve_venue", (place(s.unit.path),)))}


def _where(rows: Iterable[Any], who: Who, action: str) -> set[Any]:
    """The rows at whose place somebody may do something."""
    return {row.pk for row in rows if allowed(who, Need(action, (place(row.place),)))}


def _articles(world: World, who: Who) -> set[Any]:
    return {a.pk for a in Article.objects.all() if allowed(who, Need("notices.view_article", (place(a.place),)))}


def _circulars(world: World, who: Who, action: str = "notices.view_circular") -> set[Any]:
    rows = Circular.objects.prefetch_related("receipts")
    is_seen = action == "notices.view_circular"
    return {
        row.pk
        for row in rows
        if allowed(who, Need(action, (place(row.place), *(place(r.place) for r in row.receipts.all() if is_seen))))
    }


def _receipts(world: World, who: Who) -> set[Any] | None:
    """All receipts of the township's circular for who looks after the township, else those in reach."""
    if world.circular.pk not in _circulars(world, who):
        return None
    view = "notices.view_circular"
    rows = CircularReceipt.objects.filter(circular=world.circular)
    return {r.pk for r in rows if allowed(who, Need(view, (world.at(), place(r.place))))}


def _to_sign(world: World, who: Who) -> set[Any]:
    rows = CircularReceipt.objects.filter(acknowledged_at=None)
    return {r.pk for r in rows if allowed(who, Need(r.signing_action, (place(r.place),)))}


def _messages_sent(world: World, who: Who) -> set[Any]:
    return set(Message.objects.filter(sender=who.account).values_list("pk", flat=True)) if who.account else set()


def _wordings(world: World, who: Who) -> set[Any]:
    rows = Wording.objects.all()
    return {w.pk for w in rows if allowed(who, Need("notices.word_messages", (place(w.place),)))}


def _messages(world: World, who: Who) -> set[Any]:
    return set(Message.objects.filter(account=who.account).values_list("pk", flat=True)) if who.account else set()


def _article_versions(world: World, who: Who, action: str, status: str) -> set[Any]:
    rows = ArticleVersion.objects.filter(status=status).select_related("article")
    return {v.pk for v in rows if allowed(who, Need(action, (place(v.article.place),)))}


def _article_pictures(world: World, who: Who) -> set[Any]:
    """What no published text shows is seen by those who see the text."""
    rows = ArticlePicture.objects.select_related("article")
    return {p.pk for p in rows if allowed(who, Need("notices.view_article", (place(p.article.place),)))}


def _routes(world: World, who: Who, action: str = "catalogue.view_route", status: str = "") -> set[Any]:
    seen = set()
    for one in Route.objects.all():
        is_public = one.status == "published" and action == "catalogue.view_route"
        needs = (
            Need(action, (place(one.place),)),
            Need("" if is_public else "catalogue.plan_route", (place(one.place),)),
        )
        if all_allowed(who, needs) and status in ("", one.status):
            seen.add(one.pk)
    return seen


def _packages(world: World, who: Who, action: str = "catalogue.view_package", names: tuple[str, ...] = ()) -> set[Any]:
    seen = set()
    for one in Package.objects.all():
        is_public = one.status == "published" and action == "catalogue.view_package"
        needs = (
            Need(action, (place(one.place),)),
            Need("" if is_public else "catalogue.plan_package", (place(one.place),)),
        )
        if all_allowed(who, needs) and (not names or one.name in names):
            seen.add(one.pk)
    return seen


def _panoramas(world: World, who: Who) -> set[Any]:
    seen = set()
    for one in Panorama.objects.all():
        here = (place(one.place),)
        kept = Need("" if one.is_shown else "catalogue.keep_panorama", here)
        if all_allowed(who, (Need("catalogue.view_panorama", here), kept)):
            seen.add(one.pk)
    return seen


def _courses(world: World, who: Who) -> set[Any]:
    seen = set()
    for one in Course.objects.all():
        was_accepted = one.versions.filter(status="passed").exists()
        needs = (
            Need("catalogue.view_course", (place(one.place),)),
            Need("" if was_accepted else "catalogue.write_course", (place(one.place),)),
        )
        if all_allowed(who, needs):
            seen.add(one.pk)
    return seen


def _versions(world: World, who: Who, action: str, status: str) -> set[Any]:
    rows = CourseVersion.objects.filter(status=status).select_related("course")
    return {v.pk for v in rows if allowed(who, Need(action, (place(v.course.place),)))}


def _materials(world: World, who: Who, action: str = "catalogue.view_material") -> set[Any]:
    """What is retired is seen by those who may bring it back."""
    seen = {m for m in Material.objects.all() if allowed(who, Need(action, (place(m.place),)))}
    keeps = {m for m in seen if allowed(who, Need("catalogue.keep_material", (place(m.place),)))}
    return {m.pk for m in seen if not m.is_retired or m in keeps}


def _editions(world: World, who: Who, action: str) -> set[Any]:
    seen = _materials(world, who)
    rows = Edition.objects.filter(material__in=seen).select_related("material")
    return {e.pk for e in rows if allowed(who, Need(action, (place(e.material.place),)))}


def _shelves(world: World, who: Who) -> set[Any]:
    return {s.pk for s in Shelf.objects.all() if allowed(who, Need("catalogue.view_stock", (place(s.place),)))}


def _movements(world: World, who: Who) -> set[Any]:
    seen = _shelves(world, who)
    return {m.pk for m in Movement.objects.all() if m.shelf_id in seen}


def _sendings(world: World, who: Who) -> set[Any]:
    def ends(one: Sending) -> tuple[tuple[int, ...], ...]:
        return place(one.from_place), place(one.to_place)

    return {s.pk for s in Sending.objects.all() if allowed(who, Need("catalogue.view_stock", ends(s)))}


def _to_receive(world: World, who: Who) -> set[Any]:
    """Who works at the very unit receives."""
    may = {held for role, held in who.grants if role in ("city", "county", "township", "base")}
    return {s.pk for s in Sending.objects.filter(status="sent") if place(s.to_place) in may}


def _stocked(world: World, who: Who) -> set[Any]:
    return {u.pk for u in Unit.objects.all() if allowed(who, Need("catalogue.view_stock", (place(u.path),)))}


def _short_units(world: World, who: Who) -> set[Any]:
    """The two classes with nothing to give out are the townships'; their own staff and the county's are told."""
    short = {name: world.at(name) for name in ("huotong", "hubei")}
    may = [held for role, held in who.grants if role in ("city", "county", "township", "base")]
    return {world.unit(name).pk for name, at in short.items() if any(held in (at, at[:-1]) for held in may)}


def _contests(world: World, who: Who) -> set[Any]:
    """What is drafted is seen by those who may call it."""
    seen = {c for c in Contest.objects.all() if allowed(who, Need("catalogue.view_contest", (place(c.place),)))}
    holds = {c for c in seen if allowed(who, Need("catalogue.call_contest", (place(c.place),)))}
    return {c.pk for c in seen if c.status != "draft" or c in holds}


def _tally(world: World, who: Who) -> set[Any]:
    held = world.contests["judged"]
    if not allowed(who, Need("catalogue.view_tally", (place(held.place),))):
        return set()
    return set(held.entries.values_list("pk", flat=True))


def _to_judge(world: World, who: Who) -> set[Any]:
    """The township keeps out of what it entered itself; whoever holds the contest does not."""
    return {world.contests["judged"].pk} if who.name == "county@ancestor" else set()


def _to_vote(world: World, who: Who) -> set[Any]:
    votes = who.account is not None and allowed(who, Need("catalogue.vote_contest"))
    return {world.contests["judged"].pk} if votes else set()


def _to_turn(world: World, who: Who) -> set[Any]:
    waiting = [world.contests[name] for name in ("over", "published", "ended")]
    return {c.pk for c in waiting if allowed(who, Need("catalogue.call_contest", (place(c.place),)))}


def _to_enter(world: World, who: Who) -> set[Any]:
    entered = set(world.contests["open"].entries.values_list("course", flat=True))
    rows = Course.objects.filter(stage="reviewed").exclude(pk__in=entered)
    return _where(rows, who, "catalogue.enter_contest")


def _cases(world: World, who: Who, action: str = "catalogue.view_case", status: str = "") -> set[Any]:
    seen = set()
    for one in Case.objects.all():
        is_public = one.status == "passed" and action == "catalogue.view_case"
        needs = (
            Need(action, (place(one.place),)),
            Need("" if is_public else "catalogue.write_case", (place(one.place),)),
        )
        if all_allowed(who, needs) and status in ("", one.status):
            seen.add(one.pk)
    return seen


def _photos(world: World, who: Who, action: str = "bases.view_base", status: str = "") -> set[Any]:
    seen = set()
    for one in Photo.objects.select_related("base"):
        is_public = one.status == "published" and action == "bases.view_base"
        where = (place(one.base.place),)
        if all_allowed(who, (Need(action, where), Need("" if is_public else "bases.keep_base", where))):
            seen |= {one.pk} if status in ("", one.status) else set()
    return seen


def _modes(world: World, who: Who) -> set[Any]:
    rows = Session.objects.exclude(mode="").filter(held_on__year=2026, base__isnull=False).select_related("base")
    return {s.base_id for s in rows if allowed(who, Need("classes.view_modes", (place(s.base.place),)))}


def _teachers(world: World, who: Who) -> set[Any]:
    return {t.pk for t in Teacher.objects.all() if allowed(who, Need("faculty.view_teacher", (place(t.place),)))}


def _pools(world: World, who: Who) -> set[Any]:
    return {p.pk for p in Pool.objects.all() if allowed(who, Need("faculty.view_teacher", (place(p.place),)))}


def _to_vet(world: World, who: Who) -> set[Any]:
    held = {at for _, at in who.grants}
    kept = [t for t in Teacher.objects.filter(is_active=True, vettings=None) if place(t.place) in held]
    return {t.pk for t in kept if allowed(who, Need("faculty.keep_teacher", (place(t.place),)))}


def _engagements(world: World, who: Who) -> set[Any]:
    rows = [(row, row.teacher) for row in Engagement.objects.select_related("teacher")]
    action = "faculty.answer_engagement"
    return {row.pk for row, one in rows if allowed(who, Need(action, (place(one.place),), one.person_id))}


def _in_doubt(world: World, who: Who) -> set[Any]:
    rows = Engagement.objects.filter(status="declined", key__startswith="session:")
    return {row.key for row in rows if allowed(who, Need("faculty.engage_teacher", (place(row.place),)))}


def _lent() -> Teacher:
    return Teacher.objects.get(name="教师hubei")


def _pools_to_fill(world: World, who: Who) -> set[Any]:
    rows = Pool.objects.exclude(name="师资库hubei")
    return {p.pk for p in rows if allowed(who, Need("faculty.keep_teacher", (place(p.place),)))}


def _absences(world: World, who: Who) -> set[Any]:
    rows = [(a, a.teacher) for a in Absence.objects.select_related("teacher")]
    action = "faculty.note_absence"
    return {a.pk for a, one in rows if allowed(who, Need(action, (place(one.place),), one.person_id))}


def _stations(world: World, who: Who) -> set[Any]:
    return _where(Station.objects.all(), who, "faculty.view_teacher")


def _served(world: World, who: Who) -> set[Any]:
    rows = StationSchool.objects.select_related("station")
    return {s.pk for s in rows if allowed(who, Need("faculty.view_teacher", (place(s.station.place),)))}


def _coachings(world: World, who: Who) -> set[Any]:
    rows = Coaching.objects.select_related("school__station", "teacher")
    action = "faculty.coach_school"
    return {c.pk for c in rows if allowed(who, Need(action, (place(c.school.station.place),), c.teacher.person_id))}


def _pairs(world: World, who: Who) -> set[Any]:
    rows = Mentorship.objects.select_related("mentor", "apprentice")
    places = {m.pk: (place(m.mentor.place), place(m.apprentice.place)) for m in rows}
    action = "faculty.view_mentorship"
    return {m.pk for m in rows if allowed(who, Need(action, places[m.pk], m.mentor.person_id))}


def _observations(world: World, who: Who) -> set[Any]:
    rows = Observation.objects.select_related("mentorship__mentor", "mentorship__apprentice")
    action, found = "faculty.observe_lesson", set()
    for one in rows:
        pair = one.mentorship
        if allowed(who, Need(action, (place(pair.apprentice.place),), pair.mentor.person_id)):
            found.add(one.pk)
    return found


def _rights(world: World, who: Who, action: str = "faculty.view_teacher") -> set[Any]:
    rows = TeachingRight.objects.select_related("teacher")
    return {r.pk for r in rows if allowed(who, Need(action, (place(r.teacher.place),)))}


def _duties(world: World, who: Who) -> set[Any]:
    rows, action = TechnicianDuty.objects.all(), "faculty.view_teacher"
    return {d.pk for d in rows if allowed(who, Need(action, (place(d.place), place(d.served_place))))}


def _sent(world: World, who: Who) -> set[Any]:
    rows = TechnicianSent.objects.select_related("duty")
    return {s.pk for s in rows if allowed(who, Need("faculty.keep_duty", (place(s.duty.place),)))}


def _points(world: World, who: Who) -> set[Any]:
    return _where(Base.objects.filter(kind="teaching_point", valid_to=None), who, "bases.view_base")


def _rights_ending(world: World, who: Who) -> set[Any]:
    """A county's office cares for its county's teachers, the city's for its own."""
    action = "faculty.train_teacher"
    offices = {at[:2] for _, at in who.grants if allowed(who, Need(action, (at,), at_own=True))}
    rows = TeachingRight.objects.select_related("teacher")
    return {r.pk for r in rows if place(r.teacher.place)[:2] in offices} & _rights(world, who, action)


def _of(model: Any, who: Who, action: str, at: Callable[[Any], str] = lambda one: one.place) -> set[Any]:
    return {one.pk for one in model.objects.all() if allowed(who, Need(action, (place(at(one)),)))}


def _links(world: World, who: Who) -> set[Any]:
    rows = StandingLink.objects.select_related("teacher")
    action = "faculty.view_link"
    return {one.pk for one in rows if allowed(who, Need(action, (place(one.place),), one.teacher.person_id))}


def _visits_to_log(world: World, who: Who) -> set[Any]:
    rows = LinkVisit.objects.select_related("link__teacher")
    action = "faculty.log_visit"
    return {v.pk for v in rows if allowed(who, Need(action, (place(v.link.place),), v.link.teacher.person_id))}


def _follow_ups(world: World, who: Who) -> set[Any]:
    held = {at for _, at in who.grants}
    near = {v.pk for v in LinkVisit.objects.select_related("link") if place(v.link.place) in held}
    return near & _visits_to_log(world, who)


def _quiet(world: World, who: Who) -> set[Any]:
    held = {at for _, at in who.grants}
    near = {p.pk for p in LiaisonPoint.objects.all() if place(p.place) in held}
    return near & _of(LiaisonPoint, who, "faculty.keep_point")


def _schools(who: Who, action: str) -> set[Any]:
    rows = Base.objects.filter(kind="township_school", valid_to=None)
    return {b.pk for b in rows if allowed(who, Need(action, (place(b.place),)))}


def _planning_bases(who: Who, action: str) -> set[Any]:
    rows = Base.objects.filter(kind__in=("township_school", "academy"), valid_to=None)
    return {b.pk for b in rows if allowed(who, Need(action, (place(b.place),)))}


def _planning_counties(who: Who, action: str) -> set[Any]:
    needs = (action, "directory.view_unit")
    rows = Unit.objects.filter(kind="county")
    return {u.pk for u in rows if all_allowed(who, [Need(need, (place(u.path),)) for need in needs])}


def _planners(who: Who, action: str) -> set[Any]:
    counties, bases = _planning_counties(who, action), _planning_bases(who, action)
    return {f"unit-{pk}" for pk in counties} | {f"base-{pk}" for pk in bases}


def _plan_lines(world: World, who: Who, action: str = "planning.view_plan", status: str = "approved") -> set[Any]:
    rows = PlanLine.objects.filter(plan__status=status)
    return {line.pk for line in rows if allowed(who, Need(action, (place(line.plan.place),)))}


def _plan_counties(world: World, who: Who) -> set[Any]:
    rows = Unit.objects.filter(kind__in=("city", "county"))
    needs = ("planning.view_plan", "directory.view_unit")
    return {u.pk for u in rows if all_allowed(who, [Need(need, (place(u.path),)) for need in needs])}


def _plans_where(who: Who, action: str, status: str) -> set[Any]:
    return {p.pk for p in Plan.objects.filter(status=status) if allowed(who, Need(action, (place(p.place),)))}


def _plans_to_decide(world: World, who: Who) -> set[Any]:
    """Those of the units right below one's own."""
    held = {where for _role, where in who.grants}
    rows = [p for p in Plan.objects.filter(status="waiting") if place(p.above_place) in held]
    return {p.pk for p in rows if allowed(who, Need("planning.approve_plan", (place(p.above_place),)))}


def _plan_sums(world: World, who: Who) -> set[Any]:
    planners, lines = len(_planners(who, "planning.view_plan")), len(_plan_lines(world, who))
    return {(planners, len(_plans_where(who, "planning.view_plan", "approved")), lines)}


def _planned_sum(actor: Actor) -> set[Any]:
    found = sum_of_year(actor, 2026)
    return {(found.planners, found.approved, found.planned["lines"])}


def _shut(world: World, who: Who) -> set[Any]:
    rows = [(session, place(session.training_class.place)) for session in world.shut_sessions]
    return {session.pk for session, where in rows if allowed(who, Need("classes.edit_class", (where,)))}


def _check_ins(world: World, who: Who) -> set[Any]:
    rows = CheckIn.objects.select_related("session__training_class")
    classes = _rolls(world, who)
    return {c.person_id for c in rows if c.session.training_class_id in classes}


def _postings(world: World, who: Who) -> set[Any]:
    people = _people(world, who, "records.view_file")
    return {str(p.id) for p in Posting.objects.all() if p.person_id in people}


# Name of the list -> who should see which rows; None where the list itself is out of reach.
LISTS: dict[str, Seen] = {
    "directory.people": _people,
    "directory.left": lambda w, who: (
        {w.left.pk} if allowed(who, Need("directory.move_member", (place(w.left.unit.path),))) else set()
    ),
    "directory.units": _units,
    "directory.accounts": _accounts,
    "directory.activity": _activity,
    "classes.classes": _classes,
    "classes.people": _enrolments,
    "classes.leaves": _leaves,
    "classes.modes": _modes,
    "classes.campaigns": _campaigns,
    "classes.guests": _guests,
    "classes.orders": _orders,
    "classes.outsiders": _outsiders,
    "classes.unmet": lambda world, who: _orders(world, who) & {world.orders["declined"].pk},
    "records.joint": _joint,
    "coverage.left": _left,
    "coverage.left_on": _left_on,
    "bases.bases": _bases,
    "bases.belts": _belts,
    "bases.venues": _venues,
    "bases.vehicles": _vehicles,
    "bases.near": _near,
    "bases.gaps": lambda world, who: (
        _units(world, who) & set(Unit.objects.filter(kind="township").values_list("pk", flat=True))
    ),
    "bases.evidence": _evidence,
    "bases.regulations": _with_regulations,
    "bases.lacking": _lacking,
    "bases.visits": _visits,
    "bases.reservations": _reservations,
    "catalogue.courses": _courses,
    "catalogue.packages": _packages,
    "catalogue.routes": _routes,
    "catalogue.materials": _materials,
    "catalogue.stock": _shelves,
    "catalogue.movements": _movements,
    "catalogue.sendings": _sendings,
    "catalogue.cases": _cases,
    "catalogue.contests": _contests,
    "catalogue.tally": _tally,
    "bases.photos": _photos,
    "catalogue.panoramas": lambda w, who: _where(Panorama.objects.all(), who, "catalogue.keep_panorama"),
    "faculty.teachers": _teachers,
    "faculty.pools": _pools,
    "faculty.stations": _stations,
    "faculty.duties": _duties,
    "catalogue.points": _points,
    "faculty.station_schools": _served,
    "faculty.mentorships": _pairs,
    "faculty.rights": _rights,
    "faculty.trainer_courses": lambda w, who: _where(TrainerCourse.objects.all(), who, "faculty.view_teacher"),
    "faculty.groups": lambda world, who: _of(LectureGroup, who, "faculty.view_teacher"),
    "faculty.lectures": lambda world, who: _of(Lecture, who, "faculty.view_teacher"),
    "faculty.points": lambda world, who: _of(LiaisonPoint, who, "faculty.view_teacher"),
    "faculty.links": _links,
    "classes.first_lessons": lambda world, who: _schools(who, "faculty.view_teacher"),
    "notices.articles": _articles,
    "notices.circulars": _circulars,
    "notices.receipts": _receipts,
    "classes.waiting": _in_line,
    "classes.waiting_orders": _orders_in_line,
    "notices.inbox": _messages,
    "notices.sent": _messages_sent,
    "notices.wordings": _wordings,
    "planning.schools": lambda world, who: _planning_bases(who, "planning.view_plan"),
    "planning.lines": _plan_lines,
    "planning.counties": _plan_counties,
}
# Address -> who should see which rows, and what names a row in the answer.
API_LISTS: dict[str, tuple[Seen, Callable[[dict[str, Any]], Any]]] = {
    "units": (_units, lambda row: row["id"]),
    "people": (_people, lambda row: row["id"]),
    "classes": (_classes, lambda row: row["id"]),
    "reservations": (_reservations, lambda row: row["id"]),
    "orders": (_orders, lambda row: row["id"]),
    "enrolments": (
        lambda w, who: {(pk[1], pk[2]) for pk in _enrolments(w, who)},
        lambda row: (row["training_class"], row["person"]),
    ),
    "check-ins": (_check_ins, lambda row: row["person"]),
    "postings": (_postings, lambda row: row["id"]),
    "messages": (_messages, lambda row: row["id"]),
    "messages/sent": (_messages_sent, lambda row: row["id"]),
}


def _run(world: World, who: Who) -> set[Any]:
    return {c.pk for c in TrainingClass.objects.all() if allowed(who, Need("classes.run_class", (place(c.place),)))}


def _unused(world: World, who: Who) -> set[Any]:
    rows = Quota.objects.filter(training_class__status="open", used__lt=F("seats"))
    return {q.pk for q in rows if allowed(who, Need("classes.pass_on_seats", (place(q.place),)))}


def _waiting(world: World, who: Who) -> set[Any]:
    def need(leave: Leave) -> Need:
        head = leave.training_class.head
        return Need("classes.decide_leave", (place(leave.training_class.place),), head.person_id if head else None)

    return {one.pk for one in Leave.objects.select_related("training_class__head") if allowed(who, need(one))}


def _named_zhou(world: World, who: Who) -> set[Any]:
    here = {name: world.people[name] for name in "PNRH"}
    return {p.pk for p in here.values() if allowed(who, Need("directory.view_person", (_home(p),)))}


def _rolls(world: World, who: Who) -> set[Any]:
    rows = TrainingClass.objects.exclude(status="draft")
    return {c.pk for c in rows if allowed(who, Need(ROLL, (place(c.place),), shared=_hosts(c)))}


def _sessions(world: World, who: Who) -> set[Any]:
    classes = _rolls(world, who)
    return {s.pk for s in _first_sessions() if s.training_class_id in classes}


def _first_sessions() -> list[Session]:
    return list(Session.objects.filter(number=1))


def _covered(world: World, who: Who) -> set[Any]:
    rows = Unit.objects.filter(pk__in=_units(world, who))
    return {u.pk for u in rows if allowed(who, Need("coverage.view_coverage", (place(u.path),)))}


def _files(world: World, who: Who) -> set[Any]:
    few = {person.pk for person in _few()}
    return few & _people(world, who) & _people(world, who, "records.view_file")


def _files_alone(world: World, who: Who) -> set[Any]:
    return {person.pk for person in _few()} & _people(world, who, "records.view_file")


def _left_anywhere(world: World, who: Who) -> set[Any]:
    rows = Standing.objects.filter(year=2026, is_home=True, is_trained=False).select_related("unit")
    return {row.pk for row in rows if allowed(who, Need("coverage.view_left", (place(row.unit.path),)))}


def _movable(world: World, who: Who) -> set[Any]:
    rows = RosterImport.objects.all()
    return {row.pk for row in rows if allowed(who, Need("directory.move_member", (place(row.place),)))}


@contextmanager
def everybody_may(*actions: str) -> Iterator[None]:
    """While open, these actions are anybody's who holds a role: what else refuses them stands alone."""
    kept = {action: list(permissions._table[action]) for action in actions}
    for action in actions:
        permissions._table[action][:] = [Permission(action, frozenset(ROLES), Scope.ANYWHERE)]
    try:
        yield
    finally:
        for action, rows in kept.items():
            permissions._table[action][:] = rows


def _files_of_whoever_is_seen(actor: Actor) -> set[Any]:
    with everybody_may("directory.view_person"):
        return _got(lambda p: training_file_of(p.pk, actor), _few())


def _few() -> list[Person]:
    return list(Person.objects.filter(name__in=FEW))


def _got(get: Callable[[Any], object], rows: Iterable[Any]) -> set[Any]:
    """The ids of the rows that can be got one by one."""
    found = set()
    for row in rows:
        with suppress(NotFound):
            get(row)
            found.add(row.pk)
    return found


def _covered_whole(actor: Actor) -> set[Any]:
    seen = units_visible_to(actor)
    return _got(lambda unit: coverage_of(unit, 2026, actor=actor), seen)


# What home pages, the search box and forms read besides: the query, and who should get which rows.
QUERIES: dict[str, tuple[Callable[[Actor], set[Any]], Seen]] = {
    "classes: run": (lambda actor: {c.pk for c in classes_run_by(actor)}, _run),
    "classes: helped": (lambda actor: {c.pk for c in classes_helped_by(actor)}, _helped),
    "classes: invitations": (lambda actor: {h.pk for h in invitations_waiting(actor)}, _invited),
    "classes: objections": (lambda actor: {o.pk for o in objections_waiting(actor)}, _objected),
    "classes: guests coming": (lambda actor: {s.pk for s in guests_coming(actor, 99)}, _guests_coming),
    "classes: seats unused": (lambda actor: {q.pk for q in quotas_unused(actor)}, _unused),
    "classes: waiting lists": (lambda actor: {w.pk for w in waiting_visible_to(actor)}, _in_line),
    "classes: leave waiting": (lambda actor: {one.pk for one in leaves_waiting(actor)}, _waiting),
    "classes: orders to answer": (lambda actor: {o.pk for o in orders_to_answer(actor)}, _to_answer),
    "classes: orders to reply": (lambda actor: {o.pk for o in counters_to_reply(actor)}, _to_reply),
    "classes: sessions shut": (lambda actor: {session.pk for session, _why in sessions_shut(actor)}, _shut),
    "bases: evidence to review": (lambda actor: {e.pk for e in evidence_to_review(actor)}, _to_review),
    "bases: evidence ending": (lambda actor: {e.pk for e in evidence_ending(actor, NOON.date())}, _ending),
    "bases: regulations to read": (lambda actor: {r.pk for r in regulations_to_read(actor)}, _to_read),
    "bases: aspects lacking": (
        lambda actor: {s.pk for s in aspects_lacking(actor)},
        lambda w, who: _lacking(w, who, "bases.file_evidence"),
    ),
    "catalogue: courses": (lambda actor: {c.pk for c in courses_visible_to(actor)}, _courses),
    "catalogue: courses to review": (
        lambda actor: {v.pk for v in courses_to_review(actor)},
        lambda w, who: _versions(w, who, "catalogue.review_course", "waiting"),
    ),
    "catalogue: courses to mend": (
        lambda actor: {v.pk for v in courses_to_mend(actor)},
        lambda w, who: _versions(w, who, "catalogue.write_course", "declined"),
    ),
    "catalogue: packages to publish": (
        lambda actor: {p.pk for p in packages_to_publish(actor)},
        lambda w, who: _packages(w, who, "catalogue.publish_package", ("套餐waiting",)),
    ),
    "catalogue: packages to mend": (
        lambda actor: {p.pk for p in packages_to_mend(actor)},
        lambda w, who: _packages(w, who, "catalogue.plan_package", ("套餐published",)),
    ),
    "catalogue: panoramas": (lambda actor: {p.pk for p in panoramas_visible_to(actor)}, _panoramas),
    "catalogue: routes to publish": (
        lambda actor: {r.pk for r in routes_to_publish(actor)},
        lambda w, who: _routes(w, who, "catalogue.publish_route", "waiting"),
    ),
    "catalogue: routes to mend": (
        lambda actor: {r.pk for r in routes_to_mend(actor)},
        lambda w, who: _routes(w, who, "catalogue.plan_route", "published") - {w.routes["sound"].pk},
    ),
    "bases: photos to review": (
        lambda actor: {p.pk for p in photos_to_review(actor)},
        lambda w, who: _photos(w, who, "bases.publish_photo", "waiting"),
    ),
    "bases: photos to keep": (
        lambda actor: _got(lambda p: photo_to_keep(p.pk, actor), Photo.objects.all()),
        lambda w, who: _photos(w, who, "bases.keep_base"),
    ),
    "bases: photos to mend": (
        lambda actor: {p.pk for p in photos_to_mend(actor)},
        lambda w, who: _photos(w, who, "bases.keep_base", "declined"),
    ),
    "catalogue: materials to keep": (
        lambda actor: _got(lambda m: material_to_keep(m.pk, actor), Material.objects.all()),
        lambda w, who: _materials(w, who, "catalogue.keep_material"),
    ),
    "catalogue: editions to keep": (
        lambda actor: _got(lambda e: edition_to_keep(e.pk, actor), Edition.objects.all()),
        lambda w, who: _editions(w, who, "catalogue.keep_material"),
    ),
    "catalogue: editions to read": (
        lambda actor: _got(lambda e: edition_to_read(e.pk, actor), Edition.objects.all()),
        lambda w, who: _editions(w, who, "catalogue.read_material"),
    ),
    "catalogue: copies to receive": (lambda actor: {s.pk for s in sendings_to_receive(actor)}, _to_receive),
    "catalogue: units with stock": (
        lambda actor: _got(lambda u: unit_with_stock(u.pk, actor), Unit.objects.all()),
        _stocked,
    ),
    "bases: holds to confirm": (lambda actor: {r.pk for r in holds_to_confirm(actor)}, _holds),
    "bases: reservations to answer": (lambda actor: {r.pk for r in reservations_to_answer(actor)}, _asked),
    "bases: series released": (lambda actor: {s.pk for s in series_released(actor)}, _released),
    "bases: visits to correct": (
        lambda a: _got(lambda v: visit_to_correct(v.base, v.id, a), Visit.objects.select_related("base")),
        lambda w, who: _visits(w, who, "bases.count_visit"),
    ),
    "catalogue: packages to change": (
        lambda a: _got(lambda p: package_to_change(p.pk, a), Package.objects.all()),
        lambda w, who: _where(Package.objects.all(), who, "catalogue.plan_package"),
    ),
    "catalogue: panoramas to keep": (
        lambda a: _got(lambda p: panorama_to_keep(p.pk, a), Panorama.objects.all()),
        lambda w, who: _where(Panorama.objects.all(), who, "catalogue.keep_panorama"),
    ),
    "catalogue: panoramas to review": (
        lambda a: {p.pk for p in panoramas_to_review(a)},
        lambda w, who: _where(Panorama.objects.filter(status="waiting"), who, "catalogue.publish_panorama"),
    ),
    "catalogue: panoramas to mend": (
        lambda a: {p.pk for p in panoramas_to_mend(a)},
        lambda w, who: _where(Panorama.objects.filter(status="declined"), who, "catalogue.keep_panorama"),
    ),
    "catalogue: contests to judge": (lambda actor: {c.pk for c, _ in contests_to_judge(actor)}, _to_judge),
    "catalogue: contests to vote in": (lambda actor: {c.pk for c in contests_to_vote(actor)}, _to_vote),
    "catalogue: contests to turn": (lambda actor: {c.pk for c, _ in contests_to_turn(actor)}, _to_turn),
    "catalogue: courses to enter": (
        lambda actor: {c.pk for c in courses_to_enter(Contest.objects.get(title="报名中的评选"), actor)},
        _to_enter,
    ),
    "catalogue: entries of one's own": (
        lambda actor: {e.pk for e in entries_of_own(Contest.objects.get(title="打分中的评选"), actor)},
        lambda w, who: _where(w.contests["judged"].entries.all(), who, "catalogue.enter_contest"),
    ),
    "catalogue: cases to write": (
        lambda actor: _got(lambda c: case_to_write(c.pk, actor), Case.objects.all()),
        lambda w, who: _cases(w, who, "catalogue.write_case"),
    ),
    "catalogue: cases to review": (
        lambda actor: {c.pk for c in cases_to_review(actor)},
        lambda w, who: _cases(w, who, "catalogue.review_case", "waiting"),
    ),
    "catalogue: cases to mend": (
        lambda actor: {c.pk for c in cases_to_mend(actor)},
        lambda w, who: _cases(w, who, "catalogue.write_case", "declined"),
    ),
    "classes: materials short": (lambda actor: {s.unit.pk for s in materials_short(actor)}, _short_units),
    "faculty: teachers to vet": (lambda actor: {t.pk for t in teachers_to_vet(actor)}, _to_vet),
    "faculty: pools to fill": (lambda a: {p.pk for p in pools_to_fill(a, _lent())}, _pools_to_fill),
    "faculty: engagements": (
        lambda a: _got(lambda one: engagement_by_id(one.pk, a), Engagement.objects.all()),
        _engagements,
    ),
    "faculty: coachings": (lambda a: _got(lambda c: coaching_by_id(c.pk, a), Coaching.objects.all()), _coachings),
    "faculty: lessons": (
        lambda a: _got(lambda one: observation_by_id(one.pk, a), Observation.objects.all()),
        _observations,
    ),
    "faculty: rights to withdraw": (
        lambda a: _got(lambda r: right_by_id(r.pk, a), TeachingRight.objects.all()),
        lambda w, who: _rights(w, who, "faculty.train_teacher"),
    ),
    "faculty: technicians sent": (
        lambda a: _got(lambda s: sent_by_id(s.pk, a), TechnicianSent.objects.all()),
        _sent,
    ),
    "faculty: guides": (
        lambda a: _got(lambda p: guide_pair_by_id(p.pk, a), GuidePair.objects.all()),
        lambda w, who: _where(GuidePair.objects.all(), who, "faculty.keep_guide"),
    ),
    "faculty: rights ending": (lambda a: {r.pk for r in rights_ending(a)}, _rights_ending),
    "faculty: in doubt": (lambda a: set(keys_in_doubt(a, "session:")), _in_doubt),
    "faculty: stops in doubt": (
        lambda a: {one.pk for one, _why in stops_in_doubt(a)},
        lambda w, who: _of(TourStop, who, "faculty.engage_teacher", lambda one: one.tour.group.place),
    ),
    "faculty: topics": (
        lambda a: _got(lambda one: topic_by_id(one.pk, a), GroupTopic.objects.all()),
        lambda w, who: _of(GroupTopic, who, "faculty.view_teacher", lambda one: one.group.place),
    ),
    "faculty: tours": (
        lambda a: _got(lambda one: tour_by_id(one.pk, a), Tour.objects.all()),
        lambda w, who: _of(Tour, who, "faculty.view_teacher", lambda one: one.group.place),
    ),
    "faculty: stops": (
        lambda a: _got(lambda one: stop_by_id(one.pk, a), TourStop.objects.all()),
        lambda w, who: _of(TourStop, who, "faculty.view_teacher", lambda one: one.tour.group.place),
    ),
    "faculty: lectures to correct": (
        lambda a: _got(lambda one: lecture_to_correct(one.pk, a), Lecture.objects.all()),
        lambda w, who: _of(Lecture, who, "faculty.keep_group"),
    ),
    "faculty: points quiet": (lambda a: {one.pk for one in points_quiet(a)}, _quiet),
    "faculty: visits to log": (
        lambda a: _got(lambda one: visit_by_id(one.pk, a), LinkVisit.objects.all()),
        _visits_to_log,
    ),
    "faculty: follow-ups": (lambda a: {one.pk for one in follow_ups_due(a)}, _follow_ups),
    "faculty: first lessons to take back": (
        lambda a: _got(lambda one: lesson_by_id(one.pk, a), FirstLesson.objects.all()),
        lambda w, who: _of(FirstLesson, who, "faculty.enter_first_lesson"),
    ),
    "classes: first lessons missing": (
        lambda a: {one.pk for one in first_lessons_missing(a)},
        lambda w, who: _schools(who, "faculty.keep_leader"),
    ),
    "faculty: absences": (lambda a: _got(lambda one: absence_by_id(one.pk, a), Absence.objects.all()), _absences),
    "notices: circulars to sign": (lambda actor: {r.pk for r in circulars_to_acknowledge(actor)}, _to_sign),
    "notices: circulars to replace": (
        lambda actor: _got(lambda c: circular_to_issue(c.pk, actor), Circular.objects.all()),
        lambda w, who: _circulars(w, who, "notices.issue_circular"),
    ),
    "notices: circulars still to sign": (
        lambda actor: {c.pk for c in circulars_visible_to(actor) if c.is_open},
        lambda w, who: {r.circular_id for r in CircularReceipt.objects.filter(pk__in=_to_sign(w, who))},
    ),
    "notices: receipts of one's own": (
        lambda actor: {r.pk for c in Circular.objects.all() for r in own_receipts(c, actor)},
        _to_sign,
    ),
    "notices: articles to publish": (
        lambda actor: {v.pk for v in articles_to_publish(actor)},
        lambda w, who: _article_versions(w, who, "notices.publish_article", "waiting"),
    ),
    "notices: articles to mend": (
        lambda actor: {v.pk for v in articles_to_mend(actor)},
        lambda w, who: _article_versions(w, who, "notices.write_article", "declined"),
    ),
    "notices: pictures not out yet": (
        lambda actor: _got(lambda p: picture_shown(p.pk, actor), ArticlePicture.objects.all()),
        _article_pictures,
    ),
    "planning: plans to decide": (lambda a: {p.pk for p in plans_to_decide(a)}, _plans_to_decide),
    "planning: plans to mend": (
        lambda a: {p.pk for p in plans_to_mend(a)},
        lambda w, who: _plans_where(who, "planning.write_plan", "declined"),
    ),
    "planning: planners due": (
        lambda a: {planner.key for planner, _due, _plan in planners_due(a, date(2027, 3, 1))},
        lambda w, who: _planners(who, "planning.write_plan"),
    ),
    "planning: sums": (_planned_sum, _plan_sums),
    "planning: lines to write": (
        lambda a: _got(lambda one: line_to_write(one.pk, a), PlanLine.objects.all()),
        lambda w, who: _plan_lines(w, who, "planning.write_plan"),
    ),
    "planning: links to end": (
        lambda a: _got(lambda one: link_to_write(one.pk, a), ClassLink.objects.all()),
        lambda w, who: _of(ClassLink, who, "planning.write_plan", lambda one: one.line.plan.place),
    ),
    "attendance: rolls": (lambda a: _got(lambda c: class_where(c.pk, a, ROLL), TrainingClass.objects.all()), _rolls),
    "attendance: sessions": (lambda a: _got(lambda s: session_where(s.pk, a, ROLL), _first_sessions()), _sessions),
    "coverage: units in reach": (lambda a: _got(lambda u: unit_in_reach(u.pk, a), Unit.objects.all()), _covered),
    "coverage: figures": (_covered_whole, _covered),
    "records: files": (
        lambda a: _got(lambda p: training_file_of(p.pk, a), Person.objects.filter(name__in=FEW)),
        _files,
    ),
    "records: files, were everybody seen": (_files_of_whoever_is_seen, _files_alone),
    "coverage: who is left": (
        lambda actor: {row.pk for row in left_of(Unit.objects.get(kind="city"), 2026, actor)},
        _left_anywhere,
    ),
    "directory: rosters with transfers": (
        lambda actor: {row.pk for row in RosterImport.objects.select_related("unit") if task_of(row, actor).may_move},
        _movable,
    ),
    "directory: search": (
        lambda actor: {pk for name in ("周P", "周N", "周R", "周H") for pk in search_hits(name, actor, kind="person")},
        _named_zhou,
    ),
}


def _roles(world: World, who: Who) -> set[Any]:
    rows = world.traveller.grants.select_related("unit")
    return {g.pk for g in rows if allowed(who, Need("directory.view_account", (place(g.unit.path),)))}


# Page -> its address, the name of the rows in what is drawn, and who should see which.
PAGES: dict[str, tuple[Callable[[World], str], str, Seen]] = {
    "directory: roles of an account": (lambda w: reverse("directory:account", args=[w.traveller.pk]), "grants", _roles),
}


def _expected(name: str, seen: Seen, world: World, who: Who) -> set[Any] | None:
    """Who should see which rows of a list, worked out once: a cell leaves the world as it was."""
    if (name, who.name) not in world.seen:
        world.seen[name, who.name] = seen(world, who)
    return world.seen[name, who.name]


def query_problem(name: str, world: World, seat: Seat) -> str:
    """What is wrong with the rows one person gets of a query, or nothing."""
    query, seen = QUERIES[name]
    found, expected = query(seat.actor), _expected(name, seen, world, seat.who)
    return "" if found == expected else f"{seat.who.name}: {name}: {_differ(found, expected)}"


def list_problem(spec: ListSpec, world: World, seat: Seat) -> str:
    """What is wrong with the rows one person gets of a list, or nothing."""
    assert spec.name in LISTS, f"{spec.name} is not in tests/house/matrix/lists.py"
    expected = _expected(spec.name, LISTS[spec.name], world, seat.who)
    params = {"unit": str(world.unit().pk)} if spec.name.startswith("coverage.") else {}
    params |= {"contest": str(world.contests["judged"].pk)} if spec.name == "catalogue.tally" else {}
    params |= {"circular": str(world.circular.pk)} if spec.name == "notices.receipts" else {}
    try:
        rows, _, _ = filtered_rows(spec, seat.actor, params)
        found = {row.pk for row in rows}
    except NotFound:
        found = None
    return "" if found == expected else f"{seat.who.name}: {spec.name}: {_differ(found, expected)}"


def api_list_problem(name: str, world: World, seat: Seat) -> str:
    """The same for a list of the API; a number that was proved from outside has no session there."""
    if not seat.session:
        return ""
    seen, key = API_LISTS[name]
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = seat.session
    answer = client.get(f"/api/v1/{name}?limit=500")
    said = json.loads(answer.content)
    found, expected = {key(row) for row in said["items"]}, _expected(f"api {name}", seen, world, seat.who)
    is_whole = said["next"] is None and len(said["items"]) == len(found)
    return "" if found == expected and is_whole else f"{seat.who.name}: {name}: {_differ(found, expected)}"


def page_problem(name: str, world: World, seat: Seat) -> str:
    """The same for rows a page shows besides its object."""
    address, rows, seen = PAGES[name]
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = seat.session
    answer = client.get(address(world))
    found = {row.pk for row in answer.context[rows]} if answer.status_code == 200 else set()
    expected = _expected(name, seen, world, seat.who)
    return "" if found == expected else f"{seat.who.name}: {name}: {_differ(found, expected)}"


def _differ(found: set[Any] | None, expected: set[Any] | None) -> str:
    if found is None or expected is None:
        return f"{'out of reach' if found is None else 'in reach'}, expected otherwise"
    return f"{len(found - expected)} too many, {len(expected - found)} too few"
