"""Do the values of one row agree with each other?"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from doorstep.directory.rules.codes import choice
from doorstep.directory.rules.dates import moment_of
from doorstep.directory.rules.id_number import sex_of
from doorstep.directory.rules.roster_types import Choice, Problem, Problems, error, note, warn

if TYPE_CHECKING:
    from doorstep.directory.rules.roster_rows import CheckOptions

FULL, PROBATIONARY = "1", "2"
MEMBERS = (FULL, PROBATIONARY)
PARTY_FOUNDED = date(1921, 7, 1)
PROBATION_SINCE = 1977  # from the 11th congress on, a year of probation without exception


def cross_check(fields: dict[str, Any], problems: list[Problem], options: CheckOptions, keys: frozenset[str]) -> None:
    """Compare the cleaned values of a row; add findings, derive sex and birth date from the ID number."""
    _against_id(fields, problems)
    category = fields.get("person_category", "")
    _dates_in_order(fields, problems, category, options, keys)
    if "lost_contact" in fields or "lost_date" in fields:
        _lost(fields, problems, options)
    if "flow_to" in fields and fields.get("floating") == "0":
        problems.append(warn("flow_to", "flow_to.not_floating"))
    if "party_age" in fields and "formal_date" in fields:
        _party_age(fields, problems, options.today)


def _against_id(fields: dict[str, Any], problems: list[Problem]) -> None:
    number = fields.get("id_number")
    if not number:
        return
    sex, birth = sex_of(number), f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    stated = fields.get("sex")
    if stated in ("1", "2") and stated != sex:
        problems.append(error("sex", "sex.mismatch", choice("sex", sex), stated=stated, by_id=sex))
    elif stated != sex:
        fields["sex"] = sex
    written = fields.get("birth_date")
    if written is None:
        _settle_birth(fields, problems, date.fromisoformat(birth))
    elif written != birth:
        if not moment_of(written).agrees_with(date.fromisoformat(birth)):
            problems.append(error("birth_date", "birth.mismatch", Choice(birth, birth), written=written, by_id=birth))
        elif problems:
            _forget(problems, "birth_date", "date.two_digit_year")


def _settle_birth(fields: dict[str, Any], problems: list[Problem], birth: date) -> None:
    """No readable birth date: the ID number's is taken; it also settles which of several was meant."""
    for problem in [p for p in problems if p.field == "birth_date" and p.choices]:
        if any(moment_of(option.value).agrees_with(birth) for option in problem.choices):
            problems.remove(problem)
            problems.append(note("birth_date", "birth.settled_by_id"))
    if not any(p.field == "birth_date" and p.level.value != "note" for p in problems):
        fields["birth_date"] = birth.isoformat()


def _forget(problems: list[Problem], field: str, code: str) -> None:
    problems[:] = [p for p in problems if (p.field, p.code) != (field, code)]


def _dates_in_order(
    fields: dict[str, Any], problems: list[Problem], category: str, options: CheckOptions, keys: frozenset[str]
) -> None:
    """Joining, becoming a full member and category fit together."""
    joined, formal = fields.get("join_date"), fields.get("formal_date")
    for key, value in (("join_date", joined), ("formal_date", formal)):
        if value and len(value) == len("1990"):
            problems.append(warn(key, "date.year_only", year=value))
    if joined:
        _joining(joined, fields, problems, category, options)
    elif category == FULL:
        _without_joining(formal, fields, problems, options)
    if formal:
        if category == PROBATIONARY:
            problems.append(error("formal_date", "formal.probationary", date=formal))
        elif category and category != FULL:
            problems.append(error("formal_date", "formal.not_a_member", date=formal))
        if joined:
            problems.extend(_probation(joined, formal, options.probation_years, options.longest_probation_years))
    elif category == FULL and "formal_date" in keys and not any(p.field == "formal_date" for p in problems):
        problems.append(warn("formal_date", "formal.missing"))
    if (
        category == PROBATIONARY
        and joined
        and _years_between(moment_of(joined).first, options.today) > options.longest_probation_years
    ):
        problems.append(warn("person_category", "category.long_probation", date=joined))


