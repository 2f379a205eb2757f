"""The pages of coverage: figures, map, who is left, training files; and what nobody else sees."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO, StringIO
from urllib.parse import unquote

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from openpyxl import load_workbook

from doorstep.attendance.events import RollClosed
from doorstep.classes.models import TrainingClass
from doorstep.classes.queries.people import nominees
from doorstep.classes.services.people import nominate
from doorstep.core import clock
from doorstep.core.listing import listing_of
from doorstep.core.models import LongTask
from doorstep.core.services import change_policy
from doorstep.coverage.handlers import follow_credit
from doorstep.coverage.models import Tally
from doorstep.coverage.pages.lists import LEFT
from doorstep.coverage.queries.figures import figures_as_of, figures_in_steps
from doorstep.coverage.services import fold_deltas, rebuild_year
from doorstep.directory.models import Division, Person, Unit
from doorstep.directory.services.people import enter_person, move_member
from doorstep.directory.services.units import found_unit
from doorstep.records.events import CreditPosted
from doorstep.records.handlers import post_closed_roll
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import SYSTEM, make_class
from tests.factories.jobs import run_queued_jobs
from tests.factories.rolls import held_class

TODAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def _held_clock() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 10)):
        yield


@pytest.fixture
def world(cast: Cast) -> Cast:
    """The cast after one class: 林秀珍 and 雷金妹 trained, 16 hours each."""
    rebuild_year(year=2026, actor=cast.system)
    people = {cast.person("林秀珍"): "present", cast.person("雷金妹"): "present"}
    held = held_class(cast.unit("huotong"), [date(2026, 11, 23), date(2026, 11, 24)], people)
    post_closed_roll(RollClosed(held.pk))
    follow_credit(CreditPosted(held.pk, None))
    fold_deltas(actor=cast.system)
    Person.objects.filter(name="黄德旺").update(floating=True, flow_to="福州")
    return cast


def as_user(cast: Cast, name: str) -> Client:
    return signed_in(cast.accounts[name])


def test_one_comes_to_ones_own_unit(world: Cast) -> None:
    for name, unit in (("city", "ningde"), ("township", "huotong"), ("secretary", "kengtou")):
        answer = as_user(world, name).get("/coverage/")
        assert answer["Location"] == f"/coverage/{world.unit(unit).pk}/"
    assert as_user(world, "trainee").get("/coverage/").status_code == 404


def test_a_unit_shows_its_figures_and_those_below(world: Cast) -> None:
    text = as_user(world, "city").get(f"/coverage/{world.unit('jiaocheng').pk}/").content.decode()
    for words in ("霍童镇党委", "虎𬇙镇党委", "33.3%", "28.5%", "人均 4.6 学时", "最多迟 5 秒"):
        assert words in text
    assert "赛岐镇" not in text


def test_joint_classes_stand_with_the_classes_of_every_unit(world: Cast) -> None:
    """The class of 霍童 is held with 赛岐: one of each, and one of the city, where each person is one."""
    held, other = TrainingClass.objects.get(), world.unit("saiqi")
    held.hosts.create(unit=other, place=other.path, status="accepted", invited_at=clock.now(), answered_at=clock.now())
    TrainingClass.objects.update(is_joint=True, status="closed")

    def piece(who: str, unit: str, query: str = "") -> str:
        address = f"/coverage/{world.unit(unit).pk}/classes/{query}"
        return as_user(world, who).get(address, headers={"HX-Request": "true"}).content.decode()

    for who, unit in (("city", "ningde"), ("county", "jiaocheng"), ("township", "huotong")):
        text = piece(who, unit)
        assert "其中合办 1 期" in text
        assert "已结班的 1 期算给这里：2 人次，2 人，32 学时" in text
    assert "其中合办 1 期</b>，还没有结班的" in piece("other_county", "saiqi")
    assert "合办" not in piece("city", "hubei")
    assert "这一年还没有办班" in piece("city", "ningde", "?year=2025")
    for page in ("/", f"/coverage/{world.unit('ningde').pk}/"):
        assert f"/coverage/{world.unit('ningde').pk}/classes/" in as_user(world, "city").get(page).content.decode()
    assert as_user(world, "county").get(f"/coverage/{other.pk}/classes/").status_code == 404
    alone = as_user(world, "city").get(f"/coverage/{other.pk}/classes/")
    assert alone["Location"] == f"/coverage/{other.pk}/"


def test_counties_stand_first_and_units_without_members_behind_one_line(world: Cast) -> None:
    for order, (name, kind) in enumerate((("市直机关党委", "committee"), ("周宁县委组织部", "county"))):
        found_unit(
            code=f"extra-{order}",
            name=name,
            short_name=name,
            kind=kind,
            parent=world.unit("ningde"),
            county="350925",
            valid_from=date(2020, 1, 1),
            order=9 if kind == "county" else 0,
            actor=world.system,
        )
    committee = Unit.objects.get(short_name="市直机关党委")
    enter_person(unit=committee, name="市直的人", category="full", since=date(2020, 1, 1), actor=world.system)
    rebuild_year(year=2026, actor=world.system)
    page = as_user(world, "city").get(f"/coverage/{world.unit('ningde').pk}/")
    assert [unit.short_name for unit, _, _ in page.context["rows"]] == [
        "蕉城区委组织部",
        "福安市委组织部",
        "市直机关党委",
    ]
    assert [unit.short_name for unit, _ in page.context["empty"]] == ["周宁县委组织部"]
    assert "另有 1 个单位没有应训的人" in page.content.decode()


def test_a_day_in_the_past_is_worked_out(world: Cast) -> None:
    path = f"/coverage/{world.unit('huotong').pk}/?year=2026&on=2026-11-23"
    text = as_user(world, "township").get(path).content.decode()
    assert "按 2026-11-23 当天" in text
    assert ">16<" in text.replace("<small>", "<")


def _names(world: Cast, who: str, unit: str, query: str = "") -> list[str]:
    page = as_user(world, who).get(f"/coverage/{world.unit(unit).pk}/left/?{query}")
    return [row.person.name for row in page.context["listing"].rows]


def test_who_was_left_on_a_past_day(world: Cast) -> None:
    """On the first day of the class both had hours; the day before it nobody had, and two were trained later."""
    now = _names(world, "county", "jiaocheng")
    assert _names(world, "county", "jiaocheng", "on=2026-11-23") == now
    before = _names(world, "county", "jiaocheng", "on=2026-11-22")
    assert sorted(before) == sorted([*now, "林秀珍", "雷金妹"])
    assert sorted(_names(world, "county", "jiaocheng", "on=2026-11-22&later=yes")) == sorted(["林秀珍", "雷金妹"])
    assert _names(world, "county", "jiaocheng", "on=2026-11-22&later=no") == now
    kengtou = as_user(world, "secretary").get("/coverage/left/?on=2026-11-22").content.decode()
    assert "林秀珍" in kengtou
    assert "后来参训了" in kengtou
    assert "彭有顺" not in kengtou
    text = as_user(world, "county").get(f"/coverage/{world.unit('jiaocheng').pk}/?on=2026-11-22").content.decode()
    assert f"/coverage/{world.unit('jiaocheng').pk}/left/?year=2026&amp;on=2026-11-22" in text


def test_who_was_left_is_counted_where_they_were_at_home_then(world: Cast) -> None:
    """黄德旺 moves on the 25th: on the 24th his old branch still answers for him."""
    move_member(person=world.person("黄德旺"), unit=world.unit("hubei"), on=date(2026, 11, 25), actor=world.system)
    assert "黄德旺" in _names(world, "township", "kengtou", "on=2026-11-24")
    assert "黄德旺" not in _names(world, "county", "huotong", "on=2026-11-25")
    assert "黄德旺" not in _names(world, "county", "hubei", "on=2026-11-24")


@pytest.mark.django_db(transaction=True)
def test_who_was_left_in_a_large_unit_leads_on_to_those_below(world: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"/coverage/{world.unit('ningde').pk}/left/?year=2026&on=2026-11-22"
    client = as_user(world, "city")
    monkeypatch.setattr("doorstep.coverage.queries.days.AT_ONCE", 7)
    assert client.get(path).status_code == 302
    run_queued_jobs()
    LongTask.objects.update(finished_at=clock.now())
    page = client.get(path)
    assert "先点下级单位看" in page.content.decode()
    assert f"/coverage/{world.unit('jiaocheng').pk}/left/?year=2026&amp;on=2026-11-22" in page.content.decode()


def _sheet(client: Client, address: str) -> tuple[str, list[list[object]]]:
    task = client.post(address)["Location"]
    run_queued_jobs()
    answer = client.get(f"{task}file/")
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[arg-type]
    return unquote(answer["Content-Disposition"]), [list(row) for row in book.active.iter_rows(values_only=True)]


@pytest.mark.django_db(transaction=True)
def test_the_workbook_says_whose_and_when_and_ends_in_the_sum(world: Cast) -> None:
    client, path = as_user(world, "county"), f"/coverage/{world.unit('jiaocheng').pk}/export/"
    name, rows = _sheet(client, path)
    title = "蕉城区委组织部2026年参训情况（截至 2026-11-26）"
    assert title in name
    assert rows[0][0] == title
    assert rows[2][:4] == ["单位", "应训（人）", "参训（人）", "参训比例（%）"]
    assert [row[0] for row in rows[3:]] == ["霍童镇党委", "虎𬇙镇党委", "合计"]
    whole = Tally.objects.get(unit=world.unit("jiaocheng"), year=2026)
    assert rows[-1][1:] == [
        *(whole.members, whole.trained, 28.5, whole.members - whole.trained, whole.met),
        *(whole.person_times, float(whole.hours), whole.leaders, whole.trained_leaders, whole.met_leaders),
    ]
    name, rows = _sheet(client, f"{path}?year=2026&on=2026-11-22")
    assert "截至 2026-11-22" in name
    assert (rows[-1][2], rows[-1][4]) == (0, whole.members)


@pytest.mark.django_db(transaction=True)
def test_the_list_of_who_is_left_says_whose_and_when(world: Cast) -> None:
    unit = world.unit("kengtou").pk
    name, rows = _sheet(as_user(world, "secretary"), f"/lists/coverage.left/export/?unit={unit}&year=2026")
    assert "坑头村党支部2026年" in str(rows[0][0])
    assert "坑头村党支部2026年" in name
    refused = as_user(world, "sibling_secretary").post(f"/lists/coverage.left/export/?unit={unit}&year=2026")
    assert refused.status_code == 404


def test_what_a_year_asks_stands_beside_who_has_it(world: Cast) -> None:
    client, path = as_user(world, "county"), f"/coverage/{world.unit('jiaocheng').pk}/"
    text = client.get(path).content.decode()
    rows = re.findall(r"<tr><td>(其他党员|书记和班子成员)</td>(.*?)</tr>", text)
    said = [[name, *re.findall(r">([^<]+)</td>", cells)] for name, cells in rows]
    whole = Tally.objects.get(unit=world.unit("jiaocheng"), year=2026)
    assert [row[:3] for row in said] == [
        ["其他党员", "32 学时", str(whole.members - whole.leaders)],
        ["书记和班子成员", "56 学时", str(whole.leaders)],
    ]
    assert "下级有另行规定" not in text
    change_policy(
        key="hours.member.min_per_year",
        value="40",
        valid_from=date(2026, 1, 1),
        place=world.unit("huotong").path,
        source="测试",
        county="350902",
        actor=world.system,
    )
    assert "下级有另行规定" in client.get(path).content.decode()
    assert "40 学时" in client.get(f"/coverage/{world.unit('huotong').pk}/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_day_that_takes_long_is_worked_out_by_the_worker(world: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"/coverage/{world.unit('ningde').pk}/"
    asked, client = f"{path}?year=2026&on=2026-11-23", as_user(world, "city")
    at_once = client.get(asked).content.decode()
    monkeypatch.setattr("doorstep.coverage.queries.days.AT_ONCE", 2)
    assert client.get(path).status_code == 200
    first = client.get(asked)
    assert first.status_code == 302
    assert client.get(f"{path}map.svg?year=2026&on=2026-11-23").status_code == 404
    assert client.get(asked)["Location"] == first["Location"]
    run_queued_jobs()
    LongTask.objects.update(finished_at=clock.now())  # the worker's clock is the real one
    told = client.get(first["Location"]).content.decode()
    assert "算好了" in told
    assert asked.replace("&", "&amp;") in told
    shown = client.get(asked)
    assert shown.status_code == 200
    table = r"<tbody.*?</tfoot>"
    assert re.findall(table, shown.content.decode(), re.S) == re.findall(table, at_once, re.S) != []
    assert client.get(f"{path}map.svg?year=2026&on=2026-11-23").status_code == 200
    assert as_user(world, "county").get(asked).status_code == 404
    with clock.frozen(clock.now() + timedelta(hours=1)):
        assert as_user(world, "city").get(asked).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_a_machine_asks_again_until_a_day_is_worked_out(world: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, client = f"/api/v1/coverage/{world.unit('ningde').pk}?year=2026&on=2026-11-23", as_user(world, "city")
    at_once = client.get(asked).json()
    monkeypatch.setattr("doorstep.coverage.queries.days.AT_ONCE", 2)
    first = client.get(asked)
    work = first.json()
    assert (first.status_code, work["status"], first["Location"]) == (202, "queued", work["address"])
    assert client.get(asked).json() == work
    assert LongTask.objects.count() == 1
    assert client.get(work["address"]).json() == work
    assert as_user(world, "county").get(work["address"]).status_code == 404
    assert as_user(world, "county").get(asked).status_code == 404
    run_queued_jobs()
    LongTask.objects.update(finished_at=clock.now())  # the worker's clock is the real one
    assert client.get(work["address"]).json()["status"] == "done"
    shown = client.get(asked)
    assert shown.status_code == 200
    assert {**shown.json(), "as_of": None} == {**at_once, "as_of": None}


@pytest.mark.django_db(transaction=True)
def test_figures_in_steps_are_those_of_one_moment(world: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("doorstep.coverage.queries.figures.STEP", 3)
    year, day = 2026, date(2026, 11, 23)
    for name, people in (("ningde", Person.objects.count()), ("jiaocheng", 7)):
        ids = [world.unit(name).pk, world.unit("huotong").pk]
        at_once = figures_as_of(ids, year, day)
        told: list[tuple[int, int]] = []
        assert at_once[ids[0]].hours > 0

        def tell(done: int, total: int, told: list[tuple[int, int]] = told) -> None:
            told.append((done, total))
            Person.objects.filter(name="林秀珍").update(category="applicant")  # seen by whoever asks from now on

        assert figures_in_steps(ids, year, day, tell=tell) == at_once
        assert told == [(done, people) for done in [*range(0, people, 3), people]]
        assert figures_as_of(ids, year, day)[ids[0]].members == at_once[ids[0]].members - 1
        Person.objects.filter(name="林秀珍").update(category="full")


@pytest.mark.django_db(transaction=True)
def test_work_that_is_stopped_says_no_more(world: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("doorstep.coverage.queries.days.AT_ONCE", 2)
    client = as_user(world, "city")
    address = client.get(f"/coverage/{world.unit('ningde').pk}/?year=2026&on=2026-11-23")["Location"]
    client.post(f"{address}stop/")
    run_queued_jobs()
    task = LongTask.objects.get()
    assert (task.status, task.done, task.result) == ("stopped", 0, {})


@pytest.mark.parametrize("query", ["year=abc", "year=1800", "year=2099", "on=yesterday", "year=²"])
def test_an_unreadable_day_is_refused(world: Cast, query: str) -> None:
    assert as_user(world, "city").get(f"/coverage/{world.unit('ningde').pk}/?{query}").status_code == 422


def test_a_page_takes_a_stated_number_of_queries(world: Cast, django_assert_num_queries: object) -> None:
    client = as_user(world, "city")
    with django_assert_num_queries(9):  # type: ignore[operator]
        client.get(f"/coverage/{world.unit('jiaocheng').pk}/")
    with django_assert_num_queries(9):  # type: ignore[operator]
        client.get(f"/coverage/{world.unit('ningde').pk}/")
    piece = f"/coverage/{world.unit('ningde').pk}/classes/"
    with django_assert_num_queries(4):  # type: ignore[operator]
        client.get(piece, headers={"HX-Request": "true"})


def test_the_map_draws_every_county_once(world: Cast) -> None:
    answer = as_user(world, "city").get(f"/coverage/{world.unit('ningde').pk}/map.svg")
    text = answer.content.decode()
    assert answer["Content-Type"] == "image/svg+xml"
    assert (text.count("<path"), text.count("蕉城区"), text.count("28.5%")) == (2, 1, 1)


def test_the_map_of_a_county_shows_its_townships_as_points(world: Cast) -> None:
    place = Division.objects.filter(code="350902102").first() or Division.objects.create(
        code="350902102",
        name="霍童镇",
        short_name="霍童镇",
        level="township",
        kind="镇",
        lat=26.86,
        lng=119.26,
        valid_from=date(2000, 1, 1),
    )
    Unit.objects.filter(pk=world.unit("huotong").pk).update(division=place)
    client = as_user(world, "county")
    assert client.get(f"/coverage/{world.unit('jiaocheng').pk}/map.svg").content.decode().count("<circle") == 1
    assert client.get(f"/coverage/{world.unit('huotong').pk}/map.svg").status_code == 404


def test_who_is_left_in_a_branch_with_the_reason(world: Cast) -> None:
    text = as_user(world, "secretary").get("/coverage/left/").content.decode()
    assert "黄德旺" in text
    assert "外出（福州）" in text
    assert "陈国梁" in text
    assert "林秀珍" not in text
    away = as_user(world, "secretary").get("/coverage/left/?where=away").content.decode()
    assert "黄德旺" in away
    assert "陈国梁 1975" not in away


def test_who_sits_in_a_class_already_is_not_put_forward_again(world: Cast) -> None:
    """Neither in one that takes no more names, nor in one that has begun."""
    held = make_class(world.unit("huotong"), day=TODAY + timedelta(days=9))
    nominate(training_class=held, people=nominees([world.person("陈国梁").pk]), actor=SYSTEM)
    secretary = as_user(world, "secretary")

    def row() -> str:
        listed = secretary.get("/coverage/left/").content.decode().split("data-rows")[1]
        return next(one for one in listed.split("</li>") if "陈国梁" in one)

    for status, by in (("open", clock.now() - timedelta(hours=1)), ("running", None)):
        TrainingClass.objects.filter(pk=held.pk).update(status=status, nominate_by=by)
        assert f'已确认</span><span class="block meta">{held.starts_on:%m-%d}' in row()
    TrainingClass.objects.filter(pk=held.pk).update(status="closed")
    assert "已确认" not in row()


def test_the_year_asked_for_comes_along(world: Cast) -> None:
    answer = as_user(world, "county").get("/coverage/?year=2025&on=2025-06-30")
    assert answer.headers["Location"] == f"/coverage/{world.unit('jiaocheng').pk}/?year=2025&on=2025-06-30"


def test_who_is_left_above_is_a_list_by_branch(world: Cast) -> None:
    answer = as_user(world, "county").get(f"/coverage/{world.unit('jiaocheng').pk}/left/")
    text = answer.content.decode()
    assert [text.count(name) > 0 for name in ("黄德旺", "林建华", "彭有顺", "林秀珍", "缪阿妹")] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_the_lists_page_by_key_and_stay_in_reach(world: Cast) -> None:
    from dataclasses import replace

    spec = replace(LEFT, page_size=2)
    actor = world.actor("county")
    first = listing_of(spec, actor, {})
    names = [row.person.name for row in first.rows]
    params = dict(part.split("=", 1) for part in first.next.lstrip("?").split("&"))
    second = listing_of(spec, actor, params)
    names += [row.person.name for row in second.rows]
    back = dict(part.split("=", 1) for part in second.previous.lstrip("?").split("&"))
    assert [row.person.name for row in listing_of(spec, actor, back).rows] == names[:2]
    assert len(set(names)) == 4


def test_nobody_sees_a_sibling_or_below_another(world: Cast) -> None:
    targets = [f"/coverage/{world.unit('huotong').pk}/{rest}" for rest in ("", "left/", "map.svg")]
    for name in ("sibling_township", "other_county", "sibling_secretary", "trainee", "teacher", "auditor"):
        client = as_user(world, name)
        assert [client.get(path).status_code for path in targets] == [404, 404, 404]
    assert as_user(world, "township").get(f"/coverage/{world.unit('jiaocheng').pk}/").status_code == 404
    assert as_user(world, "base").get(f"/coverage/{world.unit('huotong').pk}/left/").status_code == 404
    assert Client().get(targets[0]).status_code == 302


def test_a_file_is_for_oneself_ones_secretary_and_the_offices_above(world: Cast) -> None:
    path = f"/files/{world.person('林秀珍').pk}/"
    for name in ("trainee", "secretary", "township", "county", "city"):
        text = as_user(world, name).get(path).content.decode()
        for words in ("林秀珍", "16.0", "还差 16 学时", "上午出勤，半天 4 学时，记 4 学时", "集中培训 1 次"):
            assert words in text
        assert "350999196103120123" not in text
    for name in ("sibling_township", "other_county", "sibling_secretary", "base", "teacher", "auditor"):
        assert as_user(world, name).get(path).status_code == 404
        assert as_user(world, name).get(path + "print/").status_code == 404
    assert as_user(world, "trainee").get("/files/mine/")["Location"] == path
    assert as_user(world, "township").get("/files/mine/").status_code == 404


def test_a_file_prints_and_shows_all_years(world: Cast) -> None:
    client, path = as_user(world, "secretary"), f"/files/{world.person('林秀珍').pk}/"
    assert "本年已入账合计" in client.get(path + "print/").content.decode()
    assert "2026年" in client.get(path + "?all=1").content.decode()
    assert "还没有入账的学时" in client.get(path + "?year=2025").content.decode()


def test_the_command_says_the_same(world: Cast) -> None:
    out = StringIO()
    call_command("coverage", "350902", "2026", "--json", stdout=out)
    said = json.loads(out.getvalue())
    assert (said["members"], said["persons"], said["person_times"], said["hours"], said["left"]) == (7, 2, 2, 32.0, 5)
    assert [(c["unit"], c["persons"] if "persons" in c else c["trained"]) for c in said["children"]] == [
        ("350902102", 2),
        ("350902110", 0),
    ]
    assert said["required"] == {
        "member": 32.0,
        "leader": 56.0,
        "leader_concentrated": 1,
        "by_days": False,
        "same_below": True,
    }
    assert "left_by_branch" not in said
    out = StringIO()
    call_command("coverage", "B-kengtou", "2026", "--on", "2026-01-05", stdout=out)
    assert "合计\t应训 3 人\t参训 0 人" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("coverage", "nowhere", "2026")


def test_the_command_lists_who_is_left_by_branch(world: Cast) -> None:
    for day in ([], ["--on", "2026-01-05"]):
        out = StringIO()
        call_command("coverage", "350902102", "2026", *day, "--left", "--json", stdout=out)
        said = json.loads(out.getvalue())
        branches = {branch["unit"]: branch["people"] for branch in said["left_by_branch"]}
        assert list(branches) == sorted(branches, key=list(branches).index)
        people = [person for branch in branches.values() for person in branch]
        assert len(people) == said["left"] == len({person["person"] for person in people})
        assert all(world.person(person["name"]).pk == person["person"] for person in people)
        # no more than the page shows: neither number, telephone nor day of birth
        shown = {"person", "name", "occupation"} | ({"later"} if day else {"age", "floating", "required"})
        assert {frozenset(person) for person in people} == {frozenset(shown)}
        assert not re.search(r"\d{11}|\d{4}-\d\d-\d\d", json.dumps(said["left_by_branch"]))
        out = StringIO()
        call_command("coverage", "350902102", "2026", *day, "--left", stdout=out)
        for branch in said["left_by_branch"]:
            assert f"\n{branch['name']}\t" + "、".join(p["name"] for p in branch["people"]) in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_the_command_tells_how_far_a_large_unit_is(world: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    said = []
    for at_once in (60_000, 2):
        monkeypatch.setattr("doorstep.coverage.queries.days.AT_ONCE", at_once)
        out, way = StringIO(), StringIO()
        call_command("coverage", "350902", "2026", "--on", "2026-11-23", "--json", stdout=out, stderr=way)
        said.append(({**json.loads(out.getvalue()), "as_of": None}, way.getvalue()))
    assert said == [(said[0][0], ""), (said[0][0], "0 / 7\n7 / 7\n")]


def test_ticking_people_on_the_list_puts_them_forward(world: Cast) -> None:
    opened = make_class(world.unit("huotong"), title="冬训班（第四期）")
    client = as_user(world, "secretary")
    text = client.get("/coverage/left/").content.decode()
    action = f'action="/classes/{opened.pk}/nominate/"'
    assert "冬训班（第四期）" in text
    assert action in text
    person = world.person("黄德旺")
    answer = client.post(f"/classes/{opened.pk}/nominate/", {"person": [person.pk]})
    assert answer.status_code == 302
    text = client.get("/coverage/left/").content.decode()
    assert f'value="{person.pk}"' not in text
    assert "待确认" in text
