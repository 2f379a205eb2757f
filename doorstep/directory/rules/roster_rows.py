"""What does one row of a roster say, and everything that is wrong with it?"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from doorstep.directory.rules.codes import clean_code, clean_posts, clean_yes_no, sex_of_text
from doorstep.directory.rules.dates import clean_date
from doorstep.directory.rules.headers import POST_PREFIX, Layout
from doorstep.directory.rules.id_number import clean_id_number
from doorstep.directory.rules.person_fields import (
    PLAIN_ADDRESS,
    PLAIN_MOBILE,
    PLAIN_NAME,
    TEXT_LENGTHS,
    clean_mobile,
    clean_name,
    clean_party_age,
    clean_text,
)
from doorstep.directory.rules.reference import roster_columns
from doorstep.directory.rules.regions import clean_destination
from doorstep.directory.rules.roster_checks import cross_check
from doorstep.directory.rules.roster_types import (
    EMPTY,
    Choice,
    Cleaned,
    Problem,
    RowResult,
    Status,
    ambiguous,
    error,
    note,
    status_of,
)
from doorstep.directory.rules.row_kinds import skip_reason
from doorstep.directory.rules.text_forms import is_error_value, is_nothing, packed, plain, text_of
from doorstep.directory.rules.unit_names import MOST_CHOICES, UnitEntry, UnitIndex, UnitMatch

FLAGS = frozenset(column.key for column in roster_columns() if column.type == "bool")
DATES = frozenset(column.key for column in roster_columns() if column.type in ("date", "month"))
CODES = {c.key: c.code_list for c in roster_columns() if c.type == "code" and c.key not in ("sex", "post")}
DROPPED = frozenset(column.key for column in roster_columns() if column.requirement == "不导入")
REQUIRED = tuple(column.key for column in roster_columns() if column.requirement == "必填")
NEEDED = frozenset(REQUIRED) - {"branch"}
TYPED = FLAGS | {"party_age"}
STANDING = frozenset(("city", "county"))  # kinds of unit nobody is a member of

# Columns whose few different values are cleaned once each.
REMEMBERED = frozenset(
    ("sex", "birth_date", "join_date", "formal_date", "post", "party_age", "lost_date", *CODES, *FLAGS)
)
REMEMBERED_VALUES = 50_000
ID_LENGTH = 18

Clean = Callable[[Any], Cleaned]
Memory = dict[Any, str | Cleaned]
IsPlain = Callable[[str], object]
# Columns of many different values, most of which need no cleaning: what tells so at once.
_PLAINLY: dict[str, IsPlain] = {"name": PLAIN_NAME.match, "mobile": PLAIN_MOBILE.match, "address": PLAIN_ADDRESS.match}


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What the check is told from outside: the day, the unit imported for, the figures in force, the user's answers.

    Ages and probations are in years. `defaults` fill columns the sheet has not got, `branches` settle names of units
    (as written -> code), `corrections` replace single cells (row -> key -> value), `skipped` rows are left out.
    """

    today: date
    home: str
    adult_age: int
    child_age: int
    lost_after_months: int
    probation_years: int
    longest_probation_years: int
    allow_demo: bool = False
    swapped_sex: bool = False
    defaults: Mapping[str, str] = field(default_factory=dict)
    branches: Mapping[str, str] = field(default_factory=dict)
    corrections: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    skipped: frozenset[int] = frozenset()


def _remembered(memory: Memory, key: str, value: Any, clean: Clean) -> Cleaned:
    """The cleaned value, kept for the next row with the same text: as mere text when nothing was found."""
    if value is None or value == "":
        memory[""] = ""
        return EMPTY
    if is_error_value(value):
        return Cleaned(problems=(error(key, "cell.error_value", raw=value),))
    found = clean(value)
    if key in REMEMBERED and type(value) is str:
        if len(memory) > REMEMBERED_VALUES:
            memory.clear()
        memory[value] = found if found.problems else found.value
    return found


