"""What the units at or below one hold in a year: classes, and what those held together gave them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from doorstep.classes.queries.classes import class_counts
from doorstep.records.queries.hosts import JointFigures, joint_figures

if TYPE_CHECKING:
    from doorstep.directory.models import Unit


@dataclass(frozen=True, slots=True)
class HeldClasses:
    """Classes of a year: `held`, `planned`, and of both together those of several hosts, with what these gave so far.

    A class of several hosts is one class of each, and one of any unit above them; so is a person who came.
    """

    held: int
    planned: int
    joint: int
    results: JointFigures | None


def classes_held(unit: Unit, year: int) -> HeldClasses:
    """The classes of a unit, one of those in reach, with all below it in a year."""
    counts = class_counts(year, unit.path)
    return HeldClasses(**counts, results=joint_figures(year, unit.path) if counts["joint"] else None)
