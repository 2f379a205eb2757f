"""The textbooks of the demo city, and the ledger of their copies: printed, sent down, given to classes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from doorstep.demo.rules.classes import PlannedClass
from doorstep.demo.rules.courses import STACK, TOWNSHIP, PlannedCourse
from doorstep.demo.rules.lots import stream
from doorstep.demo.rules.tree import PlannedUnit, Tree

FOR_COUNTY, FOR_TOWNSHIP, KEPT = 150, 140, 60
COMING = 60  # copies on their way to one township
GIVEN_OUT = 90  # days in which classes were given copies
BOOK = "“四下基层”学习读本"


@dataclass(frozen=True, slots=True)
class PlannedMaterial:
    """A material to be."""

    id: int
    title: str
    kind: str
    unit: PlannedUnit
    about: str


@dataclass(slots=True)
class PlannedEdition:
    """An edition to be, with the courses that use it."""

    id: int
    material: PlannedMaterial
    number: int
    year: int
    courses: list[PlannedCourse] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PlannedSending:
    """A parcel to be; without `received` it is still on its way."""

    id: int
    edition: PlannedEdition
    source: PlannedUnit
    target: PlannedUnit
    copies: int
    received: int | None
    difference: str
    sent_on: date


@dataclass(frozen=True, slots=True)
class PlannedMove:
    """A line of the ledger to be."""

    id: UUID
    edition: PlannedEdition
    unit: PlannedUnit
    kind: str
    copies: int
    on: date
    sending: PlannedSending | None = None
    training_class: int | None = None
    note: str = ""


class PlannedStock:
    """Everything there is of materials, and how much of an edition lies where."""

    def __init__(self, *, seed: int) -> None:
        self.rng = stream(seed, "materials")
        self.materials: list[PlannedMaterial] = []
        self.editions: list[PlannedEdition] = []
        self.sendings: list[PlannedSending] = []
        self.moves: list[PlannedMove] = []
        self.held: dict[tuple[int, int], int] = defaultdict(int)

    def material(self, title: str, kind: str, unit: PlannedUnit, about: str) -> PlannedMaterial:
        """One more material."""
        self.materials.append(PlannedMaterial(len(self.materials) + 1, title, kind, unit, about))
        return self.materials[-1]

    def edition(
        self, material: PlannedMaterial, number: int, year: int, courses: Sequence[PlannedCourse] = ()
    ) -> PlannedEdition:
        """One more edition of a material."""
        self.editions.append(PlannedEdition(len(self.editions) + 1, material, number, year, list(courses)))
        return self.editions[-1]

    def move(
        self,
        edition: PlannedEdition,
        unit: PlannedUnit,
        kind: str,
        copies: int,
        on: date,
        sending: PlannedSending | None = None,
        training_class: int | None = None,
        note: str = "",
    ) -> None:
        """One more line of the ledger."""
        line = UUID(int=self.rng.getrandbits(128), version=4)
        self.moves.append(PlannedMove(line, edition, unit, kind, copies, on, sending, training_class, note))
        self.held[unit.id, edition.id] += copies

    def send(
        self,
        edition: PlannedEdition,
        source: PlannedUnit,
        target: PlannedUnit,
        copies: int,
        on: date,
        *,
        lost: int = 0,
        is_coming: bool = False,
    ) -> None:
        """A parcel, received three days later unless it is still on its way."""
        received = None if is_coming else copies - lost
        told = "路上淋湿，不能用" if lost else ""
        sent = PlannedSending(len(self.sendings) + 1, edition, source, target, copies, received, told, on)
        self.sendings.append(sent)
        self.move(edition, source, "sent", -copies, on, sent)
        if received is not None:
            self.move(edition, target, "received", received, on + timedelta(days=3), sent, note=told)


def plan_materials(
    tree: Tree, courses: Sequence[PlannedCourse], classes: Sequence[PlannedClass], *, seed: int, as_of: date
) -> PlannedStock:
    """A reader of the city in two editions for all schools, and what the counties have made themselves."""
    stock, city = PlannedStock(seed=seed), next(unit for unit in tree.units if unit.kind == "city")
    taught = [course for course in courses if course.is_taught and course.kind != STACK]
    reader = stock.material(BOOK, "textbook", city, "总论和十五门分论的读本，学员人手一册。")
    stock.edition(reader, 1, as_of.year - 1)
    book = stock.edition(reader, 2, as_of.year, [course for course in taught if course.kind in ("general", "sub")])
    for title, kind in (
        ("支部书记工作手册", "hand_out"),
        ("闽东红色故事短片集", "video"),
        ("党员教育讲课课件包", "slides"),
    ):
        stock.edition(stock.material(title, kind, city, "供各级党校选用。"), 1, as_of.year)
    _share_out(stock, tree, city, book, as_of)
    for county in [unit for unit in tree.units if unit.kind == "county"]:
        _of_county(stock, county, [course for course in taught if course.unit is county], as_of)
    _give_out(stock, book, classes, as_of)
    return stock


def _share_out(stock: PlannedStock, tree: Tree, city: PlannedUnit, book: PlannedEdition, as_of: date) -> None:
    """From the printer to the city, from there to the counties, from there to the townships."""
    townships: dict[int, list[PlannedUnit]] = defaultdict(list)
    counties = [unit for unit in tree.units if unit.kind == "county"]
    by_path = {county.path: county for county in counties}
    for unit in tree.units:
        if unit.kind == "township" and (county := by_path.get("/".join(unit.path.split("/")[:2]) + "/")):
            townships[county.id].append(unit)
    printed = as_of - timedelta(days=200)
    wanted = {county.id: FOR_TOWNSHIP * len(townships[county.id]) + FOR_COUNTY for county in counties}
    stock.move(book, city, "taken_in", sum(wanted.values()) + 500, printed, note="首次印刷")
    for county in counties:
        stock.send(book, city, county, wanted[county.id], printed + timedelta(days=7))
        for number, township in enumerate(townships[county.id]):
            early = FOR_TOWNSHIP
            if township.code.startswith(TOWNSHIP):
                early -= COMING
                stock.send(book, county, township, COMING, as_of - timedelta(days=2), is_coming=True)
            stock.send(book, county, township, early, printed + timedelta(days=20), lost=2 if number == 3 else 0)


def _of_county(stock: PlannedStock, county: PlannedUnit, courses: Sequence[PlannedCourse], as_of: date) -> None:
    name = county.short_name.removesuffix("委组织部")
    made = stock.material(f"{name}党员实用技术讲义", "hand_out", county, "种植、养殖和加工的实用技术，配本地课。")
    edition = stock.edition(made, 1, as_of.year, courses)
    stock.move(edition, county, "taken_in", KEPT, as_of - timedelta(days=120))
    stock.move(edition, county, "counted", -stock.rng.randrange(1, 4), as_of - timedelta(days=30), note="受潮报废")


def _give_out(stock: PlannedStock, book: PlannedEdition, classes: Sequence[PlannedClass], as_of: date) -> None:
    """The classes of the last months of units that have copies got one each; what was left came back.

    What comes back is not given out again: the next class may begin before the last one ends.
    """
    back = []
    for held in classes:
        there = stock.held[held.unit.id, book.id]
        is_late = as_of - timedelta(days=GIVEN_OUT) <= held.starts_on <= as_of
        if held.status != "closed" or not is_late or there <= 0 or not held.seats:
            continue
        copies = min(there, len(held.seats))
        stock.move(book, held.unit, "issued", -copies, held.starts_on, training_class=held.id)
        if copies > 1:
            back.append((held, max(1, copies // 10)))
    for held, copies in back:
        stock.move(book, held.unit, "returned", copies, held.ends_on, training_class=held.id)
