"""Where people stand today: in their own row, kept by entering, moving, rosters, the tree and the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from doorstep.core import clock
from doorstep.core.errors import NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.directory.jobs.days import turn_day
from doorstep.directory.models import Membership, Person, Post
from doorstep.directory.queries import people_visible_to
from doorstep.directory.services.people import enter_person, follow_memberships, move_member
from doorstep.directory.services.units import move_unit
from tests.cast import Cast

TODAY = date(2026, 11, 26)


def place(person: Person) -> str:
    return Person.objects.values_list("place", flat=True).get(pk=person.pk)


def holds() -> None:
    assert [f for f in check_invariants() if not f.holds] == []


def test_people_stand_where_they_belong_today(cast: Cast) -> None:
    person, kengtou, shiqiao = cast.person("林秀珍"), cast.unit("kengtou"), cast.unit("shiqiao")
    with clock.frozen(clock.at_local(TODAY, 10)):
        assert place(person) == kengtou.path
        move_member(person=person, unit=shiqiao, on=TODAY, actor=cast.actor("township"))
        assert place(person) == shiqiao.path
        move_unit(unit=cast.unit("huotong"), parent=cast.unit("fuan"), on=TODAY, actor=cast.system)
        shiqiao.refresh_from_db()
        assert place(person) == shiqiao.path
        holds()


def test_a_move_of_tomorrow_moves_tomorrow(cast: Cast) -> None:
    person, tomorrow = cast.person("林秀珍"), TODAY + timedelta(days=1)
    secretaries = [cast.actor("secretary"), cast.actor("sibling_secretary")]

    def seen_by() -> list[bool]:
        return [people_visible_to(who).filter(pk=person.pk).exists() for who in secretaries]

    with clock.frozen(clock.at_local(TODAY, 23, 59)):
        move_member(person=person, unit=cast.unit("shiqiao"), on=tomorrow, actor=cast.actor("township"))
        new = enter_person(
            unit=cast.unit("kengtou"), name="明日来", category="full", since=tomorrow, actor=cast.actor("township")
        )
        assert follow_memberships(actor=cast.system) == 0
        assert (seen_by(), place(new)) == ([True, False], "")
        holds()
    with clock.frozen(clock.at_local(tomorrow, 0, 1)):
        turn_day(0)
        assert (seen_by(), place(new)) == ([False, True], cast.unit("kengtou").path)
        assert follow_memberships(actor=cast.system) == 0
        holds()
        Membership.objects.filter(person=new).update(valid_to=tomorrow + timedelta(days=1))
    with clock.frozen(clock.at_local(tomorrow + timedelta(days=1), 0, 1)):
        assert follow_memberships(actor=cast.system) == 1
        assert place(new) == ""
        holds()


def test_only_machines_turn_the_day(cast: Cast) -> None:
    for name in ("city", "township", "trainee"):
        with pytest.raises(NotPermitted):
            follow_memberships(actor=cast.actor(name))


def test_codes_are_said_in_words() -> None:
    with clock.frozen(clock.at_local(TODAY, 10)):
        person = Person(occupation="02", education="71", ethnicity="22", birth_date=date(1978, 11, 26))
        words = (person.occupation_name, person.education_name, person.ethnicity_name)
        assert words == ("农牧渔民", "初中毕业", "畲族")
        assert person.age == 48
        assert Person(birth_date=date(1978, 11, 27)).age == 47
        assert Person(birth_date=date(2000, 2, 29)).age == 26
        assert Person(occupation="护林员").occupation_name == "护林员"
        assert (Person().age, Person().occupation_name) == (None, "")
        assert Post(post="4").post_name == "组织委员"
