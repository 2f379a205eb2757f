"""The world of the matrix: one township with everything in it, and every role at five places around it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from hashlib import sha256
from tempfile import NamedTemporaryFile
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from PIL import Image

from doorstep.attendance.models import CheckIn, Mark
from doorstep.attendance.queries import codes
from doorstep.bases.models import (
    Base,
    Belt,
    Closure,
    Evidence,
    Loan,
    Photo,
    Regulation,
    Reservation,
    ReservationSeries,
    Stewardship,
    Venue,
    Visit,
)
from doorstep.bases.rules.opening import OpenSpan
from doorstep.bases.services.belts import plan_belt
from doorstep.bases.services.places import PlaceFacts, end_base, enter_base, flag_point
from doorstep.bases.services.regulations import issue_regulation
from doorstep.bases.services.venues import (
    add_venue,
    close_place,
    lend_venue,
    retire_venue,
    set_hours,
    set_reception,
)
from doorstep.catalogue.models import (
    Case,
    Contest,
    ContestEntry,
    Course,
    Edition,
    Material,
    Package,
    Panorama,
    PanoramaMark,
    Route,
    Sending,
)
from doorstep.catalogue.rules.contests import ContestDays
from doorstep.catalogue.services.cases import attach_file, hand_in_case, review_case
from doorstep.catalogue.services.contests_entries import object_to_entry
from doorstep.catalogue.services.courses import hand_in_course
from doorstep.catalogue.services.courses_review import accept_course, name_premium, retire_course, return_course
from doorstep.catalogue.services.materials import retire_material
from doorstep.catalogue.services.stock import issue_copies, send_copies, take_in_copies
from doorstep.classes.models import (
    CalendarFeed,
    Campaign,
    ClassHost,
    ContractFile,
    Enrolment,
    Leave,
    Objection,
    Order,
    OutsideCode,
    Quota,
    Quote,
    Session,
    SessionPhoto,
    TrainingClass,
    WaitingPlace,
)
from doorstep.classes.queries.feeds import digest_of
from doorstep.classes.queries.outside import outside_actor
from doorstep.classes.queries.people import nominees
from doorstep.classes.services.campaigns import CampaignFacts, plan_campaign, turn_campaign
from doorstep.classes.services.hosts import HostTerms, answer_invitation, invite_host
from doorstep.classes.services.leave import ask_leave
from doorstep.classes.services.people import nominate
from doorstep.classes.services.quotes import Line, make_quote
from doorstep.classes.services.seats import hand_down_seats
from doorstep.classes.services.waiting import nominate_or_wait
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.models import LongTask, SavedView
from doorstep.core.pictures import put_picture, webp_of
from doorstep.coverage.services.refreshing import rebuild_year
from doorstep.directory.models import (
    AccessToken,
    Account,
    Division,
    Membership,
    Person,
    Post,
    RoleGrant,
    RosterImport,
    Unit,
)
from doorstep.directory.queries import actor_of_account
from doorstep.directory.services.leaving import leave_network
from doorstep.directory.services.people import appoint_post, enter_person
from doorstep.faculty.models import (
    Absence,
    Coaching,
    Engagement,
    FirstLesson,
    GroupMember,
    GroupTopic,
    GuidePair,
    LeaderLink,
    Lecture,
    LectureGroup,
    LiaisonPoint,
    LinkVisit,
    Mentorship,
    Observation,
    Pool,
    PoolPlace,
    StandingLink,
    Station,
    StationSchool,
    StationStaff,
    Teacher,
    TeachingRight,
    TechnicianDuty,
    TechnicianSent,
    Tour,
    TourStop,
    TrainerCourse,
    Vetting,
)
from doorstep.notices.models import Article, ArticlePicture, ArticleVersion, Circular, CircularReceipt, Message
from doorstep.planning.models import ClassLink, Plan, PlanLine
from doorstep.records.services import post_credit
from tests.cast import FOUNDED, Cast, build_cast, id_number
from tests.factories import rolls
from tests.factories.articles import draft_article, given_picture, published_article, waiting_article
from tests.factories.bases import file_link
from tests.factories.browsers import BACKEND
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.factories.contests import called_contest, draft_contest, entry_of
from tests.factories.courses import draft_course, given_course
from tests.factories.materials import PDF, accepted_case, draft_case, make_edition, make_photo
from tests.factories.messages import given_circular, given_message, given_wording
from tests.factories.orders import make_order
from tests.factories.outside import MOBILE, outside_order, proved, visiting
from tests.factories.packages import make_package
from tests.factories.panoramas import given_mark, given_panorama
from tests.factories.policies import ship_policies
from tests.factories.reservations import reserve
from tests.factories.routes import make_route
from tests.factories.teachers import given_teacher
from tests.factories.visits import make_visit
from tests.house.matrix.oracle import Place, Who, place

NOON = clock.at_local(date(2026, 11, 23), 12)
ROLES = tuple(RoleGrant.Role.values)
# Seen from the township in which the objects are.
PLACES = {
    "own": "huotong",
    "ancestor": "jiaocheng",
    "descendant": "kengtou",
    "sibling": "hubei",
    "other_county": "saiqi",
}
HOME = "huotong"


@dataclass
class Seat:
    """Somebody who acts: what the oracle knows of them, their actor, their session."""

    who: Who
    actor: Actor
    session: str


@dataclass
class World:
    """The objects by name, and who acts."""

    cast: Cast
    seats: list[Seat] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)
    training_class: TrainingClass = field(init=False)
    draft: TrainingClass = field(init=False)
    closed: TrainingClass = field(init=False)
    late: TrainingClass = field(init=False)
    shared: TrainingClass = field(init=False)
    scarce: TrainingClass = field(init=False)
    guest: Enrolment = field(init=False)
    host: ClassHost = field(init=False)
    guest_session: Session = field(init=False)
    objection: Objection = field(init=False)
    photo: SessionPhoto = field(init=False)
    session: Session = field(init=False)
    quota: Quota = field(init=False)
    enrolment: Enrolment = field(init=False)
    waiting: WaitingPlace = field(init=False)
    leave: Leave = field(init=False)
    day_leave: Leave = field(init=False)
    long_leave: Leave = field(init=False)
    base: Any = field(init=False)
    evidence: Evidence = field(init=False)
    belt: Belt = field(init=False)
    point: Base = field(init=False)
    ended_point: Base = field(init=False)
    flagged_point: Base = field(init=False)
    venue: Venue = field(init=False)
    retired_venue: Venue = field(init=False)
    closure: Closure = field(init=False)
    visit: Visit = field(init=False)
    reservation: Reservation = field(init=False)
    loan: Loan = field(init=False)
    shut_sessions: list[Session] = field(default_factory=list)
    belt_places: list[Any] = field(init=False)
    routes: dict[str, Any] = field(default_factory=dict)
    packages: dict[str, Any] = field(default_factory=dict)
    courses: dict[str, Any] = field(default_factory=dict)
    cases: dict[str, Any] = field(default_factory=dict)
    contests: dict[str, Any] = field(default_factory=dict)
    contest_juror: Any = field(init=False)
    contest_objection: Any = field(init=False)
    photos: dict[str, Any] = field(default_factory=dict)
    edition: Edition = field(init=False)
    retired_material: Material = field(init=False)
    sending: Sending = field(init=False)
    panoramas: dict[str, Panorama] = field(default_factory=dict)
    mark: PanoramaMark = field(init=False)
    mark_gone: PanoramaMark = field(init=False)
    articles: dict[str, Article] = field(default_factory=dict)
    circular: Circular = field(init=False)
    receipt: CircularReceipt = field(init=False)
    message: Message = field(init=False)
    picture: ArticlePicture = field(init=False)
    public_belt: Belt = field(init=False)
    stewarded_evidence: Evidence = field(init=False)
    belt_evidence: Evidence = field(init=False)
    regulation: Regulation = field(init=False)
    campaign: Campaign = field(init=False)
    orders: dict[str, Order] = field(default_factory=dict)
    outsiders: list[Seat] = field(default_factory=list)  # numbers that were proved, without a session of staff
    outside_visit: OutsideCode = field(init=False)
    outside_cookie: str = field(init=False)  # of a browser in which the first of them was proved
    quote: Quote = field(init=False)
    contract: ContractFile = field(init=False)
    teacher: Teacher = field(init=False)
    pool: Pool = field(init=False)
    pool_place: PoolPlace = field(init=False)
    absence: Absence = field(init=False)
    engagement: Engagement = field(init=False)
    substitute: Teacher = field(init=False)
    guided: dict[str, Any] = field(default_factory=dict)
    group: LectureGroup = field(init=False)
    member: GroupMember = field(init=False)
    topic: GroupTopic = field(init=False)
    stop: TourStop = field(init=False)
    lecture: Lecture = field(init=False)
    liaison: LiaisonPoint = field(init=False)
    link: StandingLink = field(init=False)
    link_visit: LinkVisit = field(init=False)
    first_lesson: FirstLesson = field(init=False)
    account: Account = field(init=False)
    head: Account = field(init=False)
    traveller: Account = field(init=False)
    grant: RoleGrant = field(init=False)
    roster_import: RosterImport = field(init=False)
    plain_import: RosterImport = field(init=False)
    task: LongTask = field(init=False)
    token: AccessToken = field(init=False)
    feed: CalendarFeed = field(init=False)
    feed_secret: str = "a-secret-that-is-known-here-alone"
    code: str = field(init=False)
    post: Post = field(init=False)
    left: Membership = field(init=False)
    roleless: Seat = field(init=False)
    roleless_token: AccessToken = field(init=False)
    view: SavedView = field(init=False)
    roleless_view: SavedView = field(init=False)
    accounts: dict[str, Account] = field(default_factory=dict)
    plan: Plan = field(init=False)
    plan_line: PlanLine = field(init=False)
    plan_link: ClassLink = field(init=False)
    seen: dict[tuple[str, str], set[Any] | None] = field(default_factory=dict)  # the oracle's word, by list and person

    @property
    def everybody(self) -> list[Seat]:
        """Who acts, and an account that holds no role at all."""
        return [*self.seats, self.roleless, *self.outsiders]

    def unit(self, name: str = HOME) -> Any:
        """A unit of the cast."""
        return self.cast.units[name]

    def entry(self, name: str) -> Any:
        """The first course in one of the contests, as pages load it."""
        return entry_of(self.contests[name])

    def at(self, name: str = HOME) -> Place:
        """The place of a unit as the oracle writes it."""
        return place(self.cast.units[name].path)


def build_world() -> World:
    """Write the world; call it inside a transaction that is given up afterwards, with the clock at NOON."""
    ship_policies()
    world = World(build_cast())
    _people(world)
    _accounts(world)
    _classes(world)
    _around(world)
    rebuild_year(year=2026, actor=SYSTEM)
    _actors(world)
    _contests(world)
    # Read a moment ago, so that reading it once more writes nothing.
    world.feed = CalendarFeed.objects.create(
        account=world.account, kind="route", route=world.routes["sound"], digest=digest_of(world.feed_secret),
        made_at=clock.now(), read_at=clock.now(),
    )  # fmt: skip
    (world.message, _own) = given_message(world.account, world.accounts["city@ancestor"])
    for name in ("city@ancestor", "county@ancestor", "secretary@own"):
        given_message(world.traveller, sender=world.accounts[name])
    for name in ("ningde", "jiaocheng", "fuan"):
        given_wording(world.unit(name), "试：{标题}")
        given_wording(world.unit(name), "再试：{标题}")
    return world


def _enter(world: World, name: str, unit: str, serial: int) -> Person:
    birth = date(1970, 2, 3)
    return enter_person(
        unit=world.unit(unit), name=name, category="full", since=FOUNDED, sex="1", birth_date=birth,
        id_number=id_number(birth, serial), mobile=f"1390000{serial:04d}", actor=SYSTEM,
    )  # fmt: skip


def _people(world: World) -> None:
    """P sits in the class, N could be nominated, H heads the class, R may replace P, K and L live further down.

    G has gone: they stand nowhere, and nobody sees them but in the list of those who left.
    """
    homes = {"P": HOME, "N": HOME, "R": HOME, "H": "saiqi", "K": "kengtou", "L": "kengtou", "G": HOME}
    for serial, (name, unit) in enumerate(homes.items(), start=501):
        world.people[name] = _enter(world, f"周{name}", unit, serial)
    gone = world.people["G"].memberships.get()
    world.left = leave_network(membership=gone, left_as="away", on=NOON.date(), actor=SYSTEM)
    world.post = appoint_post(
        person=world.people["P"], unit=world.unit(), post="4", is_leader=True, since=FOUNDED, actor=SYSTEM
    )  # fmt: skip


def _open_account(name: str, role: str, unit: Any, person: Person | None = None) -> Account:
    account = Account.objects.create(
        username=name, display_name=name, person=person, password="!", created_at=clock.now()
    )
    RoleGrant.objects.create(account=account, role=role, unit=unit, valid_from=FOUNDED)
    return account


def _accounts(world: World) -> None:
    world.account = _open_account("somebody", "teacher", world.unit())
    world.grant = world.account.grants.get()
    world.traveller = _open_account("traveller", "teacher", world.unit())
    RoleGrant.objects.create(account=world.traveller, role="teacher", unit=world.unit("saiqi"), valid_from=FOUNDED)
    # The head's office is elsewhere: leave that needs an office is not theirs to give.
    world.head = _open_account("head", "county", world.unit("saiqi"), world.people["H"])
    RoleGrant.objects.create(account=world.head, role="teacher", unit=world.unit(), valid_from=FOUNDED)
    world.task = LongTask.objects.create(
        kind="x", title="x", place=world.unit().path, account_id=world.account.pk, created_at=clock.now()
    )
    world.token = _token(world.account)
    world.view = _view(world.account)


def _classes(world: World) -> None:
    day = date(2026, 12, 7)
    sessions = [half_day(day), half_day(day, 14), half_day(day + timedelta(1))]
    opened = make_class(world.unit(), sessions=sessions, head_id=world.head.pk)
    hand_down_seats(training_class=opened, table={world.unit().pk: 20, world.unit("kengtou").pk: 5}, actor=SYSTEM)
    nominate(training_class=opened, people=nominees([world.people["P"].pk]), actor=SYSTEM)
    world.training_class = TrainingClass.objects.select_related("unit", "head").get(pk=opened.pk)
    world.session = opened.sessions.select_related("training_class__unit").order_by("number")[0]
    world.quota = Quota.objects.get(training_class=opened, unit=world.unit())
    world.enrolment = Enrolment.objects.select_related("training_class", "person").get(training_class=opened)
    later = list(opened.sessions.order_by("number")[1:2])
    asked = ask_leave(enrolment=world.enrolment, sessions=later, kind="sick", reason="住院", actor=SYSTEM)
    world.leave = Leave.objects.select_related("training_class__head", "person").get(pk=asked.pk)
    _long_class(world)
    world.draft = make_class(world.unit(), day=day + timedelta(9), is_draft=True)
    for name in ("ningde", "jiaocheng", "hubei", "kengtou", "saiqi"):
        make_class(world.unit(name), day=day + timedelta(20))
    world.closed = rolls.held_class(
        world.unit(),
        [date(2026, 3, 2)],
        {world.people["P"]: "present", world.cast.person("林秀珍"): "present", world.cast.person("彭有顺"): "present"},
    )
    post_credit(training_class_id=world.closed.pk, actor=SYSTEM)
    Mark.objects.create(
        county="350902", year=2026, session=world.session, person=world.people["P"], state="present",
        source="roll_call", marked_at=clock.now(),
    )  # fmt: skip
    for held in (world.closed, *TrainingClass.objects.filter(place=world.unit("hubei").path)):
        session = held.sessions.all()[0]
        CheckIn.objects.create(
            county="350902", year=2026, session=session, person=world.people["P" if held == world.closed else "N"],
            arrived_at=session.starts_at, received_at=session.starts_at, method="roll_call",
        )  # fmt: skip
    _classes_of_the_organiser(world)
    for name in (HOME, "hubei"):
        facts = CampaignFacts("campaign", "千堂党课", date(2026, 1, 1), date(2026, 12, 31), target=10)
        campaign = plan_campaign(unit=world.unit(name), facts=facts, actor=SYSTEM)
        away = plan_campaign(unit=world.unit(name), facts=replace(facts, title="旧的"), actor=SYSTEM)
        turn_campaign(campaign=away, put_away=True, actor=SYSTEM)
        if name == HOME:
            world.campaign = campaign
    world.code = codes.room_code_now(world.session).code


def _long_class(world: World) -> None:
    """A week, from which P wants leave for a day and for so long that only the department may give it."""
    days = [date(2027, 1, 11) + timedelta(n) for n in range(5)]
    sessions = [half_day(day, hour) for day in days for hour in (8, 14)]
    opened = make_class(world.unit(), sessions=sessions, head_id=world.head.pk)
    nominate(training_class=opened, people=nominees([world.people["P"].pk]), actor=SYSTEM)
    seat = Enrolment.objects.select_related("training_class", "person").get(training_class=opened)
    held = list(opened.sessions.order_by("number"))
    asked = [
        ask_leave(enrolment=seat, sessions=part, kind="sick", reason="住院", actor=SYSTEM)
        for part in (held[:2], held[2:])
    ]
    rows = Leave.objects.select_related("training_class__head", "person")
    world.day_leave, world.long_leave = (rows.get(pk=leave.pk) for leave in asked)


def _classes_of_the_organiser(world: World) -> None:
    """Classes into which only the organiser may still put somebody, or whoever holds the seats above."""
    here, below, day = world.unit(), world.unit("kengtou"), date(2026, 12, 15)
    world.late = make_class(here, day=day, nominate_by=NOON - timedelta(hours=1))
    world.shared, world.scarce = make_class(here, day=day), make_class(here, day=day)
    hand_down_seats(training_class=world.shared, table={below.pk: 5}, actor=SYSTEM)
    hand_down_seats(training_class=world.scarce, table={below.pk: 1, here.pk: 4}, actor=SYSTEM)
    nominate(training_class=world.scarce, people=nominees([world.people["L"].pk]), actor=SYSTEM)
    elsewhere = make_class(world.unit("hubei"), day=day)
    nominate(training_class=elsewhere, people=nominees([world.people["P"].pk]), actor=SYSTEM)
    world.guest = Enrolment.objects.select_related("training_class", "person").get(training_class=elsewhere)
    full = make_class(here, day=day + timedelta(40), capacity=1, nominate_by=NOON - timedelta(hours=1))
    nominate(training_class=full, people=nominees([world.people["L"].pk]), actor=SYSTEM)
    wanted = nominees([world.people[name].pk for name in "PK"])
    world.waiting = nominate_or_wait(training_class=full, people=wanted, actor=SYSTEM).waiting[0]


def _around(world: World) -> None:
    """Something of each kind at every place."""
    for name in ("ningde", *PLACES.values()):
        unit = world.unit(name)
        base = make_base(unit, name=f"{name}党校")
        teacher = Teacher.objects.create(
            name=f"教师{name}", category="local", unit=unit, place=unit.path, county=unit.county
        )
        roster = RosterImport.objects.create(
            unit=unit, place=unit.path, county=unit.county, filename="x.xlsx", digest=name, version=1,
            effective_on=FOUNDED, status="checked", counts={"move": 1}, created_at=clock.now(),
        )  # fmt: skip
        evidence = file_link(base)
        ending = file_link(
            base, item="standard.township_school.organisation.committee", issued_on=NOON.date() - timedelta(days=350)
        )
        Evidence.objects.filter(pk=ending.pk).update(status="passed", reviewed_at=NOON)
        regulation = issue_regulation(
            base=base, kind="training", title="训练办法", text="x", valid_from=FOUNDED, actor=SYSTEM
        )
        if name == HOME:
            world.regulation = regulation
            world.base, world.teacher, world.roster_import = base, teacher, roster
            world.evidence = evidence
    looked_after = make_base(world.unit(), name="下党学习小镇")
    city = world.unit("ningde")
    Stewardship.objects.create(base=looked_after, unit=city, place=city.path, valid_from=FOUNDED)
    world.stewarded_evidence = file_link(looked_after)
    world.belt_places = [world.base, Base.objects.get(name="hubei党校")]
    world.belt = plan_belt(
        unit=world.unit(),
        name="霍童溪示范带",
        theme="乡村振兴",
        places=world.belt_places,
        argument="同一条溪",
        actor=SYSTEM,
    )
    world.belt_evidence = file_link(world.belt.base, item="standard.belt.theme.brief")
    Evidence.objects.filter(pk=world.belt_evidence.pk).update(filed_for=world.unit("hubei"))
    world.belt_evidence.refresh_from_db()
    shown = plan_belt(
        unit=world.unit(), name="看得到的带", theme="x", places=world.belt_places, argument="x", actor=SYSTEM
    )
    Belt.objects.filter(pk=shown.pk).update(published_at=clock.now())
    world.public_belt = Belt.objects.select_related("base").get(pk=shown.pk)
    _teachers(world)
    _guided(world)
    _lecturing(world)
    _joint_use(world)
    _rooms(world)
    _courses(world)
    _routes(world)
    _packages(world)
    _orders(world)
    _outsiders(world)
    _copies(world)
    _cases(world)
    _photos(world)
    _panoramas(world)
    _articles(world)
    _told(world)
    _plans(world)
    # One that moves nobody from elsewhere.
    world.plain_import = RosterImport.objects.get(pk=world.roster_import.pk)
    world.plain_import.pk, world.plain_import.counts = None, {"new": 1}
    world.plain_import.save(force_insert=True)


def _joint_use(world: World) -> None:
    """A unit of another county holds the class with the township, the one beside is asked; guests, an objection."""
    given: dict[str, Any] = {"training_class": world.training_class, "actor": SYSTEM}
    agreed = invite_host(unit=world.unit("saiqi"), terms=HostTerms(cost_percent=30), **given)
    answer_invitation(host=agreed, accept=True, actor=SYSTEM)
    asked = invite_host(unit=world.unit("hubei"), terms=HostTerms(seats=1), **given)
    world.host = ClassHost.objects.select_related("training_class", "unit").get(pk=asked.pk)
    world.training_class = TrainingClass.objects.select_related("unit", "head").get(pk=world.training_class.pk)
    world.session = Session.objects.select_related("training_class__unit").get(pk=world.session.pk)
    invite_host(training_class=world.draft, unit=world.unit("hubei"), terms=HostTerms(), actor=SYSTEM)
    venue = world.base.venues.get()
    sitting = half_day(date(2026, 12, 28), base_id=world.base.pk, venue_id=venue.pk)
    hosted = make_class(world.unit("hubei"), sessions=[sitting])
    world.guest_session = Session.objects.select_related("training_class__unit").get(training_class=hosted)
    elsewhere = Base.objects.get(name="hubei党校")
    world.objection = Objection.objects.create(
        training_class=world.training_class, base=elsewhere, place=elsewhere.place, reason="维修", made_at=clock.now()
    )
    Session.objects.filter(training_class=world.training_class, number=3).update(base=elsewhere)
    world.photo = SessionPhoto.objects.create(
        session=world.session,
        file=put_picture(webp_of(Image.new("RGB", (40, 30)), width=40), folder="sessions"),
        added_at=clock.now(),
    )


def _teachers(world: World) -> None:
    """P is the township's teacher; each is in the pool of their unit and away for a day; one is vetted."""
    for name in ("ningde", *PLACES.values()):
        unit = world.unit(name)
        pool = Pool.objects.create(unit=unit, place=unit.path, county=unit.county, name=f"师资库{name}")
        teacher = Teacher.objects.get(name=f"教师{name}")
        place = PoolPlace.objects.create(teacher=teacher, pool=pool, joined_on=FOUNDED)
        absence = Absence.objects.create(
            teacher=teacher, starts_on=NOON.date(), ends_on=NOON.date(), reason="出差", entered_at=NOON
        )
        asked: dict[str, Any] = {"teacher": teacher, "title": "课", "place": unit.path, "county": unit.county}
        for number, status in enumerate(("offered", "declined"), start=1):
            starts, ends = NOON + timedelta(days=number), NOON + timedelta(days=number, hours=3)
            said = {"reason": "出差", "answered_at": NOON} if status == "declined" else {}
            row = Engagement.objects.create(
                status=status, group="x", key=f"session:{90_000 + 10 * teacher.pk + number}", starts_at=starts,
                ends_at=ends, held_from=starts, held_until=ends, asked_at=NOON, **asked, **said,
            )  # fmt: skip
            if name == HOME and status == "offered":
                world.engagement = row
        if name == HOME:
            world.pool, world.pool_place, world.absence = pool, place, absence
    Teacher.objects.filter(pk=world.teacher.pk).update(person=world.people["P"])
    world.teacher = Teacher.objects.select_related("unit").get(pk=world.teacher.pk)
    world.pool_place = PoolPlace.objects.select_related("teacher", "pool").get(pk=world.pool_place.pk)
    world.engagement = Engagement.objects.select_related("teacher").get(pk=world.engagement.pk)
    world.substitute = given_teacher(world.unit("jiaocheng"), on=NOON.date())
    world.absence = Absence.objects.select_related("teacher").get(pk=world.absence.pk)
    Vetting.objects.create(
        teacher=Teacher.objects.get(name="教师hubei"), vetted_on=FOUNDED, is_passed=True, valid_until=date(2030, 1, 1),
        entered_at=NOON,
    )  # fmt: skip