class RosterChecker:
    """Checks the rows of one sheet in order; it remembers ID numbers to find the same person twice."""

    def __init__(self, layout: Layout, units: UnitIndex, options: CheckOptions, *, finds_twice: bool = True) -> None:
        self._layout = layout
        self._units = units
        self._options = options
        self._used = [use.index for use in layout.columns if use.key]
        self._width = max(self._used, default=-1) + 1
        uses = [use for use in layout.columns if use.key and use.key not in DROPPED]
        single = [use for use in uses if not use.key.startswith(POST_PREFIX)]
        self._columns = {use.key: use.index for use in single}
        self._plan: list[tuple[int, str, Clean, Memory, IsPlain | None]] = [
            (use.index, use.key, self._cleaner(use.key), {}, _PLAINLY.get(use.key))
            for use in single
            if use.key != "branch"
        ]
        self._branch_columns = [use.index for use in single if use.key == "branch"]
        self._keys = layout.keys
        self._has_typed = bool(TYPED & layout.keys)
        self._id_column = next((u.index for u in uses if u.key == "id_number"), None)
        self._post_columns = [(u.index, u.key.removeprefix(POST_PREFIX)) for u in uses if u.key.startswith(POST_PREFIX)]
        self._seen = SeenNumbers() if finds_twice else None
        self.section = ""  # the heading of the section the next row stands under
        self.wants_section = False  # True once a row asked for a section when none was known
        self._missing = self._missing_columns()
        self._branches: dict[str, UnitEntry] = {}

    def _cleaner(self, key: str) -> Clean:
        """The function that reads the cells of a column."""
        options = self._options
        if key == "id_number":
            return lambda value: clean_id_number(value, today=options.today, allow_demo=options.allow_demo)
        if key == "sex":
            return lambda value: sex_of_text(text_of(value), swapped=options.swapped_sex)
        if key in DATES:
            return lambda value: clean_date(value, key, today=options.today)
        if key in CODES:
            code_list = CODES[key]
            return lambda value: clean_code(text_of(value), key, code_list)
        if key in FLAGS:
            return lambda value: clean_yes_no(text_of(value), key)
        if key in TEXT_LENGTHS and key not in ("occupation", "flow_to"):
            return lambda value: clean_text(text_of(value), key)
        plain_cleaners: dict[str, Clean] = {
            "name": lambda value: clean_name(text_of(value)),
            "post": lambda value: clean_posts(text_of(value)),
            "mobile": clean_mobile,
            "party_age": lambda value: clean_party_age(text_of(value)),
            "flow_to": lambda value: clean_destination(text_of(value)),
        }
        return plain_cleaners[key]

    def _missing_columns(self) -> tuple[tuple[str, Problem | None], ...]:
        """The required columns the sheet has not got, each with the finding every row gets for it."""
        found: list[tuple[str, Problem | None]] = []
        for key in REQUIRED:
            if key in self._keys:
                continue
            if key in self._options.defaults:
                found.append((key, None))
            elif key == "membership_state":
                found.append((key, note(key, "membership_state.column_missing")))
            elif key != "branch":
                found.append((key, error(key, "required.column", key=key)))
        return tuple(found)

    def check(self, number: int, cells: Sequence[Any]) -> RowResult:
        """The row's normal form and all findings."""
        if not self._is_surely_a_person(cells) and (reason := skip_reason(number, cells, self._layout, self._used)):
            if reason.code == "row.section":
                self.section = str(reason.params["text"])
            return RowResult(number, Status.SKIP, {}, [reason])
        if number in self._options.skipped:
            return RowResult(number, Status.SKIP, {}, [note("row", "row.skipped_by_user")])
        return self._check_person(number, cells)

    def _is_surely_a_person(self, cells: Sequence[Any]) -> bool:
        """A full ID number where it belongs settles what kind of row this is."""
        if self._id_column is None or self._id_column >= len(cells):
            return False
        value = cells[self._id_column]
        return isinstance(value, str) and len(value) == ID_LENGTH and value[:-1].isdigit()

    def _check_person(self, number: int, cells: Sequence[Any]) -> RowResult:
        fields: dict[str, Any] = {}
        problems: list[Problem] = []
        corrected = self._options.corrections.get(number)
        if corrected:
            cells = self._with_corrections(cells, corrected, fields)
        if len(cells) < self._width:
            cells = [*cells, *[""] * (self._width - len(cells))]
        for index, key, clean, memory, is_plain in self._plan:
            value = cells[index]
            if is_plain is None:  # noqa: SIM108 - three ways in one line are hard to read
                found = memory.get(value)
            else:
                found = value if type(value) is str and is_plain(value) else None
            if not isinstance(found, str):
                cleaned = found or _remembered(memory, key, value, clean)
                problems.extend(cleaned.problems)
                found = cleaned.value
            if found:
                fields[key] = found
        raw_branch = next((cells[i] for i in reversed(self._branch_columns) if cells[i] not in ("", None)), "")
        if self._post_columns:
            self._read_post_columns(cells, fields, problems)
        self._fill_missing(fields, problems)
        unit = self._read_branch(raw_branch, fields, problems)
        cross_check(fields, problems, self._options, self._keys)
        self._find_twice(number, fields, problems)
        if self._has_typed or corrected:
            _typed(fields)
        return RowResult(number, status_of(problems), fields, problems, unit.id if unit else None)

    def _with_corrections(
        self, cells: Sequence[Any], corrected: Mapping[str, str], fields: dict[str, Any]
    ) -> list[Any]:
        """The cells with the user's answers in place; an answer without a column goes into `fields` unread."""
        changed = list(cells)
        for key, value in corrected.items():
            column = self._columns.get(key)
            if column is not None:
                changed.extend([""] * (column + 1 - len(changed)))
                changed[column] = value
            else:
                cleaned = self._cleaner(key)(value)
                fields[key] = cleaned.value
        return changed

    def _read_post_columns(self, cells: Sequence[Any], fields: dict[str, Any], problems: list[Problem]) -> None:
        """Yes/no columns of single posts become the posts of the row."""
        codes = [code for code in str(fields.get("post", "")).split(";") if code]
        for index, code in self._post_columns:
            value = cells[index] if index < len(cells) else ""
            answer = clean_yes_no(text_of(value), "post")
            problems.extend(answer.problems)
            if answer.value == "1":
                codes.append(code)
        if codes:
            fields["post"] = ";".join(dict.fromkeys(codes))

    def _fill_missing(self, fields: dict[str, Any], problems: list[Problem]) -> None:
        if not self._missing and fields.keys() >= NEEDED:
            return
        for key, finding in self._missing:
            if key in fields:
                continue
            if finding is not None:
                problems.append(finding)
            if key in self._options.defaults:
                fields[key] = self._options.defaults[key]
            elif key == "membership_state":
                fields[key] = "1"
        for key in REQUIRED:
            if key in NEEDED and key not in fields and not any(p.field == key for p in problems):
                problems.append(_left_empty(key))

    def _read_branch(self, raw: Any, fields: dict[str, Any], problems: list[Problem]) -> UnitEntry | None:
        """The unit a row belongs to, by its own cell or by the answer given for the whole sheet."""
        known = self._branches.get(raw) if isinstance(raw, str) else None
        if known is not None:
            fields["branch"] = known.code
            return known
        text = plain(raw)
        if is_nothing(text):
            default = self._options.defaults.get("branch", "")
            if not default:
                problems.append(self._branch_missing())
                return None
            text = default
        chosen = self._options.branches.get(packed(text))
        found = self._units.match(chosen or text)
        if len(found.found) == 1 and not found.bare:
            before = len(problems)
            unit = self._judged_unit(found.found[0], text, fields, problems)
            if unit is not None and isinstance(raw, str) and len(problems) == before:
                self._branches[raw] = unit
            return unit
        if found.found:
            problems.append(self._which_unit(text, found))
            return None
        near = tuple(Choice(unit.code, unit.label) for unit in found.near)
        problems.append(error("branch", "branch.unknown", *near, raw=text))
        return None

    def _branch_missing(self) -> Problem:
        """No branch in the row: the heading of the section above it is proposed."""
        self.wants_section = self.wants_section or not self.section
        above = self._units.match(self.section).found if self.section else ()
        here = [unit for unit in above if unit.path.startswith(self._options.home)]
        return error("branch", "branch.missing", *(Choice(unit.code, unit.label) for unit in here[:1]))

    def _which_unit(self, text: str, match: UnitMatch) -> Problem:
        """Several units or villages of that name: units below the importing one are offered, the rest only named."""
        found, bare = match.found, match.bare
        own = [unit for unit in found if unit.path.startswith(self._options.home)]
        names = "、".join(unit.label for unit in found[:MOST_CHOICES])
        if not own:
            return error("branch", "branch.outside", raw=text, unit=names)
        choices = [Choice(unit.code, unit.label) for unit in own[:MOST_CHOICES]]
        count = len(found) + len(bare)
        if not bare:
            return ambiguous("branch", "branch.several", *choices, raw=text, count=count, names=names)
        places = "、".join(village.label for village in bare[:MOST_CHOICES])
        told = {"raw": text, "count": count, "names": names, "places": places}
        return ambiguous("branch", "branch.several_places", *choices, **told)

    def _judged_unit(
        self, unit: UnitEntry, text: str, fields: dict[str, Any], problems: list[Problem]
    ) -> UnitEntry | None:
        if not unit.path.startswith(self._options.home):
            problems.append(error("branch", "branch.outside", raw=text, unit=unit.label))
            return None
        if unit.kind in STANDING:
            problems.append(error("branch", "branch.not_a_branch", raw=text, unit=unit.label))
            return None
        if unit.kind not in ("branch", "general_branch"):
            problems.append(note("branch", "branch.above_branch", unit=unit.label))
        fields["branch"] = unit.code
        return unit

    def _find_twice(self, number: int, fields: Mapping[str, Any], problems: list[Problem]) -> None:
        """The same ID number earlier in the sheet: the first row stays, this one is told both numbers."""
        if self._seen is None:
            return
        key = number_key(fields)
        if key and (found := self._seen.take(number, *key)):
            problems.append(said_twice(number, found))


