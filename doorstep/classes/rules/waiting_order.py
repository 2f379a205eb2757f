"""In which order the people on the waiting list of a class are served, and who comes before whom for what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from doorstep.faculty.rules.vetting import months_later

# What a free seat may be given for, in the order in which it is told where two have the same rank.
UNCOVERED, SECRETARY, NEWCOMER, SEATLESS, SHORT = "uncovered", "secretary", "newcomer", "seatless", "short"
CRITERIA = (UNCOVERED, SECRETARY, NEWCOMER, SEATLESS, SHORT)
NO_HOURS, SOME_HOURS, ALL_HOURS = 0, 1, 2


@dataclass(frozen=True, slots=True)
class WaitingRule:
    """How free seats are given at a place: `levels` are the criteria by rank, the first looked at first.

    Without levels who came first is first. `secretary_months` and `newcomer_months` are how long one is new in a post,
    and in the party.

    Source: policy:class.waiting_order, policy:class.waiting.*, policy:secretary.new_within_months,
    policy:newmember.window_months.
    """

    levels: tuple[tuple[str, ...], ...] = ()
    secretary_months: int = 0
    newcomer_months: int = 0
    source: str = ""

    @property
    def is_by_criteria(self) -> bool:
        """Whether anything counts besides who came first."""
        return bool(self.levels)


def levels_of(ranks: Mapping[str, int]) -> tuple[tuple[str, ...], ...]:
    """The criteria by rank, 1 first; those of rank 0 are not looked at, those of one rank count alike."""
    used = sorted({rank for rank in ranks.values() if rank > 0})
    return tuple(tuple(name for name in CRITERIA if ranks.get(name) == rank) for rank in used)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of somebody who waits: `hours` of the year (none, some, all that is asked), since when they are
    a secretary, when they joined, and whether they have a seat in another class of the year."""

    hours: int = NO_HOURS
    secretary_since: date | None = None
    joined_on: date | None = None
    has_seat: bool = False


def met_by(facts: Facts, rule: WaitingRule, on: date) -> tuple[str, ...]:
    """Which of the criteria that are looked at somebody meets on a day, in the order in which they are looked at."""
    holds = {
        UNCOVERED: facts.hours == NO_HOURS,
        SECRETARY: _is_since(facts.secretary_since, rule.secretary_months, on),
        NEWCOMER: _is_since(facts.joined_on, rule.newcomer_months, on),
        SEATLESS: not facts.has_seat,
        SHORT: facts.hours < ALL_HOURS,
    }
    return tuple(name for level in rule.levels for name in level if holds[name])


def _is_since(since: date | None, months: int, on: date) -> bool:
    return since is not None and since <= on < months_later(since, months)


@dataclass(frozen=True, slots=True)
class InLine:
    """Somebody who waits: the number in order of coming, and the criteria met."""

    number: int
    met: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """A place in the order: which, from 1, and what those before come first for.

    `before` counts them by the level of the rule at which they are ahead, `earlier` are those alike who came before.
    """

    nth: int
    number: int
    met: tuple[str, ...] = ()
    before: Mapping[int, int] = field(default_factory=dict)
    earlier: int = 0


def turns(line: Iterable[InLine], rule: WaitingRule) -> list[Turn]:
    """Those who wait in the order in which they are served, each with what puts the others before them.

    At each level who meets more criteria comes first; who is alike at all levels in order of coming.
    """
    found: list[Turn] = []
    there: Counter[tuple[int, ...]] = Counter()
    for one in sorted(line, key=lambda one: (tuple(-n for n in merits(one.met, rule)), one.number)):
        own, before = merits(one.met, rule), Counter[int]()
        for other, count in there.items():
            if other != own:
                before[next(n for n, pair in enumerate(zip(other, own, strict=True)) if pair[0] != pair[1])] += count
        found.append(Turn(len(found) + 1, one.number, one.met, before, there[own]))
        there[own] += 1
    return found


def merits(met: Collection[str], rule: WaitingRule) -> tuple[int, ...]:
    """How many criteria of each level somebody meets."""
    return tuple(sum(name in met for name in level) for level in rule.levels)