def _guided(world: World) -> None:
    """At each place a station that coached the school there, a pair with a lesson, a trainer course and a right."""
    soon, today = NOON.date() + timedelta(days=30), NOON.date()
    for name in ("ningde", *PLACES.values()):
        unit, teacher = world.unit(name), Teacher.objects.get(name=f"教师{name}")
        at: dict[str, Any] = {"unit": unit, "place": unit.path, "county": unit.county}
        station = Station.objects.create(name=f"指导站{name}", founded_on=FOUNDED, **at)
        staff = StationStaff.objects.create(station=station, teacher=teacher, since=FOUNDED)
        school = StationSchool.objects.create(station=station, unit=unit, since=FOUNDED)
        coaching = Coaching.objects.create(
            school=school, teacher=teacher, held_on=FOUNDED, subject="备课", findings="x", entered_at=NOON
        )
        apprentice = Teacher.objects.create(name=f"徒弟{name}", category="local", **at)
        pair = Mentorship.objects.create(
            mentor=teacher, apprentice=apprentice, subject="law", goals=["x"], begun_on=FOUNDED
        )
        lesson = Observation.objects.create(
            mentorship=pair, observed_on=FOUNDED, lesson="课", marks=[1], remarks="x", entered_at=NOON
        )
        course = TrainerCourse.objects.create(
            title="师资班", starts_on=FOUNDED, ends_on=FOUNDED, hours=8, key="course:0", taught="课", **at
        )
        right = TeachingRight.objects.create(
            teacher=teacher, key="course:0", taught="课", source="grant", basis="x", given_on=today, valid_until=soon,
            entered_at=NOON,
        )  # fmt: skip
        duty = TechnicianDuty.objects.create(
            department=unit, place=unit.path, county=unit.county, served=world.unit("xiangyang"),
            served_place=world.unit("xiangyang").path, year=2026, quota=2, lessons=2,
        )  # fmt: skip
        sent = TechnicianSent.objects.create(duty=duty, teacher=teacher, sent_on=FOUNDED)
        cared = GuidePair.objects.create(
            point_id=0, place=unit.path, county=unit.county, official="甘镇长", post="副镇长", guide=teacher,
            since=FOUNDED,
        )  # fmt: skip
        if name == HOME:
            world.guided = {
                "duty": duty, "sent": sent, "cared": cared,
                "station": station, "staff": staff, "school": school, "coaching": coaching, "pair": pair,
                "lesson": lesson, "course": course, "right": right,
            }  # fmt: skip
            for one in world.guided.values():  # P is the teacher since
                one.refresh_from_db()


