"""What coverage does when hours, members, posts or the tree change."""

from __future__ import annotations

from doorstep.core import clock
from doorstep.core.actors import system_actor
from doorstep.core.events import handles
from doorstep.core.policies import policy_reach
from doorstep.core.services import PolicyChanged
from doorstep.coverage.queries.deriving import KEYS
from doorstep.coverage.queries.kept import kept_years, people_kept_below
from doorstep.coverage.rules import last_day
from doorstep.coverage.services import rebuild_tallies, rebuild_year, refresh_standings
from doorstep.directory.events import (
    MemberLeft,
    MemberMoved,
    MemberReturned,
    PostChanged,
    RosterCommitted,
    RosterUndone,
    UnitMoved,
)
from doorstep.directory.queries import last_placed_on, people_of_import
from doorstep.records.events import CreditPosted
from doorstep.records.queries import people_of_class, years_of_class

_ACTOR = system_actor("coverage")


@handles(CreditPosted)
def follow_credit(happened: CreditPosted) -> None:
    """Hours were posted or taken back: the people of the class stand anew, in all its years."""
    people = [happened.person_id] if happened.person_id else people_of_class(happened.training_class_id)
    years = years_of_class(happened.training_class_id)
    refresh_standings(person_ids=people, years=years, actor=_ACTOR)


@handles(MemberMoved)
def follow_member(happened: MemberMoved) -> None:
    """A person belongs elsewhere: from the day of the move another unit answers for them."""
    refresh_standings(person_ids=[happened.person_id], actor=_ACTOR)


@handles(MemberLeft)
def follow_leaving(happened: MemberLeft) -> None:
    """A person left the network: nobody answers for them from that day on."""
    refresh_standings(person_ids=[happened.person_id], actor=_ACTOR)


@handles(MemberReturned)
def follow_return(happened: MemberReturned) -> None:
    """A person had not left after all: their unit answers for them as before."""
    refresh_standings(person_ids=[happened.person_id], actor=_ACTOR)


@handles(PostChanged)
def follow_post(happened: PostChanged) -> None:
    """A person took up or left a post: the hours required may differ."""
    refresh_standings(person_ids=[happened.person_id], actor=_ACTOR)


@handles(RosterCommitted)
def follow_roster(happened: RosterCommitted) -> None:
    """A roster was written: its people stand anew."""
    refresh_standings(person_ids=people_of_import(happened.roster_import_id), actor=_ACTOR)


@handles(RosterUndone)
def follow_roster_undone(happened: RosterUndone) -> None:
    """A roster was taken back: its people stand as before, and those it brought in stand nowhere."""
    refresh_standings(person_ids=people_of_import(happened.roster_import_id), actor=_ACTOR)


@handles(PolicyChanged)
def follow_policy(happened: PolicyChanged) -> None:
    """A figure changed: what people are asked may differ, where the row holds and in the years it reaches.

    A year is judged by the figures of its last day, the current one by today's; a row that begins later is followed
    when its day has come, with the daily rebuilding.
    """
    key, place, since = policy_reach(happened.policy_id)
    if key not in KEYS:
        return
    today = clock.today()
    for year in sorted({*kept_years(), today.year}):
        if last_day(year, today) < since:
            continue
        if place:
            refresh_standings(person_ids=people_kept_below(place, year), years=[year], actor=_ACTOR)
        else:
            rebuild_year(year=year, actor=_ACTOR)


@handles(UnitMoved)
def follow_unit(happened: UnitMoved) -> None:
    """A unit hangs elsewhere: the units above it add up anew, from the year of the move on."""
    since = last_placed_on(happened.unit_id).year
    for year in kept_years():
        if year >= since:
            rebuild_tallies(year=year, actor=_ACTOR)
