"""The rules schools give themselves: versions, days, who has read them, which are lacking."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doorstep.bases.models import Base, Regulation, RegulationReading
from doorstep.bases.queries.regulations import readers_of, regulations_to_read, schools_with_regulations, standing_of
from doorstep.bases.services import regulations
from doorstep.bases.services.files import FileNotTaken
from doorstep.bases.services.regulations import (
    acknowledge_regulation,
    end_regulation,
    issue_regulation,
    restore_regulation,
)
from doorstep.core import clock
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.models import Activity
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import SYSTEM, make_base
from tests.factories.policies import set_policy

TODAY = date(2026, 11, 24)
PDF = b"%PDF-1.4 scanned"


@pytest.fixture(autouse=True)
def _noon(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def school(cast: Cast) -> Base:
    return make_base(cast.unit("huotong"))


def issue(base: Base, day: date = date(2026, 1, 1), **changes: Any) -> Regulation:
    said: dict[str, Any] = {"kind": "training", "title": "培训管理制度", "text": "第一条", "actor": SYSTEM}
    return issue_regulation(base=base, valid_from=day, **{**said, **changes})


def days(base: Base) -> list[tuple[int, date, date | None]]:
    return list(base.regulations.order_by("number").values_list("number", "valid_from", "valid_to"))


def test_a_new_version_ends_the_last_on_its_first_day(school: Base) -> None:
    issue(school)
    issue(school, date(2026, 12, 1))
    assert days(school) == [(1, date(2026, 1, 1), date(2026, 12, 1)), (2, date(2026, 12, 1), None)]
    assert [standing_of(one, TODAY) for one in school.regulations.order_by("number")] == ["valid", "upcoming"]
    with clock.frozen(clock.at_local(date(2026, 12, 1), 0, 1)):
        today = clock.today()
        assert [standing_of(one, today) for one in school.regulations.order_by("number")] == ["replaced", "valid"]
    issue(school, kind="teachers")
    assert school.regulations.get(kind="teachers").number == 1


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2025, 6, 1), TODAY + timedelta(days=367)])
def test_a_day_that_cannot_be_is_refused(school: Base, day: date) -> None:
    issue(school)
    with pytest.raises(regulations.RegulationDayWrong, match=day.isoformat()):
        issue(school, day)
    assert len(days(school)) == 1
    set_policy("regulation.days_ahead", "30")
    with pytest.raises(regulations.RegulationDayWrong, match="2026-12-24"):
        issue(school, TODAY + timedelta(days=31))


def test_before_the_school_there_was_no_rule(school: Base) -> None:
    with pytest.raises(regulations.RegulationDayWrong):
        issue(school, school.valid_from - timedelta(days=1))
    issue(school, school.valid_from)


def test_what_says_nothing_or_belongs_nowhere_is_refused(cast: Cast, school: Base) -> None:
    with pytest.raises(regulations.RegulationEmpty):
        issue(school, text=" ")
    with pytest.raises(FileNotTaken):
        issue(school, upload=BytesIO(b"<svg onload=alert(1)>"), upload_name="x.pdf")
    with pytest.raises(NotFound):
        issue(school, kind="cooking")
    Base.objects.filter(pk=school.pk).update(kind="teaching_point")
    with pytest.raises(NotFound):
        issue(school)
    assert not Regulation.objects.exists()


def test_ended_with_a_reason_and_brought_back(cast: Cast, school: Base) -> None:
    one, keeper = issue(school), cast.actor("township")
    with pytest.raises(regulations.RegulationEndReasonMissing):
        end_regulation(regulation=one, reason=" ", actor=keeper)
    end_regulation(regulation=one, reason="发错了", actor=keeper)
    assert days(school) == [(1, date(2026, 1, 1), TODAY)]
    assert standing_of(Regulation.objects.get(), TODAY) == "disabled"
    with pytest.raises(regulations.RegulationOver):
        end_regulation(regulation=one, reason="再来", actor=keeper)
    with pytest.raises(regulations.RegulationOver):
        acknowledge_regulation(regulation=one, actor=keeper)
    restore_regulation(regulation=one, actor=keeper)
    assert days(school) == [(1, date(2026, 1, 1), None)]
    with pytest.raises(regulations.RegulationReplaced):
        restore_regulation(regulation=one, actor=keeper)
    end_regulation(regulation=one, reason="x", actor=keeper)
    issue(school, TODAY)
    with pytest.raises(regulations.RegulationReplaced):
        restore_regulation(regulation=one, actor=keeper)
    kinds = list(Activity.objects.filter(event__startswith="bases.regulation").values_list("event", flat=True))
    assert sorted(set(kinds)) == ["bases.regulation_ended", "bases.regulation_issued", "bases.regulation_restored"]


def test_one_to_come_ends_before_it_begins(school: Base) -> None:
    one = issue(school, date(2026, 12, 1))
    end_regulation(regulation=one, reason="推迟", actor=SYSTEM)
    assert days(school) == [(1, date(2026, 12, 1), date(2026, 12, 1))]
    with clock.frozen(clock.at_local(date(2026, 12, 1), 9)):
        assert standing_of(Regulation.objects.get(), clock.today()) == "disabled"


def test_who_works_there_reads_once(cast: Cast, school: Base) -> None:
    one, reader = issue(school), cast.actor("township")
    assert [r.pk for r in regulations_to_read(reader)] == [one.pk]
    assert not regulations_to_read(cast.actor("county"))
    for _ in range(2):
        acknowledge_regulation(regulation=one, actor=reader)
    assert RegulationReading.objects.get().account_id == reader.account_id
    assert Activity.objects.filter(event="bases.regulation_read").count() == 1
    assert not regulations_to_read(reader)
    with pytest.raises(regulations.NotOfStaff, match="霍童镇党校"):
        acknowledge_regulation(regulation=one, actor=cast.actor("county"))
    with pytest.raises(regulations.NotOfStaff):
        acknowledge_regulation(regulation=one, actor=SYSTEM)
    with pytest.raises(NotPermitted):
        acknowledge_regulation(regulation=one, actor=cast.actor("sibling_township"))
    second = issue(school, TODAY)
    assert [r.pk for r in regulations_to_read(reader)] == [second.pk]


def test_who_has_not_read_stands_first_and_who_left_last(cast: Cast, school: Base) -> None:
    one, reader = issue(school), cast.actor("township")
    staff = {account.name for account in readers_of(one)}
    acknowledge_regulation(regulation=one, actor=reader)
    found = readers_of(one)
    assert {account.name for account in found} == staff
    assert [account.read_at is None for account in found] == [True] * (len(found) - 1) + [False]
    cast.accounts["township"].grants.update(valid_to=TODAY)
    assert readers_of(one)[-1].read_at is not None
    assert len(readers_of(one)) == len(found)


def test_what_each_school_lacks_and_has_not_read(cast: Cast, school: Base) -> None:
    one = issue(school)
    issue(school, date(2026, 12, 24), kind="teachers")
    staff = len(readers_of(one))
    assert staff > 0

    def row() -> tuple[int, int, int | None, int | None]:
        found = schools_with_regulations(cast.actor("county")).get(pk=school.pk)
        return found.lacking, found.unread, found.number_training, found.number_teachers  # type: ignore[attr-defined]

    assert row() == (2, staff, 1, None)
    acknowledge_regulation(regulation=one, actor=cast.actor("township"))
    assert row() == (2, staff - 1, 1, None)
    issue(school, TODAY)
    assert row() == (2, staff, 2, None)
    cast.accounts["township"].grants.update(valid_to=TODAY)
    assert row() == (2, staff - 1, 2, None)


class TestPages:
    def enter(self, cast: Cast, name: str) -> Client:
        return signed_in(cast.accounts[name])

    def test_issued_read_and_listed(self, cast: Cast, school: Base) -> None:
        township, county = self.enter(cast, "township"), self.enter(cast, "county")
        rules = reverse("bases:base_regulations", args=[school.pk])
        assert "还没有这项制度" in township.get(rules).content.decode()
        new = reverse("bases:regulation_new", args=[school.pk])
        body = {"kind": "training", "title": "培训制度", "valid_from": "2026-11-01", "text": ""}
        assert "至少要有一样" in township.post(new, body).content.decode()
        upload = SimpleUploadedFile("制度.pdf", PDF, "application/pdf")
        assert township.post(new, {**body, "text": "第一条\n第二条", "file": upload}).status_code == 302
        one = Regulation.objects.get()
        assert (one.file_name, one.file_size) == ("制度.pdf", len(PDF))
        kept = county.get(reverse("bases:regulation_file", args=[one.pk]))
        assert b"".join(kept.streaming_content) == PDF  # type: ignore[arg-type]
        assert "attachment" in kept["Content-Disposition"]
        assert "请读制度：培训制度" in township.get("/").content.decode()
        page = reverse("bases:regulation", args=[one.pk])
        assert "我读过了" in township.get(page).content.decode()
        assert "我读过了" not in county.get(page).content.decode()
        assert township.post(reverse("bases:regulation_read", args=[one.pk])).status_code == 302
        assert "我读过了" not in township.get(page).content.decode()
        assert "请读制度" not in township.get("/").content.decode()
        listed = county.get(reverse("bases:regulations")).content.decode()
        assert "第 1 版，2026-11-01 起" in listed
        for state, is_found in (("lacking", True), ("unread", True), ("whole", False), ("x", False)):
            rows = county.get(reverse("bases:regulations"), {"state": state}).context["listing"].rows
            assert ([row.pk for row in rows] == [school.pk]) is is_found, state
        again = township.get(f"{new}?kind=training").content.decode()
        assert "第二条" in again
        assert "上一版是第 1 版" in again

    def test_ended_and_restored_with_a_click(self, cast: Cast, school: Base) -> None:
        one, township = issue(school), self.enter(cast, "township")
        end = reverse("bases:regulation_end", args=[one.pk])
        refused = township.post(end, {"answer": "end", "reason": ""}, follow=True)
        assert "废止要写明原因" in refused.content.decode()
        assert township.post(end, {"reason": "发错了"}).status_code == 404
        assert Regulation.objects.get().valid_to is None
        township.post(end, {"answer": "end", "reason": "发错了"})
        page = township.get(reverse("bases:regulation", args=[one.pk])).content.decode()
        assert "已废止：</b>发错了" in page
        assert "恢复这一版" in page
        township.post(end, {"answer": "restore"})
        assert Regulation.objects.get().valid_to is None

    def test_out_of_reach(self, cast: Cast, school: Base) -> None:
        one = issue(school)
        point = make_base(cast.unit("huotong"), name="点")
        Base.objects.filter(pk=point.pk).update(kind="teaching_point")
        assert self.enter(cast, "township").get(reverse("bases:base_regulations", args=[point.pk])).status_code == 404
        for who in ("sibling_township", "other_county", "trainee", "secretary"):
            client = self.enter(cast, who)
            for name, pk in (("regulation", one.pk), ("base_regulations", school.pk), ("regulation_new", school.pk)):
                assert client.get(reverse(f"bases:{name}", args=[pk])).status_code == 404, (who, name)

    @pytest.mark.parametrize("number", [1, 3])
    def test_pages_ask_few_questions(
        self, cast: Cast, school: Base, django_assert_num_queries: DjangoAssertNumQueries, number: int
    ) -> None:
        for n in range(number):
            one = issue(school, date(2026, 1, 1 + n))
            make_base(cast.unit("huotong"), name=f"党校 {n}")
        township = self.enter(cast, "township")
        township.get("/")
        for name, pk, count in (
            ("regulations", None, 5), ("base_regulations", school.pk, 4), ("regulation", one.pk, 8),
            ("regulation_new", school.pk, 4),
        ):  # fmt: skip
            with django_assert_num_queries(count):
                assert township.get(reverse(f"bases:{name}", args=[pk] if pk else [])).status_code == 200, name