def _lecturing(world: World) -> None:
    """At each place a group with a tour and a lecture, a point, a link with a visit, a leader with a first lesson."""
    starts, ended = NOON + timedelta(days=30), NOON - timedelta(days=1)
    for name in ("ningde", *PLACES.values()):
        unit, teacher = world.unit(name), Teacher.objects.get(name=f"教师{name}")
        where = {"place": unit.path, "county": unit.county}
        group = LectureGroup.objects.create(
            unit=unit, level="township", name=f"宣讲团{name}", founded_on=FOUNDED, **where
        )
        member = GroupMember.objects.create(group=group, teacher=teacher, joined_on=FOUNDED)
        topic = GroupTopic.objects.create(group=group, year=2026, title=f"专题{name}")
        tour = Tour.objects.create(group=group, topic=topic, title=f"巡讲{name}", planned_at=NOON)
        said = {"teacher": teacher, "unit": unit, "starts_at": starts, "ends_at": starts + timedelta(hours=1)}
        stop = TourStop.objects.create(tour=tour, **said)
        Engagement.objects.create(
            status="declined", group=f"tour:{tour.pk}", key=f"stop:{stop.pk}", title="巡讲", teacher=teacher,
            starts_at=starts, ends_at=said["ends_at"], held_from=starts, held_until=said["ends_at"], reason="出差",
            asked_at=NOON, answered_at=NOON, **where,
        )  # fmt: skip
        said |= {"starts_at": ended - timedelta(hours=1), "ends_at": ended, "given_on": ended.date()}
        lecture = Lecture.objects.create(group=group, topic=topic, heads=30, entered_at=NOON, **said, **where)
        point = LiaisonPoint.objects.create(unit=unit, host=unit, name=f"联系点{name}", valid_from=FOUNDED, **where)
        base = Base.objects.get(name=f"{name}党校")
        link = StandingLink.objects.create(teacher=teacher, unit=unit, base=base, valid_from=FOUNDED, **where)
        visit = LinkVisit.objects.create(
            link=link, kind="visit", visited_on=date(2026, 11, 1), findings="看了", follow_up="补发", entered_at=NOON,
            due_on=date(2026, 12, 1),
        )  # fmt: skip
        leader = LeaderLink.objects.create(unit=unit, name=f"领导{name}", post="县委常委", valid_from=FOUNDED, **where)
        if name != "hubei":
            lesson = FirstLesson.objects.create(
                leader=leader, unit=unit, year=2025, given_on=date(2025, 2, 1), title="x", entered_at=NOON, **where
            )
        if name == HOME:
            world.group, world.member, world.topic, world.stop, world.lecture = group, member, topic, stop, lecture
            world.liaison, world.link, world.link_visit, world.first_lesson = point, link, visit, lesson