class SeenNumbers:
    """The ID numbers of a sheet so far, each with the row it stood in first; as numbers, which take little room."""

    def __init__(self) -> None:
        self._places: dict[int, int] = {}
        self._rows, self._names = array("L"), array("q")

    def take(self, row: int, id_number: int, name: int) -> tuple[int, bool] | None:
        """The row an ID number stood in before and whether the name was the same; None for a number not seen yet."""
        place = self._places.setdefault(id_number, len(self._rows))
        if place < len(self._rows):
            return self._rows[place], self._names[place] == name
        self._rows.append(row)
        self._names.append(name)
        return None


def number_key(fields: Mapping[str, Any]) -> tuple[int, int] | None:
    """The ID number of a row and a digest of its name, as this process and its forks take it; None without one."""
    id_number = fields.get("id_number")
    return (int(id_number[:17]), hash(fields.get("name"))) if id_number else None


def said_twice(row: int, found: tuple[int, bool]) -> Problem:
    """The finding for a row whose ID number stood in an earlier one."""
    first, is_same_name = found
    return error("id_number", "row.twice" if is_same_name else "row.twice_other_name", first=first, row=row)


def _left_empty(key: str) -> Problem:
    """A required cell nobody filled; the usual party standing is proposed."""
    proposals = (Choice("1", "正常"),) if key == "membership_state" else ()
    return error(key, "required.empty", *proposals, key=key)


def _typed(fields: dict[str, Any]) -> None:
    """Flags as true and false, years as numbers."""
    for key in FLAGS & fields.keys():
        fields[key] = fields[key] == "1"
    if "party_age" in fields:
        fields["party_age"] = int(fields["party_age"])
