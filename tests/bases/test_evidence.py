"""Evidence for the standard of a school: filed, reviewed, run out."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from doorstep.bases.jobs import turn_day
from doorstep.bases.models import AspectState, Base, Evidence, Regulation, Stewardship, Venue
from doorstep.bases.queries import invariants
from doorstep.bases.queries.standards import (
    aspects_lacking,
    evidence_ending,
    evidence_shown,
    evidence_to_review,
    lacking_words,
)
from doorstep.bases.services import files, standards
from doorstep.bases.services.regulations import end_regulation, issue_regulation, restore_regulation
from doorstep.bases.services.standards import (
    file_evidence,
    judge_standards,
    review_evidence,
    steward_base,
    take_back_evidence,
)
from doorstep.core import clock
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity, Policy
from doorstep.directory.services.units import move_unit
from doorstep.faculty.models import Pool, PoolPlace, Teacher
from doorstep.planning.services.plans import approve_plan
from doorstep.web.queries.homes import tasks_for
from tests.cast import FOUNDED, Cast
from tests.factories.bases import LINK, file_link
from tests.factories.browsers import signed_in
from tests.factories.classes import make_base
from tests.factories.materials import picture
from tests.factories.messages import told
from tests.factories.plans import given_plan

TODAY = date(2026, 11, 24)
PDF = b"%PDF-1.7 x"
FILED = ("organisation.committee", "venue.safety", "teachers.link")


@pytest.fixture(autouse=True)
def _noon(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def school(cast: Cast) -> Base:
    return make_base(cast.unit("huotong"))


def had(base: Base) -> dict[str, bool]:
    return {state.aspect: state.is_had for state in AspectState.objects.filter(base=base)}


def teach(cast: Cast, number: int) -> None:
    """So many teachers in the pool of Huotong, and one who has left."""
    unit = cast.unit("huotong")
    pool = Pool.objects.create(unit=unit, place=unit.path, county=unit.county, name="师资库")
    for n in range(number + 1):
        teacher = Teacher.objects.create(
            name=f"教师{n}", category="local", unit=unit, place=unit.path, county=unit.county, is_active=n < number
        )
        left = None if n < number else TODAY
        PoolPlace.objects.create(teacher=teacher, pool=pool, joined_on=FOUNDED, left_on=left)


def have_papers(cast: Cast, base: Base) -> None:
    """The three rules of a school, and a plan of this year that is approved."""
    for kind in Regulation.Kind.values:
        issue_regulation(
            base=base, kind=kind, title="制度", text="第一条", valid_from=TODAY, actor=cast.actor("township")
        )
    given_plan(base, status="approved")


def accept(cast: Cast, base: Base, *items: str, **changes: Any) -> None:
    for item in items:
        values = {"item": f"standard.township_school.{item}", "actor": cast.actor("township"), **changes}
        review_evidence(evidence=file_link(base, **values), accept=True, note="", actor=cast.actor("county"))


def broken() -> list[str]:
    own = {stated.name for stated in invariants()}
    return [finding.name for finding in check_invariants() if finding.name in own and not finding.holds]


def test_a_school_comes_to_have_all_five(cast: Cast, school: Base) -> None:
    judge_standards(actor=cast.system)
    assert had(school) == dict.fromkeys(("organisation", "venue", "teachers", "plan", "management"), False)
    assert not Activity.objects.filter(event__startswith="bases.standard").exists()
    teach(cast, 10)
    accept(cast, school, *FILED)
    have_papers(cast, school)
    assert had(school) == dict.fromkeys(("organisation", "venue", "teachers", "plan", "management"), True)
    met = Activity.objects.filter(event="bases.standard_met").values_list("detail__aspect", flat=True)
    assert sorted(met) == ["management", "organisation", "plan", "teachers", "venue"]
    assert broken() == []


def test_a_lapse_is_told_with_its_reason_on_the_day_after_the_last(cast: Cast, school: Base) -> None:
    teach(cast, 10)
    accept(cast, school, *FILED)
    last = Evidence.objects.get(item=LINK).expires_on
    with clock.frozen(clock.at_local(last, 23, 59)):
        turn_day.func(0)
        assert had(school)["teachers"]
    with clock.frozen(clock.at_local(last + timedelta(1), 0, 15)):
        turn_day.func(0)
        turn_day.func(0)
        state = AspectState.objects.get(base=school, aspect="teachers")
        assert (state.is_had, state.since) == (False, last + timedelta(1))
        assert lacking_words(state) == f"骨干教师联系书：有效期到 {last}，已过期"
        for name in ("base", "township", "county", "city"):
            assert "teachers" in [s.aspect for s in aspects_lacking(cast.actor(name))], name
        for name in ("sibling_township", "other_county", "secretary", "trainee"):
            assert not aspects_lacking(cast.actor(name)).exists(), name
    lapsed = Activity.objects.filter(event="bases.standard_lapsed", detail__aspect="teachers")
    assert [row.detail["lacking"][0]["item"] for row in lapsed] == [LINK]


def test_figures_are_counted_from_what_is_there(cast: Cast, school: Base) -> None:
    teach(cast, 9)
    accept(cast, school, "teachers.link", "venue.safety")
    assert (had(school)["teachers"], had(school)["venue"]) == (False, True)
    state = AspectState.objects.get(base=school, aspect="teachers")
    assert lacking_words(state) == "师资库不少于 10 人，现在 9 人"
    Venue.objects.filter(base=school).update(is_active=False)
    Venue.objects.create(base=school, name="小教室", seats=29)
    Policy.objects.create(
        key="standard.township_school.teachers.pool", value="9", unit="人", rule="师资库人数不少于", source="x",
        status="x", valid_from=FOUNDED, place=school.place, version=2,
    )  # fmt: skip
    assert judge_standards(actor=cast.system) == 2
    assert (had(school)["teachers"], had(school)["venue"]) == (True, False)


def test_a_plan_and_rules_are_counted_where_they_are_kept(cast: Cast, school: Base) -> None:
    """Nobody files them as paper: they count from the moment they hold to the moment they do not."""
    township = cast.actor("township")
    for item in ("plan.year_plan", "management.training_rules"):
        with pytest.raises(NotFound):
            file_link(school, item=f"standard.township_school.{item}", actor=township)
    plan = given_plan(school, status="waiting")
    rules = [
        issue_regulation(base=school, kind=kind, title="制度", text="第一条", valid_from=day, actor=township)
        for kind, day in (("training", TODAY), ("teachers", TODAY), ("teaching", TODAY + timedelta(1)))
    ]
    said = {state.aspect: lacking_words(state) for state in AspectState.objects.filter(base=school)}
    assert said["plan"] == "年度教学计划，上级党校审核通过，“计划”里批准了的 0 份"
    assert said["management"] == "教学管理制度，“制度和签阅”里现行的 0 份"
    approve_plan(plan=plan, seen=plan.revision, actor=cast.actor("county"))
    assert (had(school)["plan"], had(school)["management"]) == (True, False)
    with clock.frozen(clock.at_local(TODAY + timedelta(1), 0, 15)):
        turn_day.func(0)
        assert had(school)["management"]
        end_regulation(regulation=rules[0], reason="重写", actor=township)
        assert not had(school)["management"]
        restore_regulation(regulation=rules[0], actor=township)
        assert had(school)["management"]
    # The plan of the year before holds until the new one is due (policy:plan.hand_in_by), and no longer.
    for day, is_had in ((date(2027, 3, 31), True), (date(2027, 4, 1), False)):
        with clock.frozen(clock.at_local(day, 0, 15)):
            turn_day.func(0)
            assert had(school)["plan"] is is_had, day


def test_the_papers_of_before_become_counts_from_the_day_of_the_upgrade(cast: Cast) -> None:
    upgrade = import_module("doorstep.bases.migrations.0015_papers_counted")
    key = upgrade.KEYS[0]
    Policy.objects.filter(key=key).update(value="12", unit="月")
    upgrade.count_papers(apps, None)
    upgrade.count_papers(apps, None)
    assert list(Policy.objects.filter(key=key).order_by("version").values_list("value", "unit", "valid_to")) == [
        ("12", "月", TODAY),
        ("1", "份", None),
    ]


def test_the_gates_of_a_demonstration_base(cast: Cast) -> None:
    base = make_base(cast.unit("huotong"), seats=99, name="下党学习小镇")
    Base.objects.filter(pk=base.pk).update(kind="demonstration_base", capacity=99, valid_from=date(2023, 11, 25))
    judge_standards(actor=cast.system)
    state = AspectState.objects.get(base=base, aspect="gates")
    assert lacking_words(state) == "一次可容纳不少于 100 人，现在可容纳 99 人；规范办学不少于 3 年，到今天满 2 年"
    Base.objects.filter(pk=base.pk).update(capacity=100, valid_from=date(2023, 11, 24))
    judge_standards(actor=cast.system)
    assert had(base)["gates"]


def test_what_has_no_standard_or_is_closed_is_not_judged(cast: Cast, school: Base) -> None:
    Base.objects.filter(pk=school.pk).update(valid_to=TODAY)
    point = make_base(cast.unit("huotong"))
    Base.objects.filter(pk=point.pk).update(kind="teaching_point")
    assert judge_standards(actor=cast.system) == 0
    point.refresh_from_db()
    with pytest.raises(NotFound):
        file_link(point, actor=cast.actor("township"))


def test_an_aspect_nobody_asks_for_any_more_goes(cast: Cast, school: Base) -> None:
    judge_standards(actor=cast.system)
    Policy.objects.filter(key__startswith="standard.township_school.plan.").update(valid_to=TODAY)
    judge_standards(actor=cast.system)
    assert set(had(school)) == {"organisation", "venue", "teachers", "management"}


def test_filing_refusals(cast: Cast, school: Base) -> None:
    actor = cast.actor("township")
    with pytest.raises(NotFound):
        file_link(school, item="standard.township_school.teachers.pool", actor=actor)
    with pytest.raises(standards.EvidenceEmpty):
        file_link(school, note="  ", actor=actor)
    for issued in (TODAY + timedelta(1), date(2025, 11, 24)):
        with pytest.raises(standards.IssuedWrong):
            file_link(school, issued_on=issued, actor=actor)
    for content in (b"<svg onload=alert(1)>", b"", PDF + b"x" * files.LARGEST):
        with pytest.raises(files.FileNotTaken) as refused:
            file_link(school, upload=io.BytesIO(content), upload_name="x.pdf", actor=actor)
        assert "x.pdf" in refused.value.text
    assert not Evidence.objects.exists()
    assert list(django_settings.MEDIA_ROOT.rglob("*")) == []
    file_link(school, issued_on=date(2025, 11, 25), actor=actor)
    with pytest.raises(standards.EvidenceWaits):
        file_link(school, actor=actor)
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.create(**{**Evidence.objects.values().get(), "id": None})


def test_a_file_is_kept_for_this_account_alone(cast: Cast, school: Base) -> None:
    evidence = file_link(
        school, note="", upload=io.BytesIO(PDF), upload_name="联系书.docx", actor=cast.actor("township")
    )
    path = django_settings.MEDIA_ROOT / evidence.file
    assert (path.read_bytes(), path.suffix, path.stat().st_mode & 0o777) == (PDF, ".pdf", 0o600)
    assert (evidence.file_name, evidence.file_size) == ("联系书.docx", len(PDF))


def test_a_photograph_is_kept_without_what_the_camera_wrote(cast: Cast, school: Base) -> None:
    content = picture()
    assert b"Camera of somebody" in content
    evidence = file_link(school, upload=io.BytesIO(content), upload_name="现场.jpg", actor=cast.actor("township"))
    kept = (django_settings.MEDIA_ROOT / evidence.file).read_bytes()
    assert b"Camera of somebody" not in kept
    assert evidence.file_size == len(kept)
    with pytest.raises(files.FileNotTaken):
        file_link(make_base(cast.unit("hubei")), upload=io.BytesIO(content[:300]), upload_name="断.jpg")


def test_returning_needs_a_reason_and_nobody_reviews_their_own(cast: Cast, school: Base) -> None:
    evidence, county = file_link(school, actor=cast.actor("county")), cast.actor("county")
    with pytest.raises(standards.EvidenceIsOwn):
        review_evidence(evidence=evidence, accept=True, note="", actor=county)
    assert evidence_to_review(county).count() == 0
    city = cast.actor("city")
    assert list(evidence_to_review(city)) == [evidence]
    with pytest.raises(standards.ReviewNoteMissing):
        review_evidence(evidence=evidence, accept=False, note=" ", actor=city)
    returned = review_evidence(evidence=evidence, accept=False, note="没有盖章", actor=city)
    assert (returned.status, returned.review_note) == ("declined", "没有盖章")
    with pytest.raises(standards.EvidenceReviewedAlready):
        review_evidence(evidence=evidence, accept=True, note="", actor=city)
    with pytest.raises(standards.EvidenceReviewedAlready):
        take_back_evidence(evidence=evidence, actor=county)
    assert "被退回，要补" in lacking_words(AspectState.objects.get(base=school, aspect="teachers"))


def test_what_counts_is_shown_with_what_became_of_the_newer(cast: Cast, school: Base) -> None:
    """A renewal that is returned takes nothing away, and its keeper is told of it at once."""
    accept(cast, school, "teachers.link", title="今年的联系书")
    newer = file_link(school, title="盖错章的联系书", actor=cast.actor("township"))

    def shown() -> tuple[Evidence, Evidence | None]:
        return evidence_shown(school, TODAY)[LINK]

    assert [one and one.title for one in shown()] == ["今年的联系书", "盖错章的联系书"]
    review_evidence(evidence=newer, accept=False, note="章盖错了", actor=cast.actor("county"))
    assert [one and one.title for one in shown()] == ["今年的联系书", "盖错章的联系书"]
    page = signed_in(cast.accounts["township"]).get(reverse("bases:base", args=[school.pk])).content.decode()
    row = page[page.index("今年的联系书") :][:2000]
    assert row.index("已退回") < row.index("盖错章的联系书") < row.index("有效")
    letters = ["bases.evidence_accepted", "bases.evidence_returned"]
    found = told("bases.evidence_reviewed")
    assert {who: sorted(texts) for who, texts in found.items()} == {"township": letters, "base": letters}
    better = file_link(school, title="补好的联系书", issued_on=TODAY, actor=cast.actor("township"))
    review_evidence(evidence=better, accept=True, note="", actor=cast.actor("county"))
    assert [one and one.title for one in shown()] == ["补好的联系书", None]
    with clock.frozen(clock.at_local(better.expires_on + timedelta(1), 12)):
        assert evidence_shown(school, clock.today())[LINK] == (better, None)


def test_what_is_over_soon_is_told_before_it_is(cast: Cast, school: Base) -> None:
    accept(cast, school, "teachers.link", title="快到期的联系书", issued_on=date(2025, 12, 20))
    last = date(2026, 12, 19)
    days = {date(2026, 11, 18): False, date(2026, 11, 19): True, last: True, date(2026, 12, 20): False}
    for day, is_told in days.items():
        for name in ("base", "township", "county"):
            assert evidence_ending(cast.actor(name), day).exists() is is_told, (name, day)
    assert not evidence_ending(cast.actor("sibling_township"), TODAY).exists()
    due = [task for task in tasks_for(cast.actor("base"), TODAY) if "快到期" in task.words]
    assert [(task.due, task.words) for task in due] == [(last, "霍童镇党校的证明快到期：快到期的联系书")]
    shown = signed_in(cast.accounts["county"]).get(reverse("bases:evidence_list"), {"ending": "1"}).content.decode()
    assert "快到期的联系书" in shown
    file_link(school, title="新的", actor=cast.actor("township"))
    assert not evidence_ending(cast.actor("base"), TODAY).exists()


def test_what_was_taken_back_counts_for_nothing(cast: Cast, school: Base) -> None:
    evidence = file_link(school, actor=cast.actor("base"))
    assert "已报送，等审核" in lacking_words(AspectState.objects.get(base=school, aspect="teachers"))
    take_back_evidence(evidence=evidence, actor=cast.actor("township"))
    assert "还没有报送" in lacking_words(AspectState.objects.get(base=school, aspect="teachers"))
    file_evidence(base=school, item=LINK, title="新的", note="x", issued_on=TODAY, actor=cast.actor("township"))
    assert Evidence.objects.filter(status="waiting").count() == 1


def test_what_waits_goes_where_it_is_reviewed(cast: Cast, school: Base) -> None:
    city, county = cast.actor("city"), cast.actor("county")
    evidence = file_link(school, actor=cast.actor("township"))
    assert list(evidence_to_review(county)) == [evidence]
    begun = steward_base(base=school, unit=cast.unit("ningde"), actor=city)
    assert begun is not None
    assert (list(evidence_to_review(county)), list(evidence_to_review(city))) == ([], [evidence])
    with pytest.raises(standards.StewardedAlready):
        steward_base(base=school, unit=cast.unit("ningde"), actor=city)
    assert broken() == []
    with clock.frozen(clock.at_local(TODAY + timedelta(9), 12)):
        steward_base(base=school, unit=None, actor=city)
    assert list(evidence_to_review(county)) == [evidence]
    with pytest.raises(standards.StewardedAlready):
        steward_base(base=school, unit=None, actor=city)
    kept = Stewardship.objects.values_list("valid_from", "valid_to")
    assert list(kept) == [(TODAY, TODAY + timedelta(9))]
    told = Activity.objects.filter(event="bases.steward_changed").order_by("at")
    assert [(row.detail["before"], row.detail["after"]) for row in told] == [
        (None, cast.unit("ningde").pk),
        (cast.unit("ningde").pk, None),
    ]
    for name in ("county", "township", "base", "auditor", "other_county"):
        with pytest.raises(NotPermitted):
            steward_base(base=school, unit=None, actor=cast.actor(name))


def test_evidence_moves_with_its_unit(cast: Cast, school: Base) -> None:
    evidence = file_link(school, actor=cast.actor("township"))
    move_unit(unit=cast.unit("huotong"), parent=cast.unit("fuan"), on=TODAY, actor=cast.system)
    evidence.refresh_from_db()
    school.refresh_from_db()
    assert evidence.place == evidence.review_place == school.place
    assert list(evidence_to_review(cast.actor("other_county"))) == [evidence]
    assert list(evidence_to_review(cast.actor("county"))) == []
    assert broken() == []


def test_a_base_looked_after_from_outside_is_reviewed_there(cast: Cast, school: Base) -> None:
    city = cast.unit("ningde")
    Stewardship.objects.create(base=school, unit=city, place=city.path, valid_from=FOUNDED)
    evidence = file_link(school, actor=cast.actor("township"))
    with pytest.raises(NotPermitted):
        review_evidence(evidence=evidence, accept=True, note="", actor=cast.actor("county"))
    page = signed_in(cast.accounts["county"]).get(reverse("bases:evidence", args=[evidence.pk])).content.decode()
    assert f"直管阵地，由{city.short_name}审核" in page
    assert review_evidence(evidence=evidence, accept=True, note="", actor=cast.actor("city")).status == "passed"