def _rooms(world: World) -> None:
    """A room of the base with hours, closed for a while, lent to it; and one out of use."""
    world.venue = Venue.objects.select_related("base").get(base=world.base)
    world.retired_venue = add_venue(base=world.base, name="旧教室", seats=20, actor=SYSTEM)
    retire_venue(venue=world.retired_venue, actor=SYSTEM)
    add_venue(base=world.base, kind="coach", name="45 座客车", seats=45, actor=SYSTEM)
    # Planned on a Tuesday, before it was said that both are open on Mondays only.
    for base in (world.base, Base.objects.get(name="hubei党校")):
        venue = base.venues.filter(is_active=True, kind="room").get()
        sitting = half_day(date(2026, 12, 29), base_id=base.pk, venue_id=venue.pk, mode="on_site")
        world.shut_sessions.append(make_class(base.unit, sessions=[sitting]).sessions.get())
        set_hours(base=base, spans=[OpenSpan(1, time(8), time(18))], actor=SYSTEM)
    span = {"starts_at": NOON + timedelta(60), "ends_at": NOON + timedelta(61)}
    closed = close_place(base=world.base, venue=world.venue, kind="shut", reason="维修", **span, actor=SYSTEM)
    world.closure = Closure.objects.select_related("base").get(pk=closed.pk)
    lent = lend_venue(venue=world.venue, owner="文化站", valid_from=FOUNDED, valid_to=date(2027, 12, 31), actor=SYSTEM)
    world.loan = Loan.objects.select_related("venue__base").get(pk=lent.pk)
    # Everybody stands somewhere below the city, so that what lies somewhere is near.
    lies = Division.objects.create(code="350900000000", name="宁德市", short_name="宁德", level="city", kind="市",
                                   lat=26.9, lng=119.4, valid_from=FOUNDED)  # fmt: skip
    Unit.objects.filter(pk=world.unit("ningde").pk).update(division=lies)
    facts = PlaceFacts(name="葡萄园现场教学点", capacity=60, point=(26.9, 119.4))
    given: dict[str, Any] = {"kind": "teaching_point", "opened_on": FOUNDED, "actor": SYSTEM}
    world.point = enter_base(unit=world.unit(), facts=facts, **given)
    world.ended_point = enter_base(unit=world.unit(), facts=PlaceFacts(name="旧教学点"), **given)
    end_base(base=world.ended_point, actor=SYSTEM)
    world.flagged_point = enter_base(unit=world.unit(), facts=PlaceFacts(name="山上的教学点"), **given)
    flag_point(base=world.flagged_point, actor=SYSTEM)
    for number, base in enumerate(Base.objects.filter(kind="township_school").order_by("pk")):
        made = make_visit(base, local_count=number + 1)
        if base.pk == world.base.pk:
            world.visit = Visit.objects.select_related("base").get(pk=made.pk)
    _reservations(world)
    set_reception(base=world.base, people=120, contact="办公室", phone="0593-1234567", actor=SYSTEM)


