"""Secret addresses of calendars: what one reads there, for how long, and what nobody learns from them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import icalendar
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doorstep.bases.services.venues import close_place
from doorstep.catalogue.models import Route
from doorstep.classes.models import CalendarFeed, Session, TrainingClass
from doorstep.classes.queries.feeds import digest_of
from doorstep.classes.queries.people import nominees
from doorstep.classes.queries.plans import plan_of
from doorstep.classes.rules.timetable import moved_to
from doorstep.classes.services import feeds, locking
from doorstep.classes.services.opening import cancel_class
from doorstep.classes.services.people import nominate
from doorstep.classes.services.sessions import cancel_session, move_session
from doorstep.core import clock
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.models import Activity
from doorstep.directory.models import Account, RoleGrant
from doorstep.faculty.models import Absence
from tests.bases.test_at_once import both
from tests.cast import Cast
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.factories.orders import make_order, package_at
from tests.factories.reservations import reserve
from tests.factories.routes import make_route
from tests.factories.teachers import given_teacher

TODAY = date(2026, 12, 24)
DAY = date(2026, 12, 31)
SignIn = Callable[[str], Client]


@pytest.fixture
def noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


pytestmark = pytest.mark.usefixtures("noon")


def address_of(cast: Cast, name: str, kind: str = "person", thing: Any = None) -> str:
    _feed, secret = feeds.make_feed(kind=kind, thing_id=thing and thing.pk, actor=cast.actor(name))
    return reverse("classes:feed", args=[secret])


def events_at(address: str) -> dict[str, Any]:
    answer = Client().get(address)
    assert answer.status_code == 200
    read = icalendar.Calendar.from_ical(answer.content)
    return {str(one["uid"]).partition("@")[0]: one for one in read.walk("VEVENT")}


def put(cast: Cast, opened: TrainingClass, name: str) -> None:
    nominate(training_class=opened, people=nominees([cast.person(name).pk]), actor=SYSTEM)


def test_a_person_reads_their_own_classes(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"), sessions=[half_day(DAY), half_day(date(2027, 1, 1))])
    make_class(cast.unit("huotong"), title="别的班", sessions=[half_day(DAY)])
    put(cast, opened, "林秀珍")
    first, second = opened.sessions.order_by("number")
    found = events_at(address_of(cast, "trainee"))
    assert set(found) == {f"session-{first.pk}", f"session-{second.pk}"}
    one = found[f"session-{first.pk}"]
    assert one["dtstart"].dt == datetime(2026, 12, 31, 0, 30, tzinfo=UTC)
    assert (one["status"], one["sequence"]) == ("CONFIRMED", 0)
    assert str(one["summary"]) == "农村党员冬训班（第三期）　“四下基层”与群众路线"


def test_moving_and_calling_off_is_seen(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"), sessions=[half_day(DAY), half_day(date(2027, 1, 1))])
    put(cast, opened, "林秀珍")
    first, second = opened.sessions.order_by("number")
    address = address_of(cast, "trainee")
    with clock.frozen(clock.at_local(TODAY, 13)):
        plan = moved_to(plan_of(first), clock.at_local(date(2027, 1, 2), 14))
        move_session(session=first, plan=plan, actor=cast.actor("township"))
        cancel_session(session=second, reason="大风", actor=cast.actor("township"))
    found = events_at(address)
    moved, off = found[f"session-{first.pk}"], found[f"session-{second.pk}"]
    assert (moved["sequence"], moved["dtstart"].dt) == (1, datetime(2027, 1, 2, 6, 0, tzinfo=UTC))
    assert moved["last-modified"].dt == datetime(2026, 12, 24, 5, 0, tzinfo=UTC)
    assert (off["sequence"], off["status"]) == (1, "CANCELLED")
    cancel_class(training_class=opened, reason="台风", actor=cast.actor("township"))
    assert {(one["sequence"], str(one["status"])) for one in events_at(address).values()} == {(2, "CANCELLED")}


def test_a_move_to_where_it_is_changes_nothing(cast: Cast) -> None:
    session = make_class(cast.unit("huotong"), sessions=[half_day(DAY)]).sessions.get()
    move_session(session=session, plan=plan_of(session), actor=cast.actor("township"))
    session.refresh_from_db()
    assert (session.revision, session.changed_at) == (0, None)


def test_an_address_belongs_to_an_account(cast: Cast) -> None:
    base = make_base(cast.unit("huotong"))
    with pytest.raises(NotFound):
        feeds.make_feed(kind="base", thing_id=base.pk, actor=SYSTEM)
    assert not CalendarFeed.objects.exists()


def test_a_teacher_reads_own_lessons_and_days_away(cast: Cast) -> None:
    person = cast.person("陈国梁")
    teacher = given_teacher(cast.unit("huotong"), on=TODAY)
    teacher.person = person
    teacher.save(update_fields=["person"])
    opened = make_class(cast.unit("huotong"), sessions=[half_day(DAY, teacher_id=teacher.pk)])
    away = Absence.objects.create(
        teacher=teacher, starts_on=date(2027, 1, 4), ends_on=date(2027, 1, 5), reason="住院", entered_at=clock.now()
    )
    found = events_at(address_of(cast, "secretary"))
    session = opened.sessions.get()
    assert set(found) == {f"session-{session.pk}", f"absence-{away.pk}"}
    assert found[f"session-{session.pk}"]["status"] == "TENTATIVE"
    gone = found[f"absence-{away.pk}"]
    assert (gone["dtstart"].dt, gone["dtend"].dt, str(gone["summary"])) == (
        date(2027, 1, 4), date(2027, 1, 6), "不能来",
    )  # fmt: skip
    of_office = events_at(address_of(cast, "township", "teacher", teacher))
    assert set(of_office) == set(found)


def test_a_base_is_read_without_anybody_of_it(cast: Cast) -> None:
    base = make_base(cast.unit("huotong"))
    room = base.venues.get()
    teacher = given_teacher(cast.unit("huotong"), on=TODAY)
    held = half_day(DAY, base_id=base.pk, venue_id=room.pk, teacher_id=teacher.pk)
    opened = make_class(cast.unit("huotong"), sessions=[held])
    put(cast, opened, "林秀珍")
    (taken,) = reserve(cast.unit("huotong"), room, date(2027, 1, 1), purpose="和雷金妹谈话")
    shut = {"starts_at": clock.at_local(date(2027, 1, 2), 0), "ends_at": clock.at_local(date(2027, 1, 3), 0)}
    closure = close_place(base=base, kind="shut", reason="王师傅来修屋顶", **shut, actor=SYSTEM)
    address = address_of(cast, "township", "base", base)
    found = events_at(address)
    session = opened.sessions.get()
    assert set(found) == {f"session-{session.pk}", f"reservation-{taken.pk}", f"closure-{closure.pk}"}
    assert str(found[f"reservation-{taken.pk}"]["summary"]) == "霍童镇党委　开会"
    said = Client().get(address).content.decode().replace("\r\n ", "")
    hidden = ("林秀珍", "雷金妹", "王师傅", teacher.name, "199000", "350999")
    assert [word for word in hidden if word in said] == []


def test_a_route_tells_times_and_places_alone(cast: Cast) -> None:
    base = make_base(cast.unit("huotong"))
    route = make_route(cast.unit("huotong"), [base])
    with pytest.raises(NotFound):
        feeds.make_feed(kind="route", thing_id=route.pk, actor=cast.actor("secretary"))
    Route.objects.filter(pk=route.pk).update(status="published", published_at=clock.now())
    package = package_at(base)
    opened = make_class(cast.unit("huotong"), sessions=[half_day(DAY, base_id=base.pk)])
    order = make_order(cast.unit("kengtou"), package, DAY)
    type(order).objects.filter(pk=order.pk).update(status="accepted", training_class=opened)
    type(package).objects.filter(pk=package.pk).update(route=route, base=None)
    (one,) = events_at(address_of(cast, "secretary", "route", route)).values()
    assert (str(one["summary"]), str(one["location"])) == (f"{route.name}：已有安排", base.name)


def test_only_a_digest_is_kept_and_a_new_address_ends_the_old(cast: Cast) -> None:
    actor = cast.actor("trainee")
    _one, first = feeds.make_feed(kind="person", thing_id=None, actor=actor)
    two, second = feeds.make_feed(kind="person", thing_id=None, actor=actor)
    assert bytes(two.digest) == digest_of(second) != second.encode()
    pages = [Client().get(reverse("classes:feed", args=[secret])).status_code for secret in (first, second, "unknown")]
    assert pages == [404, 200, 404]
    feeds.revoke_feed(feed_id=two.pk, actor=actor)
    feeds.revoke_feed(feed_id=two.pk, actor=actor)
    assert Client().get(reverse("classes:feed", args=[second])).status_code == 404
    told = list(Activity.objects.filter(event__startswith="classes.feed").values_list("event", "detail"))
    assert sorted(name for name, _detail in told) == ["classes.feed_made", "classes.feed_made", "classes.feed_revoked"]
    assert second not in str(told)


def test_nobody_ends_the_address_of_another(cast: Cast) -> None:
    feed, _secret = feeds.make_feed(kind="person", thing_id=None, actor=cast.actor("trainee"))
    with pytest.raises(NotFound):
        feeds.revoke_feed(feed_id=feed.pk, actor=cast.actor("township"))
    with pytest.raises(NotFound):
        feeds.make_feed(kind="person", thing_id=None, actor=SYSTEM)
    assert CalendarFeed.objects.get(pk=feed.pk).revoked_at is None


def test_rights_that_ended_end_the_address(cast: Cast) -> None:
    base = make_base(cast.unit("huotong"))
    own, of_base = address_of(cast, "trainee"), address_of(cast, "township", "base", base)
    status = lambda address: Client().get(address).status_code  # noqa: E731
    assert (status(own), status(of_base)) == (200, 200)
    RoleGrant.objects.filter(account=cast.accounts["township"]).update(valid_to=TODAY)
    assert status(of_base) == 404
    Account.objects.filter(pk=cast.accounts["trainee"].pk).update(is_active=False)
    assert status(own) == 404


def test_without_a_role_nobody_makes_one(cast: Cast) -> None:
    RoleGrant.objects.filter(account=cast.accounts["trainee"]).update(valid_to=TODAY)
    with pytest.raises(NotPermitted):
        feeds.make_feed(kind="person", thing_id=None, actor=cast.actor("trainee"))


@pytest.mark.parametrize(
    ("kind", "thing"), [("person", 1), ("base", None), ("teacher", None), ("route", None), ("x", 1)]
)
def test_an_address_is_of_something_one_sees(cast: Cast, kind: str, thing: int | None) -> None:
    with pytest.raises(NotFound):
        feeds.make_feed(kind=kind, thing_id=thing, actor=cast.actor("trainee"))


def test_reading_is_noted_once_an_hour_and_asked_again_costs_little(cast: Cast) -> None:
    address = address_of(cast, "trainee")
    first = Client().get(address)
    assert first["Cache-Control"] == "private, max-age=900"
    assert (first["Referrer-Policy"], first["X-Robots-Tag"]) == ("no-referrer", "noindex, nofollow")
    again = Client().get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert CalendarFeed.objects.get().read_at == clock.now()
    with clock.frozen(clock.now() + timedelta(minutes=59)):
        Client().get(address)
    assert CalendarFeed.objects.get().read_at == clock.at_local(TODAY, 12)
    with clock.frozen(clock.now() + timedelta(minutes=60)):
        Client().get(address)
        assert CalendarFeed.objects.get().read_at == clock.now()
    assert Client().post(address).status_code == 405


def test_queries(cast: Cast) -> None:
    base = make_base(cast.unit("huotong"))
    room, teacher = base.venues.get(), given_teacher(cast.unit("huotong"), on=TODAY)
    for n in range(3):
        held = half_day(DAY + timedelta(n), base_id=base.pk, venue_id=room.pk, teacher_id=teacher.pk)
        put(cast, make_class(cast.unit("huotong"), sessions=[held]), "林秀珍")
    addresses = {
        "person": address_of(cast, "trainee"),
        "base": address_of(cast, "township", "base", base),
        "teacher": address_of(cast, "township", "teacher", teacher),
    }
    for address in addresses.values():
        Client().get(address)
    counts = {}
    for kind, address in addresses.items():
        with CaptureQueriesContext(connection) as asked:
            Client().get(address)
        counts[kind] = len(asked)
    assert counts == {"person": 6, "base": 7, "teacher": 8}


def test_the_page_shows_an_address_once(cast: Cast, sign_in: SignIn) -> None:
    client, page = sign_in("trainee"), reverse("classes:feeds")
    assert "还没有。" in client.get(page).content.decode()
    assert "给“我的日程”生成一个订阅地址" in client.get(page, {"kind": "person"}).content.decode()
    made = client.post(page, {"kind": "person", "thing": ""})
    address = made.context["address"]
    assert made.context["phone_address"] == address.replace("http:", "webcal:")
    assert Client().get(address).status_code == 200
    assert "/ical/" not in client.get(page).content.decode()
    feed = CalendarFeed.objects.get()
    assert client.post(reverse("classes:feed_revoke", args=[feed.pk])).status_code == 302
    assert Client().get(address).status_code == 404
    bad = [client.get(page, asked).status_code for asked in ({"kind": "x"}, {"kind": "base", "thing": "x"})]
    assert bad == [404, 404]


def test_no_log_holds_an_address(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    address = address_of(cast, "trainee")
    secret = address.split("/")[2].removesuffix(".ics")
    with caplog.at_level(logging.DEBUG):
        Client().get(address)
        Client().get("/ical/AnUnknownSecret.ics")
    said = "\n".join(str(record.__dict__) for record in caplog.records if not record.name.startswith("django.db"))
    assert "/ical/…" in said
    assert [word for word in (secret, "AnUnknownSecret") if word in said] == []


def test_in_another_time_zone_the_times_are_the_same(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = make_class(cast.unit("huotong"), sessions=[half_day(date(2027, 1, 1), 0)])
    put(cast, opened, "林秀珍")
    address = address_of(cast, "trainee")
    here = Client().get(address).content
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "America/New_York")
        time.tzset()
        there = Client().get(address).content
    time.tzset()
    assert there == here
    (one,) = events_at(address).values()
    assert one["dtstart"].dt == datetime(2026, 12, 31, 16, 30, tzinfo=UTC)


def test_two_addresses_made_at_once_leave_one(cast_committed: Cast) -> None:
    actor = cast_committed.actor("trainee")
    make = partial(feeds.make_feed, kind="person", thing_id=None, actor=actor)
    for _ in range(3):
        assert both(make, make) == ["done", "done"]
        assert CalendarFeed.objects.filter(revoked_at=None).count() == 1


def test_without_the_lock_the_database_refuses_the_second(
    cast_committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "lock_feeds", lambda account_id: None)
    actor = cast_committed.actor("trainee")
    feed, _secret = feeds.make_feed(kind="person", thing_id=None, actor=actor)
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarFeed.objects.create(account_id=feed.account_id, kind="person", digest=b"x", made_at=clock.now())
    assert locking.lock_feeds is not feeds.lock_feeds
    assert Session.objects.count() == 0
