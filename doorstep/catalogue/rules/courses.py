"""What keeps a course, or a half day made of short ones, from being handed in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from doorstep.core.masking import personal_number

STACK = "stack"


@dataclass(frozen=True, slots=True)
class CourseLimits:
    """Minutes of a short course at most, of a half day at least and at most, parts of a stack at least.

    Source: policies `course.*`.
    """

    short_minutes: int
    half_day_least: int
    half_day_most: int
    fewest_parts: int


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """What a course says, as somebody writes it; `parts` are ids of courses in their order."""

    title: str
    kind: str
    mode: str = ""
    theory_minutes: int = 0
    skill_minutes: int = 0
    outline: str = ""
    languages: tuple[str, ...] = ()
    art_form: str = ""
    audiences: tuple[str, ...] = ()
    parts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What the rules look at of a part of a stack: its minutes, whether it may be taught, whether it is a stack."""

    course_id: int
    title: str
    minutes: int
    is_in_use: bool = True
    is_stack: bool = False


@dataclass(frozen=True, slots=True)
class CourseFault:
    """What speaks against a course: a code and the values of its sentence."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)


def course_faults(facts: CourseFacts, parts: Sequence[Part], limits: CourseLimits) -> list[CourseFault]:
    """What has to be mended before a course is handed in, in the order in which one reads it."""
    found = [] if facts.outline.strip() else [CourseFault("no_outline")]
    if number := personal_number(f"{facts.title}\n{facts.outline}"):
        found.append(CourseFault("personal", {"number": number}))
    return [*found, *_stack_faults(parts, limits)] if facts.kind == STACK else found


def _stack_faults(parts: Sequence[Part], limits: CourseLimits) -> Iterator[CourseFault]:
    """A stack is made of enough different short courses in use, and fills the half day without running over."""
    told: set[int] = set()
    for number, part in enumerate(parts, start=1):
        values = {"number": number, "title": part.title, "found": part.minutes, "most": limits.short_minutes}
        if part.is_stack:
            yield CourseFault("part_is_stack", values)
        elif part.minutes > limits.short_minutes:
            yield CourseFault("part_not_short", values)
        if not part.is_in_use:
            yield CourseFault("part_not_in_use", values)
        if part.course_id in told:
            yield CourseFault("part_twice", values)
        told.add(part.course_id)
    if len(parts) < limits.fewest_parts:
        yield CourseFault("too_few_parts", {"found": len(parts), "least": limits.fewest_parts})
    length = sum(part.minutes for part in parts)
    values = {"found": length, "least": limits.half_day_least, "most": limits.half_day_most}
    if length < limits.half_day_least:
        yield CourseFault("half_day_too_short", {**values, "lacking": limits.half_day_least - length})
    if length > limits.half_day_most:
        yield CourseFault("half_day_too_long", {**values, "over": length - limits.half_day_most})