def _reservations(world: World) -> None:
    """In two schools, rooms held by units of both places, and rows of bookings that nobody came to."""
    first, second = date(2027, 3, 1), date(2027, 3, 8)  # Mondays, on which the schools are open
    for name in ("huotong", "hubei"):
        room = Venue.objects.get(base__name=f"{name}党校", is_active=True, kind="room")
        for hour, unit in enumerate(("huotong", "hubei", "kengtou", "huangjia"), start=8):
            (row,) = reserve(world.unit(unit), room, first, hour, hour + 1, is_hold=True)
            if (unit, name) == ("huotong", "hubei"):
                world.reservation = Reservation.objects.select_related("venue__base", "unit").get(pk=row.pk)
            if (unit, name) == ("huangjia", "huotong"):
                Reservation.objects.filter(pk=row.pk).update(is_asked=True)
            made = reserve(world.unit(unit), room, second, hour, hour + 1, repeat="weekly", until=second)
            gone = {"ended_at": clock.now(), "ended_for": "misses"}
            ReservationSeries.objects.filter(pk=made[0].series_id).update(**gone)
            Reservation.objects.filter(pk=made[0].pk).update(state="released", ended_at=clock.now())


def _courses(world: World) -> None:
    """A course of each standing at the township, and drafts at the places around it."""
    here = world.unit()
    world.courses = {
        "draft": draft_course(here, title="草稿的课"),
        "waiting": draft_course(here, title="待审核的课"),
        "returned": draft_course(here, title="退回的课"),
        "trial": draft_course(here, title="试讲的课"),
        "reviewed": given_course(here, title="已审核的课"),
        "premium": given_course(here, title="精品的课"),
        "retired": given_course(here, title="停用的课"),
    }
    for name in ("waiting", "returned", "trial"):
        hand_in_course(course=world.courses[name], actor=SYSTEM)
    accept_course(course=world.courses["trial"], on_trial=True, note="", seen=1, actor=SYSTEM)
    return_course(course=world.courses["returned"], note="x", seen=1, actor=SYSTEM)
    name_premium(course=world.courses["premium"], actor=SYSTEM)
    retire_course(course=world.courses["retired"], reason="x", actor=SYSTEM)
    for name, course in world.courses.items():
        world.courses[name] = Course.objects.select_related("unit").get(pk=course.pk)
    for name in ("ningde", "jiaocheng", "hubei", "kengtou", "saiqi"):
        draft_course(world.unit(name))