def _joining(text: str, fields: dict[str, Any], problems: list[Problem], category: str, options: CheckOptions) -> None:
    if category and category not in MEMBERS:
        problems.append(error("join_date", "join.not_a_member", date=text))
    if int(text[:4]) <= PARTY_FOUNDED.year and moment_of(text).last < PARTY_FOUNDED:
        problems.append(error("join_date", "join.before_party", date=text))
    birth = _birth_of(fields)
    if not birth or int(text[:4]) - int(birth[:4]) > options.adult_age:
        return
    age = _years_between(moment_of(birth).first, moment_of(text).last)
    if age < options.child_age:
        problems.append(_as_child("join_date", text, birth, age, options))
    elif age < options.adult_age:
        problems.append(
            warn("join_date", "join.too_young", birth=birth[:7], age=age, date=text, adult=options.adult_age)
        )


def _birth_of(fields: dict[str, Any]) -> str:
    """The day of birth, by the ID number if there is one; empty when it is not known."""
    number = fields.get("id_number")
    return f"{number[6:10]}-{number[10:12]}-{number[12:14]}" if number else fields.get("birth_date", "")


def _as_child(key: str, text: str, birth: str, age: int, options: CheckOptions) -> Problem:
    """A date at which nobody of that birth can have joined."""
    if age < 0:
        return error(key, "join.before_birth", birth=birth[:7], date=text)
    return error(key, "join.as_child", birth=birth[:7], date=text, age=age, child=options.child_age)


def _without_joining(
    formal: str | None, fields: dict[str, Any], problems: list[Problem], options: CheckOptions
) -> None:
    """A full member whose joining is not told: the formal date, or today, must still fit the birth."""
    birth = _birth_of(fields)
    if not birth:
        return
    born = moment_of(birth).first
    if formal and (age := _years_between(born, moment_of(formal).last)) < options.child_age:
        problems.append(_as_child("formal_date", formal, birth, age, options))
    elif (age := _years_between(born, options.today)) < options.adult_age:
        problems.append(
            warn("person_category", "category.too_young", birth=birth[:7], age=age, adult=options.adult_age)
        )


@lru_cache(maxsize=8192)
def _probation(joined: str, formal: str, least: int, most: int) -> Problems:
    years = int(formal[:4]) - int(joined[:4])
    if least < years <= most:
        return ()
    start, end = moment_of(joined).first, moment_of(formal).last
    if years > most and _years_between(moment_of(joined).last, moment_of(formal).first) > most:
        return (warn("formal_date", "formal.too_late", join=joined, formal=formal, most=most),)
    if end < start:
        return (error("formal_date", "formal.before_join", join=joined, formal=formal),)
    if start.year > PROBATION_SINCE and _years_between(start, end) < least:
        return (warn("formal_date", "formal.too_soon", join=joined, formal=formal),)
    return ()


def _years_between(earlier: date, later: date) -> int:
    """Completed years; negative when `later` is before."""
    return later.year - earlier.year - ((later.month, later.day) < (earlier.month, earlier.day))


def _lost(fields: dict[str, Any], problems: list[Problem], options: CheckOptions) -> None:
    """Lost contact: has a date, at least half a year ago."""
    lost, since = fields.get("lost_contact") == "1", fields.get("lost_date")
    if lost and not since and not any(p.field == "lost_date" for p in problems):
        problems.append(warn("lost_date", "lost.no_date"))
    if since and not lost:
        problems.append(warn("lost_contact", "lost.not_said", Choice("1", "是"), date=since))
    if lost and since:
        begun = moment_of(since).first
        months = (options.today.year - begun.year) * 12 + options.today.month - begun.month
        if months < options.lost_after_months:
            problems.append(error("lost_date", "lost.too_short", months=months, least=options.lost_after_months))


def _party_age(fields: dict[str, Any], problems: list[Problem], today: date) -> None:
    """A stated party age may differ from the formal date's by a correction, which is told."""
    counted = _years_between(moment_of(fields["formal_date"]).first, today)
    if abs(int(fields["party_age"]) - counted) > 1:
        problems.append(warn("party_age", "party_age.differs", stated=fields["party_age"], counted=counted))
