"""Officials and the guides they care for: paired from day to day, checked, points without a guide listed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doorstep.bases.models import Base
from doorstep.core import clock
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.faculty.models import GuideCheck, GuidePair, Teacher
from doorstep.faculty.queries.guides import guide_pair_by_id, guide_pairs_of, guides_for
from doorstep.faculty.services import guiding_refusals as refusals
from doorstep.faculty.services.guides import Point, check_guide, end_guide_pair, pair_guide
from doorstep.faculty.services.refusals import TeacherNotActive
from doorstep.faculty.services.teachers import turn_teacher
from tests.cast import Cast
from tests.factories.classes import SYSTEM, make_base
from tests.factories.teachers import given_teacher

TODAY, SINCE = date(2026, 11, 24), date(2026, 3, 1)
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def guide(cast: Cast) -> Teacher:
    """A guide of the township."""
    return given_teacher(cast.unit("huotong"), on=TODAY, category="guide", name="小雷")


@pytest.fixture
def point(cast: Cast) -> Base:
    """A teaching point of the township."""
    base = make_base(cast.unit("huotong"), name="坑头革命纪念地")
    Base.objects.filter(pk=base.pk).update(kind="teaching_point")
    return base


def paired(base: Base, guide: Teacher) -> GuidePair:
    point = Point(base.pk, base.place, base.county)
    said = {"official": "甘镇长", "post": "副镇长", "since": SINCE}
    return pair_guide(point=point, guide=guide, **said, actor=SYSTEM)  # type: ignore[arg-type]


def test_paired_once_at_a_point(cast: Cast, point: Base, guide: Teacher) -> None:
    at = Point(point.pk, point.place, point.county)
    given: dict[str, Any] = {"point": at, "official": "甘镇长", "post": "副镇长", "guide": guide, "since": SINCE}
    given["actor"] = cast.actor("township")
    for name in ("sibling_township", "other_county", "base", "secretary", "auditor"):
        with pytest.raises(NotPermitted):
            pair_guide(**{**given, "actor": cast.actor(name)})
    for empty in ({"official": " "}, {"post": ""}):
        with pytest.raises(refusals.OfficialMissing):
            pair_guide(**{**given, **empty})
    with pytest.raises(refusals.GuideDayWrong):
        pair_guide(**{**given, "since": TODAY + timedelta(1)})
    pair = pair_guide(**given)
    with pytest.raises(refusals.GuidePaired, match="小雷"):
        pair_guide(**given)
    with pytest.raises(NotPermitted):
        end_guide_pair(pair=pair, on=TODAY, reason="x", actor=cast.actor("sibling_township"))
    with pytest.raises(refusals.WordsMissing):
        end_guide_pair(pair=pair, on=TODAY, reason=" ", actor=SYSTEM)
    for on in (SINCE - timedelta(1), TODAY + timedelta(1)):
        with pytest.raises(refusals.GuideDayWrong):
            end_guide_pair(pair=pair, on=on, reason="x", actor=SYSTEM)
    end_guide_pair(pair=pair, on=TODAY, reason="调离", actor=cast.actor("county"))
    with pytest.raises(refusals.GuidePairEnded):
        end_guide_pair(pair=pair, on=TODAY, reason="x", actor=SYSTEM)
    again = pair_guide(**given)
    assert guide_pairs_of(point.pk, cast.actor("trainee")) == [(again, []), (pair, [])]
    with pytest.raises(IntegrityError, match="guide_paired_once_at_a_point"), transaction.atomic():
        GuidePair.objects.filter(pk=pair.pk).update(until=None, ended_for="")
    turn_teacher(teacher=guide, end=True, reason="调离", actor=SYSTEM)
    with pytest.raises(TeacherNotActive):
        pair_guide(**given)


def test_checked_once_a_day(cast: Cast, point: Base, guide: Teacher) -> None:
    pair = paired(point, guide)
    given: dict[str, Any] = {"pair": pair, "on": TODAY, "good": False, "note": "再慢些", "actor": cast.actor("county")}
    with pytest.raises(NotPermitted):
        check_guide(**{**given, "actor": cast.actor("base")})
    with pytest.raises(refusals.WordsMissing):
        check_guide(**{**given, "note": " "})
    for on in (SINCE - timedelta(1), TODAY + timedelta(1)):
        with pytest.raises(refusals.GuideDayWrong):
            check_guide(**{**given, "on": on})
    check = check_guide(**given)
    assert (check.is_good, check.note) == (False, "再慢些")
    with pytest.raises(refusals.GuideChecked, match="2026-11-24"):
        check_guide(**given)
    end_guide_pair(pair=pair, on=TODAY, reason="调离", actor=SYSTEM)
    with pytest.raises(refusals.GuidePairEnded):
        check_guide(**{**given, "on": SINCE})
    with pytest.raises(NotFound):
        guide_pair_by_id(pair.pk, cast.actor("base"))


def test_what_was_found_of_a_guide_is_for_the_guide_and_those_above(
    cast: Cast, point: Base, guide: Teacher, sign_in: SignIn
) -> None:
    pair = paired(point, guide)
    check = check_guide(pair=pair, on=TODAY, good=False, note="解说词太长", actor=cast.actor("township"))
    assert guide_pairs_of(point.pk, cast.actor("base")) == [(pair, [check])]
    for name in ("secretary", "sibling_township", "other_county", "trainee"):
        assert guide_pairs_of(point.pk, cast.actor(name)) == [(pair, [])]
    Teacher.objects.filter(pk=guide.pk).update(person=cast.person("林秀珍"))
    assert guide_pairs_of(point.pk, cast.actor("trainee")) == [(pair, [check])]
    for name, seen in (("township", True), ("secretary", False)):
        page = sign_in(name).get(f"/points/{point.pk}/").content.decode()
        assert ("小雷" in page, "解说词太长" in page) == (True, seen)


def test_guides_are_offered_first(cast: Cast, point: Base, guide: Teacher) -> None:
    other = given_teacher(cast.unit("huotong"), name="甘老师")
    assert guides_for(point.pk, point.place) == [guide, other]
    paired(point, guide)
    assert guides_for(point.pk, point.place) == [other]


class TestPages:
    def test_from_no_guide_to_a_checked_one(self, cast: Cast, point: Base, guide: Teacher, sign_in: SignIn) -> None:
        township, rows = sign_in("township"), reverse("catalogue:points")
        assert len(township.get(rows, {"guide": "none"}).context["listing"].rows) == 1
        page = reverse("catalogue:point_guides", args=[point.pk])
        body = {"guide": guide.pk, "official": "甘镇长", "post": "副镇长", "since": "2026-03-01"}
        assert township.post(page, {**body, "since": "2026-11-25"}).status_code == 422
        assert township.post(page, body)["Location"] == page
        assert "还没有可以挂钩的讲解员" in township.get(page).content.decode()
        pair = reverse("catalogue:guide_pair", args=[GuidePair.objects.get().pk])
        assert "请写明原因或意见" in township.post(pair, {"answer": "good"}, follow=True).content.decode()
        assert township.post(pair, {"answer": "good", "words": "讲得清楚"})["Location"] == page
        assert "讲得清楚" in township.get(page).content.decode()
        (row,) = township.get(rows, {"guide": "some"}).context["listing"].rows
        assert (row.guides, row.checked) == (1, TODAY)
        assert township.post(pair, {"answer": "end", "words": "调离"})["Location"] == page
        assert GuideCheck.objects.get().is_good
        base = sign_in("base")
        assert base.get(page).status_code == 200
        assert [base.post(one, body).status_code for one in (page, pair)] == [404, 404]

    @pytest.mark.parametrize("number", [1, 3])
    def test_pages_ask_few_questions(
        self, cast: Cast, point: Base, guide: Teacher, sign_in: SignIn, number: int
    ) -> None:
        for one in (guide, *(given_teacher(cast.unit("huotong")) for _n in range(number - 1))):
            check_guide(pair=paired(point, one), on=TODAY, good=True, note="x", actor=SYSTEM)
        township, asked = sign_in("township"), {}
        township.get("/")
        for name, args in (("points", []), ("point_guides", [point.pk])):
            with CaptureQueriesContext(connection) as queries:
                assert township.get(reverse(f"catalogue:{name}", args=args)).status_code == 200, name
            asked[name] = len(queries)
        assert asked == {"points": 4, "point_guides": 6}