def _routes(world: World) -> None:
    """One of each standing at the township, and drafts at the places around it; what is published has lapsed."""
    left = Teacher.objects.create(name="离开的", category="local", unit=world.unit(), place=world.unit().path,
                                  county="350902", is_active=False)  # fmt: skip
    for status in ("draft", "waiting", "published", "disabled"):
        route = make_route(world.unit(), world.belt_places, name=f"路线{status}")
        moment = clock.now() if status == "published" else None
        Route.objects.filter(pk=route.pk).update(status=status, published_at=moment)
        if status == "published":
            route.stops.update(guide=left, needs_no_guide=False)
        world.routes[status] = Route.objects.select_related("unit").get(pk=route.pk)
    for name in ("ningde", "jiaocheng", "hubei", "kengtou", "saiqi"):
        make_route(world.unit(name), world.belt_places)
    sound = make_route(world.unit(), world.belt_places, name="看得到的路线")
    Route.objects.filter(pk=sound.pk).update(status="published", published_at=clock.now())
    sound.stops.exclude(course=None).update(course=world.courses["premium"])
    world.routes["sound"] = Route.objects.select_related("unit").get(pk=sound.pk)


def _plans(world: World) -> None:
    """At each place but the top an approved plan of the year with two lines, one of last year that waits, one returned.

    At the township the first line has its class.
    """
    for name in PLACES.values():
        unit, base = world.unit(name), Base.objects.get(name=f"{name}党校")
        at: dict[str, Any] = {
            "base": base, "unit": unit, "place": unit.path, "above_place": unit.parent.path, "county": unit.county,
            "made_at": NOON, "handed_in_at": NOON, "decided_at": NOON,
        }  # fmt: skip
        plan = Plan.objects.create(year=2026, status="approved", **at)
        Plan.objects.create(year=2025, status="waiting", **at)
        Plan.objects.create(year=2024, status="declined", decision_note="x", **at)
        said: dict[str, Any] = {
            "month_from": 3,
            "month_to": 3,
            "audience": "党员",
            "sessions": 2,
            "heads": 9,
            "hours": 8,
        }
        lines = [PlanLine.objects.create(plan=plan, number=n, title=f"课{n}", **said) for n in (1, 2)]
        link = {"training_class": world.closed if name == HOME else world.late, "year": 2026 if name == HOME else 2020}
        if name in (HOME, "saiqi"):
            made = ClassLink.objects.create(line=lines[0], linked_at=NOON, **link)
        if name == HOME:
            world.plan = Plan.objects.select_related("base", "unit").get(pk=plan.pk)
            world.plan_line = PlanLine.objects.select_related("plan__base", "plan__unit").get(pk=lines[1].pk)
            world.plan_link = ClassLink.objects.select_related("line__plan", "training_class").get(pk=made.pk)


