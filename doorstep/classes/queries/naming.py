"""Does a class take names now, and from whom?"""

from __future__ import annotations

from doorstep.classes.models import TrainingClass
from doorstep.classes.queries.words import day_text, moment_text
from doorstep.classes.services.refusals import BegunForBranches, ClassIsOutsiders, ClassNotOpen, NominationsOver
from doorstep.core import clock
from doorstep.core.errors import DoorstepError


def refusal_of_names(training_class: TrainingClass, standing: str, *, runs_class: bool) -> DoorstepError | None:
    """Why a class that stands at `standing` takes no names now, or None when it does.

    Who runs the class still adds people after the deadline and once it runs; branches only before both.
    """
    if training_class.is_outside:
        return ClassIsOutsiders(title=training_class.title)
    status = TrainingClass.Status(standing)
    organiser = training_class.unit.short_name
    if status == TrainingClass.Status.RUNNING:
        day = day_text(training_class.starts_on)
        adder = adder_of(training_class)
        return None if runs_class else BegunForBranches(title=training_class.title, day=day, organiser=adder)
    if status != TrainingClass.Status.OPEN:
        return ClassNotOpen(title=training_class.title, status=status.label)
    until = training_class.nominate_by
    if until is None or until > clock.now() or runs_class:
        return None
    return NominationsOver(title=training_class.title, until=moment_text(until), organiser=organiser)


def adder_of(training_class: TrainingClass) -> str:
    """Who adds people to a class that runs: its organiser, or the unit above one that looks after nobody, as a base."""
    unit = training_class.unit
    return ((unit.parent if unit.kind == "work_unit" else None) or unit).short_name
