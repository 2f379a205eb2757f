"""Practice cases: written, handed in, accepted, taught from; nobody is named who has not agreed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doorstep.bases.services.files import FileNotTaken
from doorstep.catalogue.models import Case, CaseFile, Course
from doorstep.catalogue.queries.cases import case_counts, cases_to_review, uses_of
from doorstep.catalogue.queries.cases_public import cases_public
from doorstep.catalogue.rules.cases import case_faults
from doorstep.catalogue.services import cases as services
from doorstep.catalogue.services.cases import (
    Naming,
    attach_file,
    change_case,
    drop_file,
    hand_in_case,
    make_course_of,
    review_case,
    take_back_case,
    write_case,
)
from doorstep.core import clock
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity, Policy
from tests.bases.test_at_once import both
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.factories.materials import BY_UNIT, PDF, accepted_case, case_body, case_facts, draft_case, picture

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _noon(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


def enter(cast: Cast, name: str) -> Client:
    return signed_in(cast.accounts[name])


def at(name: str, case: Case) -> str:
    return reverse(f"catalogue:{name}", args=[case.pk])


def test_written_handed_in_returned_mended_and_accepted(cast: Cast) -> None:
    unit, township, county = cast.unit("huotong"), cast.actor("township"), cast.actor("county")
    case = write_case(unit=unit, facts=case_facts(result="很好"), author=BY_UNIT, actor=township)
    with pytest.raises(services.CaseTaken):
        write_case(unit=unit, facts=case_facts(), author=BY_UNIT, actor=township)
    with pytest.raises(services.CaseNotReady) as refused:
        hand_in_case(case=case, actor=township)
    assert "一个数字都没有" in refused.value.text
    told = case_facts(action="找老林，１３９ 0000 1111")
    assert case_faults(told) == ["personal"]
    Case.objects.filter(pk=case.pk).update(action=told.action, result=told.result, status="waiting", written_by=None)
    with pytest.raises(services.CaseNotReady, match="手机号"):
        review_case(case=case, accept=True, note="", version=1, actor=county)
    Case.objects.filter(pk=case.pk).update(status="draft")
    changed = change_case(case=case, facts=case_facts(), author=BY_UNIT, version=1, actor=township)
    with pytest.raises(services.CaseChangedMeanwhile):
        change_case(case=case, facts=case_facts(), author=BY_UNIT, version=1, actor=township)
    hand_in_case(case=changed, actor=township)
    with pytest.raises(services.CaseStandsSo):
        change_case(case=case, facts=case_facts(), author=BY_UNIT, version=2, actor=township)
    judge = partial(review_case, case=case, actor=county)
    with pytest.raises(services.CaseChangedMeanwhile):
        judge(accept=True, note="", version=1)
    with pytest.raises(services.CaseNoteMissing):
        judge(accept=False, note=" ", version=2)
    with pytest.raises(NotPermitted):
        review_case(case=case, accept=True, note="", version=2, actor=township)
    assert judge(accept=False, note="写明面积", version=2).status == "declined"
    hand_in_case(case=case, actor=township)
    assert list(cases_to_review(county)) == [case]
    assert judge(accept=True, note="", version=2).status == "passed"
    assert case_counts() == {"case": 1}
    taken = take_back_case(case=case, actor=township)
    assert (taken.status, taken.reviewed_at, case_counts()) == ("draft", None, {"case": 0})
    with pytest.raises(services.CaseStandsSo):
        take_back_case(case=case, actor=township)
    assert Activity.objects.filter(event__startswith="catalogue.case_").count() == 7
    assert [f.name for f in check_invariants(limit=1) if not f.holds] == []


def test_nobody_accepts_their_own(cast: Cast) -> None:
    county, city = cast.actor("county"), cast.actor("city")
    case = write_case(unit=cast.unit("jiaocheng"), facts=case_facts(), author=BY_UNIT, actor=county)
    hand_in_case(case=case, actor=county)
    with pytest.raises(services.CaseIsOwn):
        review_case(case=case, accept=True, note="", version=1, actor=county)
    assert cases_to_review(county).count() == 0
    review_case(case=case, accept=True, note="", version=1, actor=city)


def test_a_person_is_named_only_with_their_word(cast: Cast) -> None:
    unit, township = cast.unit("huotong"), cast.actor("township")
    with pytest.raises(services.CaseConsentMissing):
        write_case(unit=unit, facts=case_facts(), author=Naming("person", "林秀珍"), actor=township)
    case = write_case(unit=unit, facts=case_facts(), author=Naming("person", "林秀珍", True), actor=township)
    assert case.has_consent
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.update(has_consent=False)
    role = write_case(unit=unit, facts=case_facts(title="x"), author=Naming("role", "党委书记", True), actor=township)
    assert not role.has_consent
    hand_in_case(case=case, actor=township)
    review_case(case=case, accept=True, note="", version=1, actor=SYSTEM)
    (shown,) = cases_public()
    assert "林秀珍" not in repr(shown)
    assert (shown.unit, shown.themes, shown.base, shown.accepted_on) == (unit.name, ("振兴乡村",), "", TODAY)


def test_it_is_about_a_place_of_the_unit(cast: Cast) -> None:
    own, other = make_base(cast.unit("huotong")), make_base(cast.unit("hubei"))
    case = draft_case(cast.unit("huotong"), base_id=own.pk)
    assert case.base_id == own.pk
    with pytest.raises(NotFound):
        change_case(case=case, facts=case_facts(base_id=other.pk), author=BY_UNIT, version=1, actor=SYSTEM)
    accepted_case(cast.unit("hubei"), base_id=other.pk)
    assert [(one.base, one.base_id) for one in cases_public()] == [(other.name, other.pk)]


def test_what_goes_with_it(cast: Cast, settings: Any) -> None:
    case, township = draft_case(cast.unit("huotong")), cast.actor("township")
    attach = partial(attach_file, case=case, actor=township)
    row = attach(upload=io.BytesIO(picture()), upload_name="照片.jpg")
    kept = (settings.MEDIA_ROOT / row.file).read_bytes()
    assert b"Camera of somebody" not in kept
    assert row.file_size == len(kept)
    with pytest.raises(FileNotTaken):
        attach(upload=io.BytesIO(b"<svg>"), upload_name="x.svg")
    Policy.objects.filter(key="case.most_files").update(value="2")
    second = attach(upload=io.BytesIO(PDF), upload_name="二.pdf")
    with pytest.raises(services.CaseFilesFull):
        attach(upload=io.BytesIO(PDF), upload_name="三.pdf")
    drop_file(file=second, actor=township)
    hand_in_case(case=case, actor=township)
    for late in (
        partial(drop_file, file=row),
        partial(attach_file, case=case, upload=io.BytesIO(PDF), upload_name="x"),
    ):
        with pytest.raises(services.CaseStandsSo):
            late(actor=township)
    assert list(CaseFile.objects.values_list("file_name", flat=True)) == ["照片.jpg"]


def test_turned_into_a_course_in_one_click_and_its_use_is_counted(cast: Cast) -> None:
    case, township = accepted_case(cast.unit("jiaocheng")), cast.actor("township")
    course = make_course_of(case=case, unit=cast.unit("huotong"), actor=township)
    assert (course.title, course.mode, course.theory_minutes) == ("案例课：雨季里把葡萄卖出去", "case", 45)
    assert "分片包户" in course.outline
    assert make_course_of(case=case, unit=cast.unit("huotong"), actor=township) == course
    other = make_course_of(case=case, unit=cast.unit("ningde"), actor=cast.actor("city"))
    Course.objects.filter(pk=course.pk).update(stage="reviewed")
    for day in (7, 8):
        sessions = [half_day(date(2026, 12, day), hour, course_id=course.pk) for hour in (8, 14)]
        make_class(cast.unit("huotong"), sessions=sessions)
    assert uses_of(case) == [(other, 0), (course, 2)]
    with pytest.raises(NotPermitted):
        make_course_of(case=case, unit=cast.unit("hubei"), actor=township)
    with pytest.raises(services.CaseStandsSo):
        make_course_of(case=draft_case(cast.unit("huotong")), unit=cast.unit("huotong"), actor=township)
    page = enter(cast, "township").get(at("case", case)).content.decode()
    assert "用在 2 个班" in page


def test_two_people_review_one_case_at_once(cast_committed: Cast) -> None:
    with clock.frozen(clock.at_local(TODAY, 12)):
        case = draft_case(cast_committed.unit("huotong"))
        hand_in_case(case=case, actor=SYSTEM)
        said = both(
            partial(review_case, case=case, accept=True, note="", version=1, actor=cast_committed.actor("county")),
            partial(review_case, case=case, accept=False, note="x", version=1, actor=cast_committed.actor("city")),
        )
    assert said == [services.CaseStandsSo.code, "done"]


def test_from_the_form_to_paper(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    township, county = enter(cast, "township"), enter(cast, "county")
    new = reverse("catalogue:case_new")
    assert township.post(new, case_body(title="")).status_code == 422
    assert township.post(new, case_body(author_kind="person")).status_code == 422
    township.post(new, case_body())
    case = Case.objects.get()
    assert township.post(new, case_body()).status_code == 422
    edit = at("case_edit", case)
    assert "雨季里把葡萄卖出去" in township.get(edit).content.decode()
    assert township.post(edit, case_body(version="x")).status_code == 422
    assert township.post(edit, case_body(version="1")).status_code == 302
    files = at("case_files", case)
    assert township.post(files, {}).status_code == 422
    assert township.post(files, {"file": io.BytesIO(b"x")}).status_code == 422
    assert township.post(files, {"file": io.BytesIO(PDF)}).status_code == 302
    assert township.get(files).status_code == 200
    row = CaseFile.objects.get()
    address = reverse("catalogue:case_file", args=[case.pk, row.pk])
    assert "attachment" in township.get(address).headers["Content-Disposition"]
    assert enter(cast, "trainee").get(address).status_code == 404
    assert township.post(files, {"drop": "x"}).status_code == 404
    assert township.post(files, {"drop": row.pk}).status_code == 302
    assert township.get(address).status_code == 404
    assert township.post(at("case_turn", case), {"answer": "x"}).status_code == 404
    township.post(at("case_turn", case), {"answer": "hand_in"})
    assert "审核案例：雨季里把葡萄卖出去" in county.get("/").content.decode()
    assert "撤回报送" in township.get(at("case", case)).content.decode()
    county.post(at("case_review", case), {"answer": "return", "note": "写明面积", "version": "2"})
    assert "案例要改" in township.get("/").content.decode()
    assert "写明面积" in township.get(edit).content.decode()
    township.post(at("case_turn", case), {"answer": "hand_in"})
    assert county.post(at("case_review", case), {"answer": "accept", "version": "x"}).status_code == 422
    county.post(at("case_review", case), {"answer": "accept", "version": "2"})
    trainee = enter(cast, "trainee")
    with django_assert_num_queries(5):
        page = trainee.get(at("case", case)).content.decode()
    assert "转成一门课" not in page
    assert trainee.post(at("case_course", case)).status_code == 404
    assert "少烂三成" in trainee.get(at("case_print", case)).content.decode()
    made = township.post(at("case_course", case))
    assert made.headers["Location"] == reverse("catalogue:course", args=[Course.objects.get().pk])
    township.post(at("case_turn", case), {"answer": "take_back"})
    assert trainee.get(at("case", case)).status_code == 404
    assert trainee.get(new).status_code == 404


def test_who_handed_it_in_is_told_that_another_reviews(cast: Cast) -> None:
    county = enter(cast, "county")
    county.post(reverse("catalogue:case_new"), case_body())
    case = Case.objects.get()
    county.post(at("case_turn", case), {"answer": "hand_in"})
    assert "另一位同事审核" in county.get(at("case", case)).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_as_many_questions_however_long(
    cast: Cast, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(number):
        accepted_case(cast.unit("huotong"), title=f"葡萄的事{n}")
    county, cases = enter(cast, "county"), reverse("catalogue:cases")
    with django_assert_num_queries(6):
        answer = county.get(cases)
    assert len(answer.context["listing"].rows) == number

    def found(**asked: str) -> int:
        return len(county.get(cases, asked).context["listing"].rows)

    assert found(q="ptds") == found(q="葡萄") == found(theme="revival") == found(used="0") == number
    assert found(q="没有") == found(theme="red") == found(used="1") == 0
    hits = county.get("/search/", {"q": "葡萄的事"}).content.decode()
    assert "葡萄的事0" in hits