def _articles(world: World) -> None:
    """One of each standing at the township, drafts at the places around it; a picture that is not out yet."""
    here = world.unit()
    world.articles = {
        "draft": draft_article(here, title="草稿的文章"),
        "waiting": waiting_article(here, title="待审核的文章"),
        "returned": waiting_article(here, title="退回的文章"),
        "published": published_article(here, title="看得到的文章"),
    }
    ArticleVersion.objects.filter(article=world.articles["returned"]).update(status="declined", review_note="x")
    for name, article in world.articles.items():
        world.articles[name] = Article.objects.select_related("unit").get(pk=article.pk)
    world.picture = ArticlePicture.objects.select_related("article__unit").get(
        pk=given_picture(world.articles["draft"]).pk
    )
    for name in ("ningde", "jiaocheng", "hubei", "kengtou", "saiqi"):
        draft_article(world.unit(name))
    for kind in ("how_to", "contact"):
        published_article(world.unit("ningde"), kind, title=kind, text="1. 先打电话\n2. 再发函")


def _told(world: World) -> None:
    """A circular of the township for its branches, and those of the places around it; a message to somebody."""
    made = given_circular(world.unit(), levels=("branch",))
    world.circular = Circular.objects.select_related("unit").get(pk=made.pk)
    world.receipt = made.receipts.select_related("unit", "circular").get(unit=world.unit("kengtou"))
    for name in ("huotong", "fuan"):
        make_base(world.unit(name), name=f"{name}示范基地", kind="demonstration_base")
        given_circular(world.unit(name), levels=("bases",), number="基地号")
    for name, level in (("ningde", "county"), ("jiaocheng", "township"), ("hubei", "branch"), ("saiqi", "branch")):
        given_circular(world.unit(name), levels=(level,))


def _packages(world: World) -> None:
    """One of each standing at the township, and drafts at the places around it; what is published has lapsed."""
    for status in ("draft", "waiting", "published", "disabled", "open"):
        made = make_package(world.unit(), name=f"套餐{status}", course_ids=(world.courses["reviewed"].pk,))
        shown = "published" if status == "open" else status
        moment = clock.now() if shown == "published" else None
        Package.objects.filter(pk=made.pk).update(status=shown, published_at=moment)
        if status == "published":
            made.lines.update(course=world.courses["retired"])
        world.packages[status] = Package.objects.select_related("unit").get(pk=made.pk)
    for name in ("ningde", "jiaocheng", "hubei", "kengtou", "saiqi"):
        make_package(world.unit(name))


def _orders(world: World) -> None:
    """Orders sent to the township: one of a branch in each standing, one nobody answered; and one to a neighbour."""
    day = date(2026, 12, 10)
    placed = make_order(world.unit("kengtou"), world.packages["open"], day, location="文化礼堂")
    below, beside = world.unit("kengtou"), world.unit("hubei")
    other = {"counter_on": day, "counter_part": "morning", "reply_by": day}
    ended = {"ended_at": clock.now(), "reason": "no_room"}
    for name, unit, changes in (
        ("placed", below, {}),
        ("countered", below, {"status": "countered", **other}),
        ("declined", below, {"status": "declined", **ended}),
        ("overdue", beside, {"overdue_at": clock.now()}),
        ("in_line", below, {"status": "waiting"}),
        ("beside", below, {"provider": beside, "provider_place": beside.path}),
        ("elsewhere", world.unit("saiqi"), {"status": "countered", **other}),
    ):
        if name != "placed":
            copied = {"pk": None, "key": uuid4(), "unit": unit, "place": unit.path, "county": unit.county, **changes}
            for column, value in copied.items():
                setattr(placed, column, value)
            placed.save(force_insert=True)
        world.orders[name] = Order.objects.select_related("unit", "provider").get(pk=placed.pk)
        placed = Order.objects.get(pk=world.orders["placed"].pk)


def _outsiders(world: World) -> None:
    """Two numbers that were proved; an order of one that waits, with a quote and a contract, and one that was held."""
    order = outside_order(world.packages["open"], date(2026, 12, 10), location="文化礼堂")
    world.orders["outside"] = order
    held = {"status": "accepted", "training_class": world.closed, "came": 20, "ended_at": clock.now()}
    copied = Order.objects.get(pk=order.pk)
    for column, value in {"pk": None, "key": uuid4(), **held}.items():
        setattr(copied, column, value)
    copied.save(force_insert=True)
    world.orders["outside_held"] = Order.objects.select_related("outside__number", "provider").get(pk=copied.pk)
    made = make_quote(order=order, lines=[Line("x", 100, 1)], actor=SYSTEM)
    world.quote = Quote.objects.select_related("order").get(pk=made.pk)
    world.contract = ContractFile.objects.create(
        order=order, file="contracts/x.pdf", file_name="x.pdf", file_size=1, added_at=clock.now()
    )
    world.outside_cookie = visiting().cookies["doorstep_outside"].value
    world.outside_visit = OutsideCode.objects.select_related("number").get()
    for phone in (MOBILE, "13700009999"):
        number = proved(phone)
        who = Who(f"outsider {number.pk}", (("outside", place(number.place)),))
        world.outsiders.append(Seat(who, outside_actor(number), ""))


def _copies(world: World) -> None:
    """A textbook of the township with copies, some on their way to a branch; copies of it all around."""
    here = world.unit()
    world.edition = make_edition(here, copies=20)
    issue_copies(edition=world.edition, unit=here, training_class_id=world.training_class.pk, copies=3, actor=SYSTEM)
    sent = send_copies(edition=world.edition, unit=here, to=world.unit("kengtou"), copies=4, actor=SYSTEM)
    world.sending = Sending.objects.select_related("edition").get(pk=sent.pk)
    for name in ("ningde", "jiaocheng", "hubei", "kengtou", "saiqi"):
        take_in_copies(edition=world.edition, unit=world.unit(name), copies=2, actor=SYSTEM)
        make_edition(world.unit(name))
    retired = make_edition(here, title="旧读本").material
    retire_material(material=retired, actor=SYSTEM)
    world.retired_material = Material.objects.select_related("unit").get(pk=retired.pk)
    # Nine people may come to a class of the township soon, and nothing is there for them.
    wanted = make_edition(here, title="“四下基层”读本", courses=[world.courses["reviewed"]])
    make_class(here, sessions=[half_day(date(2026, 12, 28), course_id=world.courses["reviewed"].pk)], capacity=9)
    make_class(
        world.unit("hubei"), capacity=9, sessions=[half_day(date(2026, 12, 28), course_id=world.courses["reviewed"].pk)]
    )
    assert wanted.courses.count() == 1


