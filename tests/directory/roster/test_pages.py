"""Importing a roster in the browser, from the upload to the undo."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from doorstep.core.crypto import unseal
from doorstep.core.models import Activity, LongTask
from doorstep.core.tasks import finish_task
from doorstep.directory.jobs import roster as jobs
from doorstep.directory.jobs.children import limited_memory
from doorstep.directory.models import Person, RosterImport
from doorstep.directory.pages import imports
from doorstep.directory.services.roster_check import check_roster
from tests.cast import Cast, build_cast
from tests.directory.roster.books import member, read_xlsx, write_xlsx
from tests.directory.roster.sample import HEADINGS
from tests.factories.browsers import signed_in

KENGTOU = "坑头村党支部"
PAGE_QUERIES = 22


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def township(cast: Cast) -> Client:
    cast.accounts["township"].is_demo = True
    cast.accounts["township"].save()
    return signed_in(cast.accounts["township"])


@pytest.fixture
def hand_in(cast: Cast, township: Client, tmp_path: Path) -> Callable[..., RosterImport]:
    """Upload rows through the page and check them as the job would."""

    def uploaded(*rows: Any) -> RosterImport:
        path = write_xlsx(tmp_path / "r.xlsx", HEADINGS, *rows)
        answer = upload(township, cast, path.read_bytes(), "名册.xlsx")
        assert answer.status_code == 302, answer.content.decode()
        return checked(cast, RosterImport.objects.latest("id"))

    return uploaded


def upload(client: Client, cast: Cast, content: bytes, name: str) -> Any:
    form = {
        "file": SimpleUploadedFile(name, content),
        "unit": cast.unit("huotong").pk,
        "effective_on": "2026-01-01",
    }
    return client.post("/imports/", form)


def task_of_import(found: RosterImport) -> LongTask:
    assert found.task_id is not None
    return LongTask.objects.get(pk=found.task_id)


def checked(cast: Cast, found: RosterImport) -> RosterImport:
    found.refresh_from_db()
    found = check_roster(roster_import=found, report=lambda done, total: None, actor=cast.actor("township"))
    finish_task(found.task_id or "")
    return found


@pytest.mark.django_db
def test_from_upload_to_undo(cast: Cast, township: Client, hand_in: Callable[..., RosterImport]) -> None:
    found = hand_in(member(1, KENGTOU), member(2, KENGTOU, 民族="余族"), member(3, "石桥村支部", 联系电话="138"))
    address = f"/imports/{found.pk}/"
    page = township.get(address).content.decode()
    assert "没有“余族”这一项" in page
    assert "改成 畲族" in page
    assert "跳过 2 行，写入 1 行" in page
    township.post(address + "answer/", {"act": "accept_all", "cell|4|mobile": "13800001111"})
    found = checked(cast, found)
    assert "写入 3 人" in township.get(address).content.decode()
    before = Person.objects.count()
    assert township.post(address + "write/").status_code == 302
    assert Person.objects.count() == before + 3
    assert "已写入" in township.get(address).content.decode()
    assert township.post(address + "undo/").status_code == 302
    assert Person.objects.count() == before
    assert "已撤销" in township.get(address).content.decode()


@pytest.mark.django_db
def test_skip_and_write_in_one_press(cast: Cast, township: Client, hand_in: Callable[..., RosterImport]) -> None:
    found = hand_in(member(1, KENGTOU), member(2, KENGTOU, 民族="余族"))
    township.post(f"/imports/{found.pk}/answer/", {"act": "skip_and_write"})
    found = checked(cast, found)
    jobs.write_roster(found.pk, str(found.task_id))
    found.refresh_from_db()
    assert (found.status, found.counts["new"]) == ("committed", 1)
    page = township.get(f"/imports/{found.pk}/?tab=skip").content.decode()
    assert "跳过的行" in page
    assert "林丙春" in page  # who was left out, by name


@pytest.mark.django_db
def test_a_large_one_is_written_in_the_background(
    cast: Cast, township: Client, hand_in: Callable[..., RosterImport], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "WRITTEN_AT_ONCE", 0)
    found = hand_in(member(1, KENGTOU))
    township.post(f"/imports/{found.pk}/write/")
    found.refresh_from_db()
    assert found.status != "committed"
    jobs.write_roster(found.pk, str(found.task_id))
    found.refresh_from_db()
    assert (found.status, found.counts["new"]) == ("committed", 1)


@pytest.mark.django_db
def test_titles_and_totals_are_no_rows_of_the_roster(cast: Cast, township: Client, tmp_path: Path) -> None:
    rows = [["霍童镇党员名册"], HEADINGS, member(1, KENGTOU), member(2, KENGTOU, 民族="余族"), ["合计", "", "2"]]
    upload(township, cast, write_xlsx(tmp_path / "r.xlsx", *rows).read_bytes(), "r.xlsx")
    found = checked(cast, RosterImport.objects.latest("id"))
    assert found.counts["skip"] >= 1
    assert township.get(f"/imports/{found.pk}/").context["checked"] == 2
    township.post(f"/imports/{found.pk}/answer/", {"act": "skip_and_write"})
    found = checked(cast, found)
    assert township.get(f"/imports/{found.pk}/").context["checked"] == 2


@pytest.mark.django_db
def test_columns_can_be_put_right(cast: Cast, township: Client, tmp_path: Path) -> None:
    rows = [["姓名", "手机", "类型", "状态"], ["张三丰", member(1, "")[2], "正式", "正常"]]
    upload(township, cast, write_xlsx(tmp_path / "r.xlsx", *rows).read_bytes(), "r.xlsx")
    found = checked(cast, RosterImport.objects.latest("id"))
    assert found.counts.get("error")
    given = {"column|1": "id_number", "column|2": "person_category", "column|3": "membership_state"}
    township.post(f"/imports/{found.pk}/answer/", {**given, "column|0": "name", "default|branch": KENGTOU})
    found = checked(cast, found)
    assert found.counts.get("error", 0) == 0, list(found.rows.values("problems"))
    assert found.counts["new"] == 1
    township.post(f"/imports/{found.pk}/answer/", {"column|1": "no_such_key", "default|person_category": "99"})
    assert checked(cast, found).counts["new"] == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "content"), [("a.et", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), ("a.pdf", b"%PDF-1")])
def test_what_cannot_be_read_is_told_at_once(cast: Cast, township: Client, name: str, content: bytes) -> None:
    answer = upload(township, cast, content, name)
    assert answer.status_code == 422
    assert "再上传" in answer.content.decode()
    assert not RosterImport.objects.exists()


@pytest.mark.django_db
def test_no_heading_is_refused_with_words(cast: Cast, township: Client) -> None:
    answer = upload(township, cast, "一,二\n三,四\n".encode(), "a.csv")
    assert answer.status_code == 422
    assert "没有找到表头" in answer.content.decode()
    assert not RosterImport.objects.exists()


@pytest.mark.django_db
def test_what_the_first_look_did_not_find_is_refused_by_the_check(
    cast: Cast, hand_in: Callable[..., RosterImport], township: Client, settings: Any
) -> None:
    found = hand_in(member(1, KENGTOU))
    write_xlsx(settings.MEDIA_ROOT / found.file, ["一", "二"], ["三", "四"])
    assert checked(cast, found).status == RosterImport.Status.REFUSED
    assert "没有找到表头" in township.get(f"/imports/{found.pk}/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["county", "sibling_secretary", "trainee", "auditor"])
def test_foreign_imports_do_not_exist(cast: Cast, hand_in: Callable[..., RosterImport], who: str) -> None:
    found = hand_in(member(1, KENGTOU))
    client = signed_in(cast.accounts[who])
    expected = {200, 302} if who == "county" else {404}
    for method, tail in (
        ("get", ""),
        ("get", "progress/"),
        ("post", "answer/"),
        ("post", "write/"),
        ("post", "undo/"),
        ("post", "drop/"),
        ("get", "workbook/"),
    ):
        if who == "county" and tail:
            continue
        answer = getattr(client, method)(f"/imports/{found.pk}/{tail}")
        assert answer.status_code in expected, tail
    if who != "county":
        found.refresh_from_db()
        assert found.status == "checked"


@pytest.mark.django_db
def test_template_is_read_back_empty(cast: Cast, township: Client, tmp_path: Path) -> None:
    content = township.get("/imports/template/").content
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["党员名册", "填写说明"]
    heads = [cell.value for cell in book["党员名册"][1]]
    assert heads[:3] == ["姓名", "公民身份证号码", "性别"]
    assert all("350999" in str(cell.value) for cell in book["填写说明"][3][4:6])
    told = {row[0]: row[1:4] for row in book["填写说明"].iter_rows(min_row=2, values_only=True)}
    assert list(told) == heads
    assert all(need in ("必填", "可不填") and how for need, _names, how in told.values())
    assert not any(word in str(how) for *_, how in told.values() for word in ("GB", "报错", "代码", "^", "→"))


@pytest.mark.django_db
def test_nothing_is_offered_to_be_written_when_every_row_is_wrong(
    cast: Cast, township: Client, hand_in: Callable[..., RosterImport]
) -> None:
    found = hand_in(member(1, KENGTOU, 民族="余族"))
    page = township.get(f"/imports/{found.pk}/").content.decode()
    assert "skip_and_write" not in page
    assert "改好这些，再核对" in page


@pytest.mark.django_db
def test_a_transfer_is_told_with_the_names_of_both_branches(
    cast: Cast, township: Client, hand_in: Callable[..., RosterImport]
) -> None:
    person = cast.person("林秀珍")
    number = unseal(person.id_number_sealed, field="id_number")
    row = member(1, "石桥村党支部", 姓名=person.name, 公民身份证号码=number, 性别="女", 出生日期="")
    found = hand_in(row)
    page = township.get(f"/imports/{found.pk}/").content.decode()
    assert "可以转到“石桥村党支部”" in page
    assert "B-shiqiao" not in page


@pytest.mark.django_db
def test_an_export_needs_a_reason_and_is_logged(
    cast: Cast, township: Client, hand_in: Callable[..., RosterImport]
) -> None:
    assert township.post("/imports/export/", {"unit": cast.unit("huotong").pk, "reason": "x"}).status_code == 422
    answer = township.post("/imports/export/", {"unit": cast.unit("huotong").pk, "reason": "年度核对名册"})
    assert answer.status_code == 302
    task = LongTask.objects.latest("created_at")
    jobs.export_roster(cast.unit("huotong").pk, str(task.pk))
    task.refresh_from_db()
    assert (task.status, task.result["rows"]) == ("done", 6)
    assert Activity.objects.filter(event="directory.roster_exported", detail__reason="年度核对名册").exists()


@pytest.mark.django_db
def test_the_check_page_asks_few_questions(
    cast: Cast, township: Client, hand_in: Callable[..., RosterImport], django_assert_max_num_queries: Any
) -> None:
    counts = []
    for number in (1, 3):
        found = hand_in(*(member(n, KENGTOU, 民族="余族") for n in range(1, number + 1)))
        with django_assert_max_num_queries(PAGE_QUERIES) as asked:
            township.get(f"/imports/{found.pk}/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_job_checks_in_a_child_and_tells_how_far_it_is(child_database: None, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = settings.DATA / "files"
    cast = build_cast()
    client = signed_in(cast.accounts["township"])
    path = write_xlsx(tmp_path / "r.xlsx", HEADINGS, *(member(n, KENGTOU) for n in range(1, 30)))
    cast.accounts["township"].is_demo = True
    cast.accounts["township"].save()
    upload(client, cast, path.read_bytes(), "r.xlsx")
    found = RosterImport.objects.latest("id")
    page = client.get(f"/imports/{found.pk}/").content.decode()
    assert "正在核对" in page
    jobs.check_roster_file(found.pk, str(found.task_id))
    found.refresh_from_db()
    assert (found.status, found.counts["new"]) == ("checked", 29)
    assert task_of_import(found).status == "done"
    (settings.MEDIA_ROOT / found.file).unlink()


def test_a_check_beyond_its_limits_is_ended_and_told(child_database: None, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = settings.DATA / "files"
    cast = build_cast()
    client = signed_in(cast.accounts["township"])
    path = write_xlsx(tmp_path / "r.xlsx", HEADINGS, member(1, KENGTOU))
    upload(client, cast, path.read_bytes(), "r.xlsx")
    found = RosterImport.objects.latest("id")
    (settings.MEDIA_ROOT / found.file).unlink()  # the child finds no file and breaks down
    started = time.monotonic()
    jobs.check_roster_file(found.pk, str(found.task_id))
    assert time.monotonic() - started < jobs.TIME_LIMIT
    found.refresh_from_db()
    assert found.status == "refused"
    assert task_of_import(found).status == "failed"
    assert "另存为" in client.get(f"/imports/{found.pk}/").content.decode()


def test_memory_is_limited() -> None:
    with limited_memory(64 * 1024 * 1024), pytest.raises(MemoryError):
        bytearray(256 * 1024 * 1024)
    assert bytearray(256 * 1024 * 1024)


@pytest.mark.django_db
def test_the_workbook_comes_back(
    cast: Cast, township: Client, hand_in: Callable[..., RosterImport], tmp_path: Path
) -> None:
    found = hand_in(member(1, KENGTOU, 民族="余族"))
    answer = township.get(f"/imports/{found.pk}/workbook/")
    path = tmp_path / "back.xlsx"
    path.write_bytes(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    assert "余族" in read_xlsx(path)[1][-1]
