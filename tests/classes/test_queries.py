"""What the home pages and other floors ask of classes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from doorstep.bases.queries.places import base_by_id, bases_visible_to, venues_by_ids, venues_for
from doorstep.catalogue.queries.courses import courses_for, courses_visible_to
from doorstep.classes.pages.lists import PEOPLE
from doorstep.classes.queries import classes as read
from doorstep.classes.queries.people import nominees
from doorstep.classes.queries.seats import quotas_of, seats_for
from doorstep.classes.services.opening import finish_class
from doorstep.classes.services.people import nominate
from doorstep.classes.services.seats import hand_down_seats
from doorstep.core.clock import at_local, frozen
from doorstep.core.errors import NotFound
from doorstep.core.listing import listing_of
from doorstep.faculty.models import Teacher
from doorstep.faculty.queries import teachers_for, teachers_visible_to
from tests.cast import Cast
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.factories.courses import given_course

DAY = date(2026, 12, 7)


@pytest.fixture(autouse=True)
def _noon(db: None) -> Iterator[None]:
    with frozen(at_local(date(2026, 11, 23), 12)):
        yield


def test_what_is_on_comes_next_and_is_to_be_finished(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY)
    make_class(cast.unit("hubei"), day=DAY)
    township = cast.actor("township")
    assert [c.pk for c in read.classes_coming(township, 14)] == [opened.pk]
    assert not read.classes_coming(township, 7).exists()
    assert not read.classes_to_finish(township).exists()
    with frozen(at_local(DAY, 9)):
        assert [s.training_class_id for s in read.sessions_on(DAY, township)] == [opened.pk, opened.pk]
        assert not read.sessions_on(DAY, cast.actor("secretary")).exists()
    with frozen(at_local(date(2026, 12, 8), 9)):
        assert list(read.classes_to_finish(township)) == [opened]
    place = cast.unit("jiaocheng").path
    assert read.class_counts(2026, place) == {"held": 0, "planned": 2, "joint": 0}
    finish_class(training_class=opened, withdrawn={}, actor=SYSTEM)
    assert read.class_counts(2026, place) == {"held": 1, "planned": 1, "joint": 0}
    assert read.last_class_of(cast.unit("huotong")) == opened


def test_seats_one_could_still_fill(cast: Cast) -> None:
    opened = make_class(cast.unit("jiaocheng"), day=DAY)
    hand_down_seats(
        training_class=opened, table={cast.unit("kengtou").pk: 2, cast.unit("hubei").pk: 1}, actor=cast.actor("county")
    )
    assert [q.seats for q in read.quotas_unused(cast.actor("secretary"))] == [2]
    assert [q.seats for q in read.quotas_unused(cast.actor("county"))] == [2, 1]
    left = [seats_for(opened, quotas_of(opened), cast.unit(n).path) for n in ("kengtou", "hubei", "saiqi")]
    assert left == [2, 1, 0]


def test_where_and_by_whom_a_class_can_be_held(cast: Cast) -> None:
    base = make_base(cast.unit("huotong"))
    room = base.venues.get()
    assert list(venues_for(cast.unit("hubei"))) == [room]
    assert list(venues_for(cast.unit("saiqi"))) == []
    assert list(venues_for(cast.unit("ningde"))) == [room]
    assert venues_by_ids([room.pk]) == {room.pk: room}
    assert base_by_id(base.pk, cast.actor("trainee")) == base
    with pytest.raises(NotFound):
        base_by_id(base.pk + 1, cast.actor("city"))
    assert bases_visible_to(cast.actor("other_county")).count() == 1
    unit = cast.unit("jiaocheng")
    teacher = Teacher.objects.create(name="陈", category="local", unit=unit, place=unit.path, county=unit.county)
    assert list(teachers_for(cast.unit("huotong"))) == [teacher]
    assert list(teachers_visible_to(cast.actor("township"))) == [teacher]
    assert list(teachers_visible_to(cast.actor("other_county"))) == []
    course = given_course(unit)
    assert list(courses_for(cast.unit("huotong"))) == [course]
    assert courses_visible_to(cast.actor("trainee")).count() == 1


def test_the_list_of_people_can_be_narrowed_to_a_class(cast: Cast) -> None:
    first, second = (make_class(cast.unit("huotong"), sessions=[half_day(DAY, h)]) for h in (8, 14))
    for training_class, name in ((first, "林秀珍"), (second, "黄德旺"), (second, "陈国梁")):
        people = nominees([cast.person(name).pk])
        nominate(training_class=training_class, people=people, actor=cast.actor("secretary"))
    actor = cast.actor("township")
    assert len(listing_of(PEOPLE, actor, {"class": str(second.pk)}).rows) == 2
    assert len(listing_of(PEOPLE, actor, {}).rows) == 3
    assert listing_of(PEOPLE, actor, {"class": "x"}).rows == []
    assert listing_of(PEOPLE, cast.actor("sibling_secretary"), {}).rows == []
    own = listing_of(PEOPLE, cast.actor("trainee"), {})
    assert [row.person.name for row in own.rows] == ["林秀珍"]
    assert own.spec.columns[0].value(own.rows[0]) == "林秀珍"