def _cases(world: World) -> None:
    """A case in each standing at the township, and drafts at the places around it."""
    here = world.unit()
    world.cases = {
        "draft": draft_case(here, title="草稿的案例"),
        "waiting": draft_case(here, title="待审核的案例"),
        "returned": draft_case(here, title="退回的案例"),
        "accepted": accepted_case(here, title="通过的案例"),
    }
    for name in ("waiting", "returned"):
        hand_in_case(case=world.cases[name], actor=SYSTEM)
    review_case(case=world.cases["returned"], accept=False, note="x", version=1, actor=SYSTEM)
    with NamedTemporaryFile() as file:
        file.write(PDF)
        file.seek(0)
        attach_file(case=world.cases["draft"], upload=file, upload_name="a.pdf", actor=SYSTEM)
    for name, case in world.cases.items():
        world.cases[name] = Case.objects.select_related("unit").get(pk=case.pk)
    for name in ("ningde", "jiaocheng", "hubei", "kengtou", "saiqi"):
        draft_case(world.unit(name))


def _contests(world: World) -> None:
    """A contest of the city in each phase, in which courses of the township take part; one that is drafted."""
    city, here = world.unit("jiaocheng"), world.unit()
    courses = [given_course(here, title=f"参评的课{n}") for n in range(3)]
    judge = [world.accounts[name] for name in ("county@ancestor", "township@own")]
    book = make_edition(here, title="参评的教材", courses=courses[:1])
    open_days = ContestDays(date(2026, 11, 2), date(2026, 11, 30), date(2026, 12, 10))
    over_days = ContestDays(date(2026, 11, 2), date(2026, 11, 13), date(2026, 11, 20))
    world.contests = {
        "draft": draft_contest(city, title="起草的评选"),
        "open": called_contest(city, courses[:1], title="报名中的评选", days=open_days, has_votes=True),
        "judged": called_contest(city, courses[:1], judge, title="打分中的评选", has_votes=True),
        "over": called_contest(city, courses[:1], judge, title="打完分的评选", days=over_days),
        "published": called_contest(city, courses[:2], title="公示的评选", days=over_days),
        "ended": called_contest(city, courses[:1], title="公示完的评选", days=over_days),
    }
    ContestEntry.objects.update(edition=book)
    published = [world.contests[name].pk for name in ("published", "ended")]
    ContestEntry.objects.filter(contest__in=published).update(score=90, rank=1, is_winner=True)
    now = clock.today()
    for name, day in (("published", now), ("ended", now - timedelta(days=9))):
        Contest.objects.filter(pk=world.contests[name].pk).update(status="in_publicity", published_on=day)
    world.contest_objection = object_to_entry(entry=world.entry("published"), text="x", actor=SYSTEM)
    world.contest_juror = world.contests["judged"].jurors.order_by("pk").last()
    for name, contest in world.contests.items():
        world.contests[name] = Contest.objects.select_related("unit").get(pk=contest.pk)


def _photos(world: World) -> None:
    """A photograph of the base in each standing, and one that waits at the school beside it."""
    for number, status in enumerate(Photo.Status.values):
        photo = make_photo(world.base)
        note = "x" if status == "declined" else ""
        Photo.objects.filter(pk=photo.pk).update(status=status, review_note=note, reviewed_at=clock.now())
        world.photos[status] = Photo.objects.select_related("base").get(pk=photo.pk)
        assert world.photos[status].number == number + 1
    make_photo(Base.objects.get(name="hubei党校"))
    shown = make_photo(world.point)
    Photo.objects.filter(pk=shown.pk).update(status="published", reviewed_at=clock.now(), is_cover=True)


def _panoramas(world: World) -> None:
    """A scene of each standing at the township, one whose picture is being cut, and drafts at the places around it."""
    for status in ("published", "draft", "disabled", "waiting", "declined"):
        note = "x" if status == "declined" else ""
        world.panoramas[status] = given_panorama(
            world.base,
            title=f"场景{status}",
            status=status,
            is_entrance=status == "published",
            review_note=note,
        )
    world.panoramas["incoming"] = given_panorama(
        world.base, title="正在切的场景", status="draft", folder="", width=0, incoming="f" * 32
    )
    world.mark = given_mark(world.panoramas["draft"])
    world.mark_gone = given_mark(world.panoramas["draft"], ended_at=clock.now())
    given_mark(world.panoramas["published"], course=world.courses["reviewed"])
    given_mark(world.panoramas["draft"], target=world.panoramas["published"], yaw=-20.0)
    for name, unit in (("hubei", "hubei"), ("saiqi", "saiqi"), ("ningde", "ningde"), ("jiaocheng", "jiaocheng")):
        given_panorama(Base.objects.get(name=f"{name}党校"), status="draft", title=unit)
        given_panorama(Base.objects.get(name=f"{name}党校"), status="waiting", title=unit)
    for status, panorama in world.panoramas.items():
        world.panoramas[status] = Panorama.objects.select_related("base__unit").get(pk=panorama.pk)
    for name in ("mark", "mark_gone"):
        rows = PanoramaMark.objects.select_related("panorama__base__unit")
        setattr(world, name, rows.get(pk=getattr(world, name).pk))


def _take_seat(world: World, account: Account) -> Seat:
    """What `login` would leave: a session of the account."""
    grants = tuple((g.role, place(g.unit.path)) for g in account.grants.select_related("unit"))
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(account.pk), BACKEND
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    world.accounts[account.username] = account
    who = Who(account.username, grants, account.person_id, account.pk)
    return Seat(who, actor_of_account(account), session.session_key or "")


def _actors(world: World) -> None:
    accounts = [
        _open_account(f"{role}@{name}", role, world.unit(unit)) for role in ROLES for name, unit in PLACES.items()
    ]
    # P as a trainee of another county: only what is about oneself.
    accounts += [_open_account("oneself", "trainee", world.unit("saiqi"), world.people["P"]), world.head]
    world.seats = [_take_seat(world, account) for account in accounts]
    roleless = Account.objects.create(username="roleless", display_name="x", password="!", created_at=clock.now())
    world.roleless = _take_seat(world, roleless)
    world.roleless_token = _token(roleless)
    world.roleless_view = _view(roleless)


def _token(account: Account) -> AccessToken:
    return AccessToken.objects.create(
        account=account, name="x", digest=sha256(account.username.encode()).digest(), created_at=clock.now(),
        expires_at=clock.now() + timedelta(days=9),
    )  # fmt: skip


def _view(account: Account) -> SavedView:
    return SavedView.objects.create(
        account_id=account.pk, list_name="directory.people", title="x", query="floating=1", created_at=clock.now()
    )


assert settings.SESSION_ENGINE == "django.contrib.sessions.backends.cached_db"
