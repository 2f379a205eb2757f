"""Who may judge what, what they get to read, what points come to, and which courses win."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from doorstep.directory.rules.tree import NAME_ENDINGS

HIDDEN = "○○"
_CENT = Decimal("0.01")
BEFORE, ENTERING, JUDGING, OVER = "before", "entering", "judging", "over"
OWN_UNIT, OWN_LESSON = "own_unit", "own_lesson"


@dataclass(frozen=True, slots=True)
class ContestDays:
    """From and until when entries are taken, and until when they are judged, all days included."""

    enters_from: date
    enters_until: date
    judged_until: date

    @property
    def are_in_order(self) -> bool:
        """True when entries are taken before they are judged."""
        return self.enters_from <= self.enters_until < self.judged_until


def phase_on(days: ContestDays, day: date) -> str:
    """What a contest that was called is at on a day."""
    if day < days.enters_from:
        return BEFORE
    if day <= days.enters_until:
        return ENTERING
    return JUDGING if day <= days.judged_until else OVER


@dataclass(frozen=True, slots=True)
class JurorFacts:
    """Who judges: the account, the person, the places of the units they belong to or work for."""

    account_id: int
    person_id: int | None
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """Whose course it is: its place, the accounts that wrote it, the persons who teach it."""

    place: str
    account_ids: frozenset[int]
    person_ids: frozenset[int]


def conflict_of(juror: JurorFacts, entry: EntryFacts, *, top: str) -> str:
    """Why a juror keeps out of an entry: own lessons, or a course of a unit of their own line; "" when nothing is.

    `top` is the place of whoever holds the contest, which is above everybody: of it only its own courses are its own.
    """
    if juror.account_id in entry.account_ids or juror.person_id is not None and juror.person_id in entry.person_ids:
        return OWN_LESSON
    return OWN_UNIT if any(_is_own(place, entry.place, top) for place in juror.places) else ""


def _is_own(place: str, other: str, top: str) -> bool:
    if place == other:
        return True
    return top not in (place, other) and (place.startswith(other) or other.startswith(place))


def telling_names(units: Iterable[str], people: Iterable[str]) -> list[str]:
    """What gives away where a course comes from: names of units, of the places they are called after, of people."""
    found = {name for name in people if len(name) > 1}
    for name in units:
        found.add(name)
        found.update(name.removesuffix(ending) for ending in NAME_ENDINGS if name.endswith(ending))
    return sorted((name for name in found if len(name) > 1), key=lambda name: (-len(name), name))


def blinded(text: str, names: Sequence[str]) -> str:
    """A text without the names that would give away whose it is; `names` the longest first."""
    for name in names:
        text = text.replace(name, HIDDEN)
    return text


def voter_key(account_id: int, person_id: int | None) -> str:
    """Under what a vote is kept: the person, or the account where it is nobody's on a roster."""
    return f"account-{account_id}" if person_id is None else f"person-{person_id}"


def points_faults(points: Mapping[str, int | None], most: Mapping[str, int]) -> list[str]:
    """The criteria whose points are missing or out of 0 to `most`."""
    return [key for key, limit in most.items() if (given := points.get(key)) is None or not 0 <= given <= limit]


@dataclass(frozen=True, slots=True)
class Judged:
    """What came together for an entry: the sums of points of each juror, and the votes."""

    entry_id: int
    number: int
    sums: tuple[int, ...]
    votes: int = 0

    @property
    def mean(self) -> Decimal:
        """The mean of the jurors' sums, 0 while nobody has judged."""
        if not self.sums:
            return Decimal(0)
        return (Decimal(sum(self.sums)) / len(self.sums)).quantize(_CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class ContestFigures:
    """Jurors an entry needs, courses that win at most, points a winner needs, per cent of the score that votes make.

    Source: policies `contest.*`.
    """

    fewest_jurors: int
    most_winners: int
    least_score: Decimal
    vote_share: int


def score_of(one: Judged, most_votes: int, vote_share: int) -> Decimal:
    """Out of a hundred: the jurors' mean, and in the share of the votes how near it is to the most voted for.

    Source: policy:contest.vote_share.
    """
    if not vote_share or not most_votes:
        return one.mean
    votes = Decimal(100) * one.votes / most_votes
    return ((one.mean * (100 - vote_share) + votes * vote_share) / 100).quantize(_CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an entry came: equal scores share a rank."""

    entry_id: int
    number: int
    score: Decimal
    rank: int
    is_winner: bool


def placed(every: Iterable[Judged], figures: ContestFigures) -> list[Placed]:
    """The entries by score; those win whose rank and score are good enough, and who share the last rank win together.

    Source: policy:contest.most_winners, policy:contest.least_score.
    """
    judged = list(every)
    most = max((one.votes for one in judged), default=0)
    scored = sorted(
        ((score_of(one, most, figures.vote_share), one) for one in judged), key=lambda s: (-s[0], s[1].number)
    )
    found: list[Placed] = []
    for position, (score, one) in enumerate(scored, start=1):
        rank = found[-1].rank if found and found[-1].score == score else position
        wins = rank <= figures.most_winners and score >= figures.least_score
        found.append(Placed(one.entry_id, one.number, score, rank, wins))
    return found


def judged_too_little(every: Iterable[Judged], fewest: int) -> list[int]:
    """The numbers of the entries that too few jurors have judged. Source: policy:contest.fewest_jurors."""
    return [one.number for one in every if len(one.sums) < fewest]
