"""Contests of courses as they are read: the call, its figures, who may enter, judge and vote what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, Count, DecimalField, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce, Round
from django.utils.translation import gettext_lazy as _

from doorstep.catalogue.models import (
    Contest,
    ContestEntry,
    ContestJuror,
    ContestObjection,
    ContestScore,
    ContestVote,
    Course,
    Edition,
)
from doorstep.catalogue.rules.contests import (
    BEFORE,
    ENTERING,
    JUDGING,
    OVER,
    ContestDays,
    ContestFigures,
    EntryFacts,
    Judged,
    JurorFacts,
    phase_on,
)
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import permissions_of, visible_filter, visible_to
from doorstep.core.policies import PolicyValue, policies_at, policies_under
from doorstep.directory.queries import grants_of, home_units
from doorstep.directory.queries.holders import accounts_holding

if TYPE_CHECKING:
    from doorstep.directory.models import Account, Unit

CRITERION = "contest.criterion."
_POINTS = DecimalField(max_digits=6, decimal_places=2)
_FIGURES = ("fewest_jurors", "most_winners", "least_score", "vote_share")
_WORDS = {
    "content": _("内容：说的对、例子是身边的"),
    "method": _("方法：讲得明白，有互动、有动手"),
    "use": _("用处：听了就能用"),
    "material": _("教材：提纲清楚，教材配得上"),
}
PHASES = {
    BEFORE: _("还没开始报名"),
    ENTERING: _("报名参评"),
    JUDGING: _("评委打分"),
    OVER: _("打分结束，等待公示"),
}


@dataclass(frozen=True, slots=True)
class Criterion:
    """What entries are judged by: its key, its words, the most points it gives."""

    key: str
    word: Any
    most: int


def contests_visible_to(actor: Actor) -> QuerySet[Contest]:
    """The contests `actor` may see: those that were called, and all of the units for which they may call one."""
    rows = visible_to(actor, "catalogue.view_contest", Contest.objects.all())
    own = visible_filter(actor, "catalogue.call_contest")
    called = ~Q(called_on=None)
    return rows.filter(called if own is None else called | own)


def contests_listed(actor: Actor) -> QuerySet[Contest]:
    """The same with the unit and `entry_count`, how many courses take part."""
    living = Count("entries", filter=Q(entries__taken_back_at=None))
    return contests_visible_to(actor).select_related("unit").annotate(entry_count=living)


def contest_by_id(contest_id: int, actor: Actor) -> Contest:
    """One contest that `actor` may see; raises NotFound."""
    return _one(contests_visible_to(actor), contest_id)


def contest_to_hold(contest_id: int, actor: Actor) -> Contest:
    """One contest that `actor` may call; raises NotFound."""
    return _one(visible_to(actor, "catalogue.call_contest", Contest.objects.all()), contest_id)


def _one(rows: QuerySet[Contest], contest_id: int) -> Contest:
    found = rows.select_related("unit", "called_by", "published_by", "ended_by").filter(pk=contest_id).first()
    if found is None:
        raise NotFound
    return found


def days_of(contest: Contest) -> ContestDays:
    """The days a call names."""
    return ContestDays(contest.enters_from, contest.enters_until, contest.judged_until)


def phase_of(contest: Contest) -> str:
    """What a contest that was called is at today; "" for any other."""
    return phase_on(days_of(contest), clock.today()) if contest.status == Contest.Status.CALLED else ""


def _called_on(contest: Contest) -> date:
    """The day whose figures hold: that of the call, today for a draft."""
    return contest.called_on or clock.today()


def figure_of(contest: Contest, name: str) -> int:
    """A figure of the contest. Source: policies `contest.*`."""
    return _figures(contest, name)[f"contest.{name}"].integer


def _figures(contest: Contest, *names: str) -> dict[str, PolicyValue]:
    return policies_at([f"contest.{name}" for name in names], on=_called_on(contest), place=contest.place)


def figures_of(contest: Contest) -> ContestFigures:
    """What decides who wins. Source: policies `contest.*`."""
    found = _figures(contest, *_FIGURES)
    share = found["contest.vote_share"].integer if contest.has_votes else 0
    return ContestFigures(
        found["contest.fewest_jurors"].integer,
        found["contest.most_winners"].integer,
        found["contest.least_score"].decimal,
        share,
    )


def criteria_of(contest: Contest) -> list[Criterion]:
    """What entries are judged by, in the order of the most points. Source: policies `contest.criterion.*`."""
    rows = policies_under(CRITERION, on=_called_on(contest))
    best = {
        key: value for place in sorted(rows) if contest.place.startswith(place) for key, value in rows[place].items()
    }
    found = [Criterion(key, _word_of(key, value), value.integer) for key, value in best.items()]
    return sorted(found, key=lambda one: (-one.most, one.key))


def _word_of(key: str, value: PolicyValue) -> Any:
    return _WORDS.get(key.removeprefix(CRITERION), value.rule)


def publicity_ends(contest: Contest) -> date:
    """The last day on which one may object to what was published. Source: policy:contest.publicity_days."""
    return (contest.published_on or clock.today()) + timedelta(days=figure_of(contest, "publicity_days"))


def judged_in(contest: Contest) -> list[Judged]:
    """What came together for each entry, by number; points of jurors that were released do not count."""
    sums: dict[int, list[int]] = {}
    points = ContestScore.objects.filter(entry__contest=contest, juror__released_at=None)
    for entry_id, total in points.values("entry", "juror").annotate(sum=Sum("points")).values_list("entry", "sum"):
        sums.setdefault(entry_id, []).append(total)
    counted = ContestVote.objects.filter(contest=contest).values("entry").annotate(n=Count("pk"))
    votes = dict(counted.values_list("entry", "n"))
    living = contest.entries.filter(taken_back_at=None).order_by("number").values_list("pk", "number")
    return [Judged(pk, number, tuple(sums.get(pk, ())), votes.get(pk, 0)) for pk, number in living]


# ---- who may enter and judge


def courses_to_enter(contest: Contest, actor: Actor) -> QuerySet[Course]:
    """The reviewed courses of the units for which `actor` may enter some, that are not in the contest yet."""
    entered = contest.entries.filter(taken_back_at=None).values("course")
    rows = Course.objects.filter(stage=Course.Stage.REVIEWED).exclude(pk__in=entered).select_related("unit")
    return visible_to(actor, "catalogue.enter_contest", rows).order_by("place", "title", "pk")


def editions_to_enter(course: Course) -> QuerySet[Edition]:
    """What a course is taught from, the newest first."""
    rows = course.editions.filter(material__is_retired=False).select_related("material")
    return rows.order_by("-year", "-pk")


def entry_by_id(entry_id: int, contest: Contest) -> ContestEntry:
    """One living entry of a contest already seen; raises NotFound."""
    return _entry(contest.entries.filter(taken_back_at=None), entry_id)


def _entry(rows: QuerySet[ContestEntry], entry_id: int) -> ContestEntry:
    found = rows.select_related("contest__unit", "course__unit", "version").filter(pk=entry_id).first()
    if found is None:
        raise NotFound
    return found


def entries_of_own(contest: Contest, actor: Actor) -> QuerySet[ContestEntry]:
    """The living entries of the units for which `actor` may enter courses, by number."""
    rows = visible_to(actor, "catalogue.enter_contest", contest.entries.filter(taken_back_at=None))
    return rows.select_related("course__unit", "edition__material").order_by("number")


def entry_of_own(entry_id: int, contest: Contest, actor: Actor) -> ContestEntry:
    """One of them; raises NotFound."""
    return _entry(entries_of_own(contest, actor), entry_id)


def results_of(contest: Contest) -> list[ContestEntry]:
    """What was published, the best first; nothing before."""
    if contest.published_on is None:
        return []
    rows = contest.entries.filter(taken_back_at=None).select_related("course__unit")
    return list(rows.order_by("rank", "number"))


def juror_roles() -> frozenset[str]:
    """The roles whose holders may be named as jurors: those that may judge at all."""
    return frozenset(role for row in permissions_of("catalogue.judge_contest") for role in row.roles)


def jurors_to_choose() -> QuerySet[Account]:
    """The accounts that may be named, by name."""
    return accounts_holding(juror_roles())


def juror_of(contest: Contest, actor: Actor) -> ContestJuror | None:
    """The actor as a juror of a contest; None for anybody else."""
    if actor.account_id is None:
        return None
    rows = contest.jurors.filter(account=actor.account_id, released_at=None)
    return rows.select_related("account").first()


def jurors_of(contest: Contest) -> list[ContestJuror]:
    """Those who judge, by name, each with `judged`, how many entries they have."""
    rows = contest.jurors.filter(released_at=None).select_related("account")
    judged = Count("scores__entry", distinct=True, filter=Q(scores__entry__taken_back_at=None))
    return list(rows.annotate(judged=judged).order_by("account__display_name", "pk"))


def juror_by_id(juror_id: int, contest: Contest) -> ContestJuror:
    """One juror of a contest already seen; raises NotFound."""
    found = contest.jurors.filter(pk=juror_id).select_related("contest__unit", "account").first()
    if found is None:
        raise NotFound
    return found


def juror_facts(account: Account) -> JurorFacts:
    """Who a juror is today: where they hold a role, and the unit on whose roster they stand."""
    homes: Iterable[Unit] = ()
    if account.person_id is not None:
        homes = home_units([account.person_id], clock.today()).values()
    units = [grant.unit for grant in grants_of(account)]
    return JurorFacts(account.pk, account.person_id, tuple(sorted({unit.path for unit in (*units, *homes)})))


def entry_facts(entries: Sequence[ContestEntry]) -> dict[int, EntryFacts]:
    """entry id -> whose it is: the unit, who wrote and handed in the version, who teaches the course."""
    ids = [entry.pk for entry in entries]
    people = ArrayAgg("course__teachers__person", filter=Q(course__teachers__person__isnull=False), default=[])
    rows = ContestEntry.objects.filter(pk__in=ids).annotate(people=people)
    wrote = ("version__written_by", "version__handed_in_by", "entered_by")
    return {
        pk: EntryFacts(place, frozenset(one for one in accounts if one is not None), frozenset(persons))
        for pk, place, persons, *accounts in rows.values_list("pk", "place", "people", *wrote)
    }


def objections_of(contest: Contest, actor: Actor, *, every: bool) -> list[ContestObjection]:
    """What was said against the result: all for those who answer, of anybody else what they said themselves."""
    rows = ContestObjection.objects.filter(entry__contest=contest).select_related("entry__course", "raised_by")
    if not every:
        if actor.account_id is None:
            return []
        rows = rows.filter(raised_by=actor.account_id)
    return list(rows.order_by("raised_at", "pk"))


def objection_by_id(objection_id: int, contest: Contest) -> ContestObjection:
    """One objection to a result of a contest already seen; raises NotFound."""
    rows = ContestObjection.objects.filter(entry__contest=contest).select_related("entry__contest__unit")
    found = rows.filter(pk=objection_id).first()
    if found is None:
        raise NotFound
    return found


def tally_of(contest_id: int, actor: Actor) -> QuerySet[ContestEntry]:
    """The entries of a contest whose tally `actor` may see; while it is judged nobody who judges in it.

    Each with `jurors`, how many have judged it, `mean` of their points and `vote_count` so far; jurors that were
    released do not count.
    """
    seen = visible_to(actor, "catalogue.view_tally", Contest.objects.filter(pk=contest_id, called_on__isnull=False))
    if actor.account_id is not None:
        judging = ContestJuror.objects.filter(account=actor.account_id, released_at=None).values("contest")
        seen = seen.exclude(status=Contest.Status.CALLED, pk__in=judging)
    rows = ContestEntry.objects.filter(contest__in=seen, taken_back_at=None)
    scores = ContestScore.objects.filter(entry=OuterRef("pk"), juror__released_at=None).order_by().values("entry")
    votes = ContestVote.objects.filter(entry=OuterRef("pk")).order_by().values("entry")
    jurors = scores.annotate(n=Count("juror", distinct=True)).values("n")
    tallied = rows.annotate(
        jurors=Coalesce(Subquery(jurors, output_field=IntegerField()), 0),
        points=Subquery(scores.annotate(n=Sum("points")).values("n"), output_field=IntegerField()),
        vote_count=Coalesce(Subquery(votes.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0),
    )
    mean = F("points") * Decimal("1.0") / F("jurors")
    judged = When(jurors__gt=0, then=Round(mean, 2, output_field=_POINTS))
    return tallied.annotate(mean=Case(judged, output_field=_POINTS)).select_related("contest", "course__unit")


def contests_to_turn(actor: Actor) -> list[tuple[Contest, int]]:
    """The contests `actor` holds that wait for the next step, each with how many objections have no answer."""
    today = clock.today()
    rows = visible_to(actor, "catalogue.call_contest", Contest.objects.all()).select_related("unit")
    unanswered = Count("entries__objections", filter=Q(entries__objections__answered_at=None))
    over = Q(status=Contest.Status.CALLED, judged_until__lt=today)
    moving = rows.filter(over | Q(status=Contest.Status.PUBLISHED)).annotate(unanswered=unanswered)
    found = [(contest, contest.unanswered) for contest in moving.order_by("judged_until", "pk")[:5]]
    return [
        (contest, count)
        for contest, count in found
        if count or contest.published_on is None or today > publicity_ends(contest)
    ]
