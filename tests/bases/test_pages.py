"""The pages of a base's standard: what it has, filing, reviewing, the file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doorstep.bases.models import AspectState, Base, Evidence
from doorstep.core import clock
from doorstep.core.models import Policy
from doorstep.web.queries.homes import tasks_for
from tests.cast import Cast
from tests.factories.bases import LINK, file_link
from tests.factories.browsers import signed_in
from tests.factories.classes import make_base

TODAY = date(2026, 11, 24)
PDF = b"%PDF-1.7 x"


@pytest.fixture(autouse=True)
def _noon(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def school(cast: Cast) -> Base:
    return make_base(cast.unit("huotong"))


def enter(cast: Cast, name: str) -> Client:
    return signed_in(cast.accounts[name])


def form(**changes: Any) -> dict[str, Any]:
    return {"item": LINK, "title": "骨干教师联系书", "issued_on": "2026-11-20", "note": "", **changes}


def test_a_keeper_files_and_the_county_accepts(cast: Cast, school: Base) -> None:
    keeper, county = enter(cast, "township"), enter(cast, "county")
    page = keeper.get(reverse("bases:base", args=[school.pk])).content.decode()
    assert "有 0 / 5，每晚重新核对" in page
    assert f"{reverse('bases:evidence_new', args=[school.pk])}?item={LINK}" in page
    address = reverse("bases:evidence_new", args=[school.pk])
    assert f'<option value="{LINK}" selected>' in keeper.get(f"{address}?item={LINK}").content.decode()
    sent = keeper.post(address, form(file=SimpleUploadedFile("联系书.pdf", PDF)))
    evidence = Evidence.objects.get()
    assert sent.headers["Location"] == reverse("bases:evidence", args=[evidence.pk])
    shown = keeper.get(sent.headers["Location"]).content.decode()
    assert "撤回这份证明" in shown
    # What comes next is the next item that nothing was filed for, and the list.
    assert f"{address}?item=standard.township_school.organisation.committee" in shown
    assert f"?item={LINK}" not in shown
    assert reverse("bases:evidence_list") in shown.split("接着办")[1]
    assert f"第 {evidence.rule.rpartition('@')[2]} 版" in shown
    assert evidence.rule not in shown, "a key for programs is no word for people"
    assert 'value="accept"' not in shown
    other = file_link(make_base(cast.unit("hubei"), name="另一所"), title="另一份")
    first = county.get(sent.headers["Location"]).content.decode()
    assert 'value="accept"' in first
    assert ("审下一份" in first, reverse("bases:evidence", args=[other.pk]) in first) == (True, True)
    assert "审下一份" not in shown
    other.delete()
    assert county.post(sent.headers["Location"], {"answer": "return", "note": ""}).status_code == 422
    assert county.post(sent.headers["Location"], {"answer": "accept"}).status_code == 302
    page = keeper.get(reverse("bases:base", args=[school.pk])).content.decode()
    assert "2027-11-19" in page
    assert county.post(sent.headers["Location"], {"answer": "accept"}).status_code == 422


def test_the_file_leaves_as_a_download_only_to_those_who_may(cast: Cast, school: Base) -> None:
    enter(cast, "township").post(
        reverse("bases:evidence_new", args=[school.pk]), form(file=SimpleUploadedFile("x.html.pdf", PDF))
    )
    evidence = Evidence.objects.get()
    address = reverse("bases:evidence_file", args=[evidence.pk])
    answer = enter(cast, "base").get(address)
    assert b"".join(answer) == PDF  # type: ignore[arg-type]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for name in ("sibling_township", "other_county", "secretary", "teacher", "trainee"):
        assert enter(cast, name).get(address).status_code == 404, name
    Evidence.objects.update(file="", note="x")
    assert enter(cast, "base").get(address).status_code == 404


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "至少要有一样"),
        ({"file": SimpleUploadedFile("x.svg", b"<svg onload='alert(1)'/>")}, "“x.svg”不能收"),
        ({"note": "x", "issued_on": "2026-11-25"}, "出具日期 2026-11-25 不对"),
        ({"note": "x", "issued_on": "0001-01-01"}, "出具日期 0001-01-01 不对"),
        ({"note": "x", "item": "standard.township_school.teachers.pool"}, "err"),
        ({"note": "x", "title": ""}, "err"),
    ],
)
def test_bad_evidence_is_refused_in_words(cast: Cast, school: Base, changes: dict[str, Any], said: str) -> None:
    answer = enter(cast, "township").post(reverse("bases:evidence_new", args=[school.pk]), form(**changes))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Evidence.objects.exists()


def test_a_second_click_files_nothing_twice(cast: Cast, school: Base) -> None:
    keeper, address = enter(cast, "township"), reverse("bases:evidence_new", args=[school.pk])
    assert keeper.post(address, form(note="x")).status_code == 302
    again = keeper.post(address, form(note="x"))
    assert (again.status_code, Evidence.objects.count()) == (422, 1)
    assert "正在等审核" in again.content.decode()
    taken_back = reverse("bases:evidence_take_back", args=[Evidence.objects.get().pk])
    assert keeper.post(taken_back).status_code == 302
    assert keeper.post(address, form(note="x")).status_code == 302


def test_others_see_the_base_but_not_its_standard(cast: Cast, school: Base) -> None:
    file_link(school)
    for name in ("sibling_township", "other_county", "secretary", "teacher", "trainee"):
        page = enter(cast, name).get(reverse("bases:base", args=[school.pk]))
        assert (page.status_code, "每晚重新核对" in page.content.decode()) == (200, False), name
    point = make_base(cast.unit("huotong"))
    Base.objects.filter(pk=point.pk).update(kind="teaching_point")
    township = enter(cast, "township")
    assert "每晚重新核对" not in township.get(reverse("bases:base", args=[point.pk])).content.decode()
    empty = township.get(reverse("bases:evidence_new", args=[point.pk])).content.decode()
    assert "没有要报送的条目" in empty
    assert township.post(reverse("bases:evidence_new", args=[point.pk]), form(note="x")).status_code == 422


def test_an_office_may_ask_for_something_of_its_own(cast: Cast, school: Base) -> None:
    key, text = "standard.township_school.library.books", "图书不少于 1000 册，95% 完好"
    Policy.objects.create(
        key=key,
        value="24",
        unit="月",
        rule=text,
        source="区委组织部通知",
        status="x",
        valid_from=TODAY,
        place=school.place,
    )
    keeper = enter(cast, "township")
    page = keeper.get(reverse("bases:base", args=[school.pk])).content.decode()
    assert text in page
    assert "有 0 / 6，每晚重新核对" in page
    assert keeper.post(reverse("bases:evidence_new", args=[school.pk]), form(item=key, note="x")).status_code == 302
    assert text in keeper.get(reverse("bases:lacking")).content.decode()


def test_homes_tell_what_to_review_and_what_is_lacking(cast: Cast, school: Base) -> None:
    evidence = file_link(school, actor=cast.actor("township"))
    (review, lacking) = [task for task in tasks_for(cast.actor("county"), TODAY) if "bases" in task.url]
    assert (review.words, review.url) == ("审核 1 份标准证明", reverse("bases:evidence", args=[evidence.pk]))
    (own,) = [task for task in tasks_for(cast.actor("township"), TODAY) if "bases" in task.url]
    assert own == lacking
    assert own.words == "霍童镇党校的标准还缺：组织架构、场地设施、师资力量、教学计划、管理机制"
    second = make_base(cast.unit("huotong"), name="霍童镇党校分校")
    file_link(second, actor=cast.actor("township"))
    (review, lacking) = [task for task in tasks_for(cast.actor("county"), TODAY) if "bases" in task.url]
    assert (review.words, lacking.words) == ("审核 2 份标准证明", "2 处阵地的标准有缺项")
    county = enter(cast, "county")
    assert "骨干教师联系书" in county.get(review.url).content.decode()
    assert "已报送，等审核" in county.get(lacking.url).content.decode()
    AspectState.objects.update(is_had=True, lacking=[])
    assert "标准都达到了" in county.get(lacking.url).content.decode()


def test_number_of_queries(cast: Cast, school: Base, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    keeper = enter(cast, "township")
    for _ in range(2):
        with django_assert_num_queries(24):
            keeper.get(reverse("bases:base", args=[school.pk]))
        file_link(school, title="又一份")
        Evidence.objects.update(status="passed", reviewed_at=clock.now(), issued_on=TODAY - timedelta(1))
    evidence = Evidence.objects.latest("pk")
    with django_assert_num_queries(4):
        keeper.get(reverse("bases:evidence", args=[evidence.pk]))
    for name in ("evidence_list", "lacking"):
        with django_assert_num_queries(5):
            keeper.get(reverse(f"bases:{name}"))


def test_the_city_begins_and_ends_to_look_after_a_base(cast: Cast, school: Base) -> None:
    city, county = enter(cast, "city"), enter(cast, "county")
    page, address = reverse("bases:base", args=[school.pk]), reverse("bases:steward", args=[school.pk])
    assert "由本部门直管" in city.get(page).content.decode()
    assert "由本部门直管" not in county.get(page).content.decode()
    assert county.post(address, {"answer": "begin"}).status_code == 404
    assert city.post(address, {"answer": "begin"}).status_code == 302
    shown = county.get(page).content.decode()
    assert f"{cast.unit('ningde').short_name}，2026-11-24 起" in shown
    assert "直管已经是这样" in city.post(address, {"answer": "begin"}, follow=True).content.decode()
    assert "不再直管" in city.get(page).content.decode()
    assert city.post(address, {"answer": "end"}).status_code == 302
    assert "2026-11-24 起" not in county.get(page).content.decode()
