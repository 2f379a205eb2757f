"""A roster goes in whole or not at all, again without a trace, and out again as if it had never been."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from doorstep.core.actors import Actor
from doorstep.core.errors import DoorstepError, NotPermitted
from doorstep.core.models import Activity
from doorstep.directory.jobs.roster import check_roster_file
from doorstep.directory.jobs.roster_answer import answer_path
from doorstep.directory.jobs.roster_judging import answers_of
from doorstep.directory.jobs.roster_template import write_roster
from doorstep.directory.models import Membership, Person, Post, RosterImport, RosterRow, SearchKey
from doorstep.directory.services.people import enter_person
from doorstep.directory.services.roster_check import check_roster
from doorstep.directory.services.roster_commit import RosterAlreadyDone, RosterNotReady, RosterStale, commit_roster
from doorstep.directory.services.roster_files import answer_roster, drop_roster, take_in_roster
from doorstep.directory.services.roster_undo import RosterInUse, RosterUndoTooLate, undo_roster
from tests.cast import Cast
from tests.directory.roster.books import member, read_xlsx, write_csv, write_xlsx
from tests.directory.roster.sample import HEADINGS

pytestmark = pytest.mark.django_db

KENGTOU = "中共蕉城区霍童镇坑头村支部委员会"
SHIQIAO = "石桥村党支部"
Import = Callable[..., RosterImport]


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def take(cast: Cast, tmp_path: Path) -> Import:
    """Hand in rows for a unit and check them."""

    def handed_in(*rows: Any, unit: str = "huotong", actor: Actor | None = None, **answers: Any) -> RosterImport:
        path = write_xlsx(tmp_path / "roster.xlsx", ["霍童镇党员花名册"], HEADINGS, *rows)
        return check_file(cast, path, unit=unit, actor=actor, **answers)

    return handed_in


def check_file(
    cast: Cast, path: Path, *, unit: str = "huotong", actor: Actor | None = None, **given: Any
) -> RosterImport:
    """Hand in a file, answer, check."""
    who = actor or cast.system
    taken = take_in_roster(unit=cast.unit(unit), upload=path, filename=path.name, allow_demo=True, actor=who)
    if given:
        taken = answer_roster(roster_import=taken, given=given, actor=who)
    return check_roster(roster_import=taken, report=lambda done, total: None, actor=who)


def state() -> dict[str, Any]:
    """Everything a roster may touch, for comparing before and after."""
    return {
        model.__name__: sorted(map(repr, model.objects.values_list()))
        for model in (Person, Membership, Post, SearchKey)
    }


def test_new_people_come_in_whole(cast: Cast, take: Import) -> None:
    before = Person.objects.count()
    taken = take(member(1, KENGTOU, 党内职务="组织委员"), member(2, SHIQIAO))
    assert (taken.status, taken.counts["new"]) == ("checked", 2)
    assert Person.objects.count() == before
    commit_roster(roster_import=taken, actor=cast.system)
    assert Person.objects.count() == before + 2
    person = Person.objects.get(name="林乙春")
    assert (person.category, person.education, person.ethnicity, person.county) == ("full", "71", "01", "350902")
    assert person.id_number_masked.startswith("3509")
    home = person.memberships.get()
    assert (home.unit, home.valid_from, home.valid_to) == (cast.unit("kengtou"), date(2026, 1, 1), None)
    assert [(p.post, p.is_leader) for p in person.posts.all()] == [("4", True)]
    assert SearchKey.objects.filter(kind="person", object_id=person.pk, key="ly").exists()
    assert Activity.objects.filter(event="directory.roster_committed").count() == 1


def test_nothing_is_kept_in_plain(cast: Cast, take: Import) -> None:
    row = member(1, KENGTOU, 公民身份证号码="35O999196503120150")
    take(row, member(2, KENGTOU))
    for found in RosterRow.objects.values():
        for value in found.values():
            text = bytes(value).decode("latin-1") if isinstance(value, (bytes, memoryview)) else str(value)
            assert "196503120150" not in text
            assert "13900000002" not in text


def test_the_same_file_again_writes_nothing(cast: Cast, take: Import) -> None:
    rows = [member(n, KENGTOU) for n in range(1, 6)]
    commit_roster(roster_import=take(*rows), actor=cast.system)
    before, told = state(), Activity.objects.count()
    again = take(*rows)
    assert (again.counts["same"], again.counts.get("new", 0), again.rows.count()) == (5, 0, 0)
    commit_roster(roster_import=again, actor=cast.system)
    assert state() == before
    assert Activity.objects.count() == told


def test_export_then_import_changes_nothing(cast: Cast, take: Import, tmp_path: Path) -> None:
    commit_roster(
        roster_import=take(
            member(1, KENGTOU, 党内职务="组织委员、宣传委员"),
            member(2, SHIQIAO, 学历="初小", 人员类别="预备党员", 转为正式党员日期="", 加入党组织日期="2026-01-05"),
        ),
        actor=cast.system,
    )
    before = state()
    out = tmp_path / "out.xlsx"
    count = write_roster(cast.unit("huotong"), out, footer="=x")
    back = check_file(cast, out)
    assert (back.counts.get("error", 0), back.counts["same"]) == (0, count), back.counts
    commit_roster(roster_import=back, actor=cast.system)
    assert state() == before


def test_one_wrong_row_keeps_everything_out(cast: Cast, take: Import) -> None:
    before = state()
    taken = take(member(1, KENGTOU), member(2, KENGTOU, 民族="余族"))
    with pytest.raises(RosterNotReady):
        commit_roster(roster_import=taken, actor=cast.system)
    assert state() == before


def test_skipping_is_explicit_and_named(cast: Cast, take: Import) -> None:
    rows = [member(1, KENGTOU), member(2, KENGTOU, 民族="余族")]
    taken = take(*rows, skipped=[4])
    commit_roster(roster_import=taken, actor=cast.system)
    assert taken.counts["new"] == 1
    assert [row.row for row in taken.rows.filter(status="skip")] == [4]
    assert "跳过" in read_xlsx(answer_path(taken))[3][-1]


def test_the_answer_workbook_lists_every_error_and_imports_once_fixed(cast: Cast, take: Import, tmp_path: Path) -> None:
    bad = member(2, "石桥村支部", 民族="余族", 学历="大学专科/本科", 出生日期="1999-01-01")
    taken = take(member(1, KENGTOU), bad)
    cells = read_xlsx(answer_path(taken))
    assert cells[1][-1] == "核对结果"
    assert cells[2][-1] == ""
    assert cells[3][:-1][1:4] == bad[1:4]
    assert cells[3][-1].count("\n") == 2
    cells[3][HEADINGS.index("民族")], cells[3][HEADINGS.index("学历")] = "畲族", "大专"
    cells[3][HEADINGS.index("出生日期")] = member(2, "")[HEADINGS.index("出生日期")]
    fixed = check_file(cast, write_xlsx(tmp_path / "fixed.xlsx", *cells))
    assert (fixed.counts.get("error", 0), fixed.counts["new"]) == (0, 2)


def test_answers_repair_rows(cast: Cast, take: Import) -> None:
    wrong = member(1, "石桥村支部", 民族="余族")
    taken = take(wrong, corrections={"3": {"ethnicity": "22"}})
    assert taken.counts["new"] == 1
    assert answers_of(taken).corrections == {"3": {"ethnicity": "22"}}
    assert b"ethnicity" not in bytes(taken.answers_sealed)


def test_changes_update_and_undo_puts_back(cast: Cast, take: Import) -> None:
    commit_roster(roster_import=take(member(1, KENGTOU), member(2, KENGTOU)), actor=cast.system)
    before = state()
    changed = take(member(1, KENGTOU, 学历="大专", 联系电话="13911112222", 党内职务="书记"), member(2, KENGTOU))
    assert changed.counts["changed"] == {"education": 1, "mobile": 1, "posts": 1}
    commit_roster(roster_import=changed, actor=cast.system)
    person = Person.objects.get(name="林乙春")
    assert (person.education, person.mobile_masked, person.posts.get().post) == ("31", "139****2222", "2")
    undo_roster(roster_import=changed, actor=cast.system)
    assert state() == before


def test_an_empty_cell_erases_nothing(cast: Cast, take: Import) -> None:
    commit_roster(roster_import=take(member(1, KENGTOU)), actor=cast.system)
    assert take(member(1, KENGTOU, 学历="", 联系电话="", 民族="")).counts["same"] == 1


def test_a_coarser_date_changes_nothing(cast: Cast, take: Import) -> None:
    commit_roster(roster_import=take(member(1, KENGTOU)), actor=cast.system)
    assert take(member(1, KENGTOU, 加入党组织日期="1976.7")).counts["same"] == 1


def test_a_month_of_birth_stays_one_when_something_else_changes(cast: Cast, take: Import) -> None:
    commit_roster(roster_import=take(member(1, KENGTOU, 出生日期="1951.02")), actor=cast.system)
    again = take(member(1, KENGTOU, 出生日期="1951.02", 联系电话="13900001111"))
    commit_roster(roster_import=again, actor=cast.system)
    assert again.counts["changed"] == {"mobile": 1}
    person = Person.objects.latest("pk")
    assert (person.birth_date, person.birth_month_only) == (date(1951, 2, 1), True)


def test_a_move_is_offered_and_dated(cast: Cast, take: Import) -> None:
    commit_roster(roster_import=take(member(1, KENGTOU)), actor=cast.system)
    moved = member(1, SHIQIAO)
    taken = take(moved)
    row = taken.rows.get()
    assert (row.status, row.problems[0]["code"]) == ("conflict", "member.elsewhere")
    before = state()
    taken = take(moved, confirmed={"3": ["member.elsewhere"]})
    commit_roster(roster_import=taken, actor=cast.system)
    old, new = Membership.objects.filter(person__name="林乙春").order_by("valid_from")
    assert (old.unit, old.valid_to, new.unit, new.valid_from) == (
        cast.unit("kengtou"),
        new.valid_from,
        cast.unit("shiqiao"),
        old.valid_to,
    )
    undo_roster(roster_import=taken, actor=cast.system)
    assert state() == before


def test_somebody_elses_member_is_refused_without_telling(cast: Cast, take: Import) -> None:
    other = member(7, "")
    enter_person(
        unit=cast.unit("xiangyang"),
        name="某某人",
        category="full",
        since=date(2020, 1, 1),
        id_number=other[HEADINGS.index("公民身份证号码")],
        actor=cast.system,
    )
    taken = take(member(7, KENGTOU), actor=cast.actor("township"))
    problems = taken.rows.get().problems
    assert {p["code"] for p in problems} == {"person.other_name_elsewhere", "member.outside"}
    assert "某某人" not in str(problems)


def test_units_outside_are_refused(cast: Cast, take: Import) -> None:
    taken = take(member(1, "虎贝镇黄家村党支部"), actor=cast.actor("township"))
    assert [p["code"] for p in taken.rows.get().problems] == ["branch.outside"]


def test_nobody_imports_for_others(cast: Cast, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "r.xlsx", HEADINGS, member(1, KENGTOU))
    for name, unit in (("township", "saiqi"), ("trainee", "kengtou"), ("teacher", "kengtou"), ("auditor", "ningde")):
        if name not in cast.accounts:
            continue
        with pytest.raises(NotPermitted):
            take_in_roster(unit=cast.unit(unit), upload=path, filename="r.xlsx", actor=cast.actor(name))


def test_a_person_changed_after_the_check_stops_the_write(cast: Cast, take: Import) -> None:
    commit_roster(roster_import=take(member(1, KENGTOU)), actor=cast.system)
    taken = take(member(1, KENGTOU, 学历="大专"))
    Person.objects.filter(name="林乙春").update(updated_at="2099-01-01T00:00Z")
    with pytest.raises(RosterStale):
        commit_roster(roster_import=taken, actor=cast.system)


def test_two_imports_of_the_same_person_do_not_double(cast: Cast, take: Import) -> None:
    first, second = take(member(1, KENGTOU)), take(member(1, KENGTOU))
    commit_roster(roster_import=first, actor=cast.system)
    with pytest.raises(RosterStale):
        commit_roster(roster_import=second, actor=cast.system)


def test_an_import_may_be_given_up_twice(cast: Cast, take: Import) -> None:
    taken = take(member(1, KENGTOU))
    for _again in range(2):
        drop_roster(roster_import=taken, actor=cast.system)
    taken.refresh_from_db()
    assert (taken.status, taken.file, taken.rows.count()) == ("dropped", "", 0)


def test_an_import_is_written_once(cast: Cast, take: Import) -> None:
    taken = take(member(1, KENGTOU))
    commit_roster(roster_import=taken, actor=cast.system)
    for again in (commit_roster, drop_roster):
        with pytest.raises(RosterAlreadyDone):
            again(roster_import=taken, actor=cast.system)


def test_undo_takes_everything_back(cast: Cast, take: Import) -> None:
    before = state()
    taken = take(*(member(n, KENGTOU, 党内职务="书记") for n in range(1, 4)))
    commit_roster(roster_import=taken, actor=cast.system)
    undone = undo_roster(roster_import=taken, actor=cast.system)
    assert (undone.status, state()) == ("undone", before)
    with pytest.raises(RosterUndoTooLate):
        undo_roster(roster_import=taken, actor=cast.system)


def test_undo_is_refused_once_something_hangs_on_it(cast: Cast, take: Import) -> None:
    taken = take(member(1, KENGTOU))
    commit_roster(roster_import=taken, actor=cast.system)
    Person.objects.filter(name="林乙春").update(updated_at="2099-01-01T00:00Z")
    before = state()
    with pytest.raises(RosterInUse):
        undo_roster(roster_import=taken, actor=cast.system)
    assert state() == before


def test_the_upload_goes_once_it_is_written_and_the_answer_once_it_is_taken_back(
    cast: Cast, take: Import, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    taken = take(member(1, KENGTOU), member(2, KENGTOU, 民族="余族"), skipped=[4])
    with django_capture_on_commit_callbacks(execute=True):
        commit_roster(roster_import=taken, actor=cast.system)
    assert list(settings.MEDIA_ROOT.glob("rosters/*")) == [answer_path(taken)]
    check_roster_file(taken.pk, str(taken.task_id))  # a job that comes again finds nothing left to do
    taken.refresh_from_db()
    assert taken.status == "committed"
    with django_capture_on_commit_callbacks(execute=True):
        undo_roster(roster_import=taken, actor=cast.system)
    assert not list(settings.MEDIA_ROOT.glob("rosters/*"))


def test_a_refused_file_does_not_stay(cast: Cast, tmp_path: Path, settings: Any) -> None:
    refused = check_file(cast, write_csv(tmp_path / "r.csv", ["甲", "乙"], ["1", "2"]))
    assert (refused.status, refused.refusal["code"]) == ("refused", "file.no_heading")
    assert not list(settings.MEDIA_ROOT.glob("rosters/*"))


def test_dropping_removes_the_file(cast: Cast, take: Import, settings: Any) -> None:
    taken = take(member(1, KENGTOU, 民族="余族"))
    assert list(settings.MEDIA_ROOT.glob("rosters/*"))
    drop_roster(roster_import=taken, actor=cast.system)
    assert not list(settings.MEDIA_ROOT.glob("rosters/*"))
    assert not taken.rows.exists()


def test_duplicates_in_the_file(cast: Cast, take: Import) -> None:
    taken = take(member(1, KENGTOU), member(1, KENGTOU))
    row = taken.rows.get(status="error")
    assert (row.row, row.problems[0]["params"]) == (4, {"first": 3, "row": 4})
    assert taken.rows.get(row=3).action == "new"


def test_a_namesake_with_another_number_is_told(cast: Cast, take: Import) -> None:
    commit_roster(roster_import=take(member(1, KENGTOU)), actor=cast.system)
    twin = member(1, KENGTOU)
    from tests.directory.roster.sample import id_number

    old = twin[HEADINGS.index("公民身份证号码")]
    twin[HEADINGS.index("公民身份证号码")] = id_number("350999", old[6:14], "999" if int(old[16]) % 2 else "998")
    row = take(twin).rows.get()
    assert (row.status, row.problems[0]["code"]) == ("warn", "person.same_name_other_id")


def test_gb18030_csv(cast: Cast, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "r.csv", HEADINGS, member(1, KENGTOU), encoding="gb18030")
    taken = check_file(cast, path)
    assert (taken.counts["new"], taken.layout["encoding"]) == (1, "gb18030")


def test_refusals_are_doorstep_errors() -> None:
    for refusal in (RosterNotReady(count=1), RosterStale(count=1), RosterInUse(count=1), RosterUndoTooLate(days=7)):
        assert isinstance(refusal, DoorstepError)
        assert refusal.text


@pytest.mark.parametrize(("begins", "is_free"), [(date(2026, 3, 1), True), (date(2026, 2, 28), False)])
def test_a_membership_may_begin_on_the_day_the_last_one_ends(
    cast: Cast, take: Import, begins: date, is_free: bool
) -> None:
    commit_roster(roster_import=take(member(1, KENGTOU)), actor=cast.system)
    first = Membership.objects.get(person__name="林乙春")
    first.valid_to = date(2026, 3, 1)
    first.save()
    second = Membership(person=first.person, unit=cast.unit("shiqiao"), county="350902", valid_from=begins)
    with contextlib.nullcontext() if is_free else pytest.raises(IntegrityError), transaction.atomic():
        second.save()
