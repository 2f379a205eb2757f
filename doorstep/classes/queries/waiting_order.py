"""In which order the people on waiting lists are served, by the policy of the place, and why each stands where."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doorstep.classes.models import Enrolment, TrainingClass, WaitingPlace
from doorstep.classes.queries.people import HOLDING
from doorstep.classes.rules.waiting_order import (
    CRITERIA,
    NEWCOMER,
    NO_HOURS,
    SEATLESS,
    SECRETARY,
    SHORT,
    UNCOVERED,
    Facts,
    InLine,
    Turn,
    WaitingRule,
    levels_of,
    met_by,
    turns,
)
from doorstep.core import clock
from doorstep.core.policies import PolicyValue, policies_at, policies_by_place, policy_days
from doorstep.core.registry import measured
from doorstep.directory.queries import people_by_ids
from doorstep.directory.queries.holders import units_at
from doorstep.directory.queries.members import secretaries_since

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

ORDER, BY_CRITERIA, BY_ARRIVAL = "class.waiting_order", "criteria", "arrival"
RANKS = {name: f"class.waiting.{name}" for name in CRITERIA}
SECRETARY_MONTHS, NEWCOMER_MONTHS = "secretary.new_within_months", "newmember.window_months"
OURS = "ours"  # the status of a figure that ships with the product and is written nowhere
KEYS = (ORDER, *RANKS.values(), SECRETARY_MONTHS, NEWCOMER_MONTHS)
WORDS = {
    UNCOVERED: gettext_lazy("当年还没有学时"),
    SECRETARY: gettext_lazy("新任书记"),
    NEWCOMER: gettext_lazy("新党员"),
    SEATLESS: gettext_lazy("当年没有别的班"),
    SHORT: gettext_lazy("当年学时还没达标"),
}


def rule_of(values: Mapping[str, PolicyValue]) -> WaitingRule:
    """How free seats are given, read from the policy rows in force at a place."""
    is_by_criteria = values[ORDER].text == BY_CRITERIA
    return WaitingRule(
        levels=levels_of({name: values[key].integer for name, key in RANKS.items()}) if is_by_criteria else (),
        secretary_months=values[SECRETARY_MONTHS].integer,
        newcomer_months=values[NEWCOMER_MONTHS].integer,
        source="" if values[ORDER].status == OURS else values[ORDER].source,
    )


def waiting_rule(place: str, on: date | None = None) -> WaitingRule:
    """How free seats of classes at a place are given on a day (today)."""
    return rule_of(policies_at(KEYS, on=on or clock.today(), place=place))


@dataclass(frozen=True, slots=True)
class Standing:
    """Which place somebody has on a list, and by which rule."""

    turn: Turn
    rule: WaitingRule

    @property
    def nth(self) -> int:
        """Which place that is, from 1."""
        return self.turn.nth

    @property
    def met_words(self) -> str:
        """The criteria met; "" where none is, or where people are served in order of coming."""
        return _("、").join(str(WORDS[name]) for name in self.turn.met)

    @property
    def given_for(self) -> str:
        """What a seat is given for when it is given now, as it is kept; "" where people are served as they came."""
        if not self.rule.is_by_criteria:
            return ""
        return _("按条件：%(what)s") % {"what": self.met_words} if self.turn.met else _("按条件都不占先，按先后")

    @property
    def why(self) -> str:
        """Why it is that place, in a sentence or two."""
        before = self.turn.nth - 1
        if not self.rule.is_by_criteria:
            return _("前面 %(n)s 人都排得早。") % {"n": before} if before else _("排得最早。")
        own = _("符合“%(what)s”。") % {"what": self.met_words} if self.turn.met else _("没有占先的条件。")
        if not before:
            return own + _("排在最前。")
        parts = [
            _("%(n)s 人“%(what)s”占先") % {"n": count, "what": level_words(self.rule.levels[level])}
            for level, count in sorted(self.turn.before.items())
        ]
        if self.turn.earlier:
            parts.append(_("%(n)s 人情况一样、排得早") % {"n": self.turn.earlier})
        if len(parts) == 1:
            return own + _("前面 %(part)s。") % {"part": parts[0]}
        return own + _("前面 %(n)s 人：%(parts)s。") % {"n": before, "parts": _("，").join(parts)}


def level_words(level: Iterable[str]) -> str:
    """The criteria of one rank."""
    return _("、").join(str(WORDS[name]) for name in level)


def rule_words(rule: WaitingRule) -> str:
    """In which order people are served, in a sentence."""
    if not rule.is_by_criteria:
        return _("按排上的先后，先来先得。")
    first, *others = [level_words(level) for level in rule.levels]
    steps = [_("先看%(what)s") % {"what": first}, *(_("再看%(what)s") % {"what": what} for what in others)]
    return _("按条件排：%(steps)s；情况一样的，先排上的在前。") % {"steps": _("，").join(steps)}


def standings(class_ids: Any) -> dict[int, Standing]:
    """The place of everybody who waits for one of these classes, ids or a query of them: id of the row -> its place."""
    columns = ("pk", "number", "person", "training_class", "training_class__year", "training_class__place")
    rows = WaitingPlace.objects.filter(training_class__in=class_ids, status=WaitingPlace.Status.WAITING)
    return _stand(list(rows.order_by("training_class", "number").values_list(*columns)))


def standings_among(rows: Iterable[WaitingPlace], training_class: TrainingClass) -> dict[int, Standing]:
    """The same of all who wait for one class, whose rows are at hand."""
    held = training_class
    return _stand([(row.pk, row.number, row.person_id, held.pk, held.year, held.place) for row in rows])


def _stand(found: list[tuple[int, int, int, int, int, str]]) -> dict[int, Standing]:
    """Where each (id, number, person id, class id, its year, its place) stands in its line."""
    if not found:
        return {}
    today = clock.today()
    rules = _rules({place for *_row, place in found}, today)
    facts = _facts({(person, year, rules[place]) for _pk, _number, person, _class, year, place in found}, today)
    lines: dict[tuple[int, WaitingRule], dict[int, tuple[int, InLine]]] = {}
    for pk, number, person, class_id, year, place in found:
        rule = rules[place]
        met = met_by(facts[person, year], rule, today) if rule.is_by_criteria else ()
        lines.setdefault((class_id, rule), {})[number] = pk, InLine(number, met)
    return {
        line[turn.number][0]: Standing(turn, rule)
        for (_class, rule), line in lines.items()
        for turn in turns((one for _pk, one in line.values()), rule)
    }


def rule_told(rule: WaitingRule) -> str:
    """The same for those who wait, with where it is written."""
    words = rule_words(rule)
    return words + _("（依据：%(source)s）") % {"source": rule.source} if rule.source else words


@dataclass(frozen=True, slots=True)
class DatedRule:
    """A rule with the day from which on it was said, and by whom: a unit, or "" for the whole network."""

    since: date
    unit: str
    words: str
    source: str


def waiting_rules_over(unit: Unit) -> list[DatedRule]:
    """What was said for classes of `unit`, by itself and by those above it, the latest day first."""
    said = policy_days((ORDER, *RANKS.values()), place=unit.path)
    names = {one.path: one.short_name for one in units_at(place for _day, place in said if place)}
    found = []
    for day, place in reversed(said):
        rule = rule_of(policies_at(KEYS, on=day, place=place))
        found.append(DatedRule(day, names.get(place, ""), rule_words(rule), rule.source))
    return found


def _rules(places: Collection[str], on: date) -> dict[str, WaitingRule]:
    """The rule at each place of classes."""
    known = {place: rule_of(values) for place, values in policies_by_place(KEYS, on=on).items()}
    return {place: known[max((at for at in known if place.startswith(at)), key=len)] for place in places}


def _facts(wanted: Collection[tuple[int, int, WaitingRule]], on: date) -> dict[tuple[int, int], Facts]:
    """(person id, year) -> what is known of them, as far as one of the rules asks; nothing where none does."""
    asked = [(person, year, rule) for person, year, rule in wanted if rule.is_by_criteria]
    names = {name for _person, _year, rule in asked for level in rule.levels for name in level}
    people = {person for person, _year, _rule in asked}
    years = {year: [person for person, at, _rule in asked if at == year] for year in {at for _p, at, _r in asked}}
    hours, seated = {}, {}
    for year, ids in years.items():
        hours[year] = measured("people.hours", ids, date(year, 1, 1)) if names & {UNCOVERED, SHORT} else {}
        seated[year] = _seated(ids, year) if SEATLESS in names else set()
    since = secretaries_since(people, on) if SECRETARY in names else {}
    known = people_by_ids(people) if NEWCOMER in names else {}
    return {
        (person, year): Facts(
            hours=hours[year].get(person, NO_HOURS),
            secretary_since=since.get(person),
            joined_on=known[person].join_date if person in known else None,
            has_seat=person in seated[year],
        )
        for person, year, _rule in asked
    }


def _seated(person_ids: Collection[int], year: int) -> set[int]:
    """Who of these people has a seat in any class of a year."""
    rows = Enrolment.objects.filter(person__in=person_ids, status__in=HOLDING, training_class__year=year)
    return set(rows.values_list("person", flat=True))
