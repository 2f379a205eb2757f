"""Contests of courses in the pages: from the call to premium, what each of those who take part sees."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doorstep.catalogue.models import Contest, ContestEntry, ContestScore, Course, Edition
from doorstep.catalogue.services.contests import name_juror, publish_contest, release_juror
from doorstep.catalogue.services.contests_entries import judge_entry, object_to_entry
from doorstep.catalogue.services.materials import add_edition
from doorstep.core.models import LongTask, Policy
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import SYSTEM
from tests.factories.contests import (
    AFTER,
    ENTERED,
    FIRST,
    at,
    called_contest,
    contest_body,
    entry_of,
    full_points,
    later,
)
from tests.factories.courses import draft_course, given_course
from tests.factories.jobs import run_queued_jobs
from tests.factories.materials import PDF, make_edition

DURING = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _noon(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with at(DURING):
        yield


def enter(cast: Cast, name: str) -> Client:
    return signed_in(cast.accounts[name])


def page(name: str, *args: object) -> str:
    return reverse(f"catalogue:{name}", args=args)


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def _course(cast: Cast, name: str = "huotong", **changes: Any) -> Course:
    return given_course(cast.unit(name), **{"title": "霍童镇的葡萄", **changes})


def test_a_contest_from_the_call_to_premium(cast: Cast) -> None:
    city, township, juror, secretary = (enter(cast, n) for n in ("city", "township", "other_county", "secretary"))
    course = _course(cast)
    make_edition(cast.unit("huotong"), title="葡萄读本", courses=[course])
    with at(FIRST):
        assert city.post(page("contest_new"), contest_body(enters_until="2026-01-01")).status_code == 422
        assert city.post(page("contest_new"), contest_body(title="")).status_code == 422
        city.post(page("contest_new"), contest_body(has_votes="on"))
        contest = Contest.objects.get()
        assert city.post(page("contest_edit", contest.pk), contest_body(version=9)).status_code == 422
        city.post(page("contest_edit", contest.pk), contest_body(title="改过的评选", version=1, has_votes="on"))
        assert "改过的评选" in text(city, page("contests"))
        assert "改过的评选" not in text(township, page("contests"))
        for name in ("other_county", "sibling_township", "city"):
            found = text(city, f"{page('contest_jurors', contest.pk)}?q={cast.accounts[name].display_name}")
            assert f'value="{cast.accounts[name].pk}"' in found
            city.post(page("contest_jurors", contest.pk), {"account": cast.accounts[name].pk})
        assert "不再做评委" in text(city, page("contest_jurors", contest.pk))
        again = city.post(page("contest_jurors", contest.pk), {"account": cast.accounts["city"].pk})
        assert (again.status_code, "已经是评委" in again.content.decode()) == (422, True)
        city.post(page("contest_turn", contest.pk), {"answer": "call"})
        twice = city.post(page("contest_turn", contest.pk), {"answer": "call"})
        assert (twice.status_code, "不是做这一步的时候" in twice.content.decode()) == (422, True)
        assert city.post(page("contest_turn", contest.pk), {"answer": "x"}).status_code == 404
        assert "霍童镇的葡萄" in text(township, page("contest_enter", contest.pk))
        chosen = text(township, f"{page('contest_enter', contest.pk)}?course={course.pk}")
        assert "葡萄读本" in chosen
        body = {"course": course.pk, "edition": Edition.objects.get().pk, "statement": "霍童镇讲过十场"}
        assert township.post(page("contest_enter", contest.pk), {**body, "edition": "999"}).status_code == 422
        township.post(page("contest_enter", contest.pk), body)
        assert "没有能报的课" in text(township, page("contest_enter", contest.pk))
        entry = ContestEntry.objects.get()
        township.post(page("entry_back", contest.pk, entry.pk))
        township.post(page("contest_enter", contest.pk), body)
        assert "本单位参评的课" in text(township, page("contest", contest.pk))
    entry = entry_of(contest, 2)
    assert "给 1 门课打分" in text(juror, "/")
    assert "第 2 号" in text(juror, page("contest_judge", contest.pk))
    blind = text(juror, page("contest_points", contest.pk, entry.pk))
    assert ("○○的葡萄" in blind, "霍童" in blind) == (True, False)
    points = full_points(contest)
    refused = juror.post(page("contest_points", contest.pk, entry.pk), {**points, "contest.criterion.use": "26"})
    assert (refused.status_code, "用处：听了就能用" in refused.content.decode()) == (422, True)
    assert juror.post(page("contest_points", contest.pk, entry.pk), points).status_code == 302
    assert "100 分" in text(juror, page("contest_judge", contest.pk))
    for name in ("sibling_township", "city"):
        enter(cast, name).post(page("contest_points", contest.pk, entry.pk), points)
    voting = text(secretary, page("contest", contest.pk))
    assert ("投给这一件" in voting, "霍童镇的葡萄" in voting) == (True, False)
    assert "给精品课程投一票" in text(secretary, "/")
    secretary.post(page("contest_vote", contest.pk), {"entry": entry.pk})
    assert "给精品课程投一票" not in text(secretary, "/")
    assert "您投了这一件" in text(secretary, page("contest", contest.pk))
    assert secretary.post(page("contest_vote", contest.pk), {"entry": "9999"}).status_code == 404
    assert "霍童镇的葡萄" not in text(city, page("contest", contest.pk))  # the city judges in it
    blank = text(city, f"{page('contest_tally')}?contest={contest.pk}")
    assert "霍童镇的葡萄" not in blank
    city.post(page("contest_jurors", contest.pk), {"release": contest.jurors.get(account=cast.accounts["city"]).pk})
    tally = text(city, f"{page('contest_tally')}?contest={contest.pk}")
    assert ("100" in tally, "霍童镇的葡萄" in tally) == (True, True)
    city.post(page("contest_jurors", contest.pk), {"account": cast.accounts["city"].pk})
    early = city.post(page("contest_turn", contest.pk), {"answer": "publish"})
    assert early.status_code == 422
    with at(AFTER):
        assert "评选到了下一步" in text(city, "/")
        city.post(page("contest_turn", contest.pk), {"answer": "publish"})
        assert "评选结果" in text(secretary, page("contest", contest.pk))
        assert secretary.post(page("contest_object", contest.pk, entry.pk), {"text": ""}).status_code == 422
        secretary.post(page("contest_object", contest.pk, entry.pk), {"text": "书记的异议"})
        assert "书记的异议" in text(secretary, page("contest", contest.pk))
        assert "书记的异议" not in text(township, page("contest", contest.pk))
        objection = entry.objections.get()
        answer = page("objection_answer", contest.pk, objection.pk)
        assert city.post(answer, {"answer": "reject", "note": ""}).status_code == 422
        city.post(answer, {"answer": "reject", "note": "看过了"})
        assert "看过了" in text(secretary, page("contest", contest.pk))
    with at(later(AFTER, 6)):
        city.post(page("contest_turn", contest.pk), {"answer": "finish"})
        assert "精品" in text(secretary, page("course", course.pk))
    assert Course.objects.get(pk=course.pk).stage == "premium"


def test_who_is_no_juror_is_told_and_own_entries_stay_closed(cast: Cast) -> None:
    course = _course(cast)
    jurors = [cast.accounts[name] for name in ("county", "other_county")]
    contest = called_contest(cast.unit("ningde"), [course], jurors)
    entry = entry_of(contest)
    for name in ("contest_judge", "contest_points", "contest_file"):
        args = (contest.pk,) if name == "contest_judge" else (contest.pk, entry.pk)
        assert enter(cast, "township").get(page(name, *args)).status_code == 409
        assert enter(cast, "secretary").get(page(name, *args)).status_code == 403
    county = enter(cast, "county")
    assert "要回避" in text(county, page("contest_judge", contest.pk))
    assert county.get(page("contest_points", contest.pk, entry.pk)).status_code == 409
    assert county.get(page("contest_points", contest.pk, 9999)).status_code == 404
    other = enter(cast, "other_county")
    assert other.get(page("contest_file", contest.pk, entry.pk)).status_code == 404  # nothing goes with it
    with at(ENTERED):
        assert "现在没有要打分的" in text(other, page("contest_judge", contest.pk))
        assert other.get(page("contest_points", contest.pk, entry.pk)).status_code == 404


def test_what_a_course_is_taught_from_comes_without_its_name(cast: Cast) -> None:
    course = _course(cast)
    book = make_edition(cast.unit("huotong"), title="霍童葡萄读本", courses=[course])
    file = io.BytesIO(PDF)
    with_file = add_edition(
        material=book.material, year=2026, upload=file, upload_name="霍童读本.pdf", actor=SYSTEM
    )  # fmt: skip
    contest = called_contest(cast.unit("ningde"), [course], [cast.accounts["other_county"]])
    ContestEntry.objects.update(edition=with_file)
    juror, entry = enter(cast, "other_county"), entry_of(contest)
    assert "下载教材" in text(juror, page("contest_points", contest.pk, entry.pk))
    got = juror.get(page("contest_file", contest.pk, entry.pk))
    assert got.headers["Content-Disposition"] == 'attachment; filename="1.pdf"'


def test_next_is_what_has_no_points_yet(cast: Cast) -> None:
    courses = [_course(cast, title=f"课{n}") for n in range(2)]
    contest = called_contest(cast.unit("ningde"), courses, [cast.accounts["other_county"]])
    juror, second = enter(cast, "other_county"), entry_of(contest, 2)
    went = juror.post(page("contest_points", contest.pk, second.pk), full_points(contest))
    assert went.headers["Location"] == page("contest_points", contest.pk, entry_of(contest, 1).pk)
    went = juror.post(page("contest_points", contest.pk, entry_of(contest, 1).pk), full_points(contest))
    assert went.headers["Location"] == page("contest_judge", contest.pk)


def test_cancelled_with_the_reason_and_released_on_the_page(cast: Cast) -> None:
    contest = called_contest(cast.unit("ningde"), [], [cast.accounts["county"]])
    city = enter(cast, "city")
    city.post(page("contest_jurors", contest.pk), {"release": contest.jurors.get().pk})
    assert "还没有请评委" in text(city, page("contest_jurors", contest.pk))
    assert "没有找到" in text(city, f"{page('contest_jurors', contest.pk)}?q=没有这个人")
    assert city.post(page("contest_jurors", contest.pk), {"release": 9999}).status_code == 404
    assert city.post(page("contest_turn", contest.pk), {"answer": "cancel"}).status_code == 422
    city.post(page("contest_turn", contest.pk), {"answer": "cancel", "note": "并到明年"})
    assert "并到明年" in text(enter(cast, "trainee"), page("contest", contest.pk))


def test_points_of_a_released_juror_are_in_no_tally_on_the_page_or_in_the_workbook(cast_committed: Cast) -> None:
    cast = cast_committed
    jurors = [cast.accounts[name] for name in ("other_county", "sibling_township")]
    courses = [_course(cast), _course(cast, title="大黄鱼")]
    contest = called_contest(cast.unit("ningde"), courses, jurors)
    for name, less in (("other_county", 0), ("sibling_township", 2)):
        judge_entry(entry=entry_of(contest), points=full_points(contest, less), actor=cast.actor(name))
    city, asked = enter(cast, "city"), f"contest={contest.pk}"

    def told() -> list[list[Any]]:
        """Number, how many judged and their mean, as the page and the workbook have them; both are the same."""
        listing = city.get(f"{page('contest_tally')}?{asked}").context["listing"]
        shown = [[row.number, row.jurors, row.mean and float(row.mean)] for row in listing.rows]
        sent = city.post(f"/lists/catalogue.tally/export/?{asked}", {"back": "/"})
        run_queued_jobs()
        task = LongTask.objects.get(pk=sent.headers["Location"].strip("/").split("/")[-1])
        sheet = openpyxl.load_workbook(settings.MEDIA_ROOT / task.result_file).active
        kept = [[row[0], row[3], row[4] or None] for row in sheet.iter_rows(min_row=4, values_only=True)]
        assert kept == shown
        return shown

    assert told() == [[1, 2, 99.0], [2, 0, None]]
    release_juror(juror=contest.jurors.get(account=cast.accounts["other_county"]), actor=SYSTEM)
    assert told() == [[1, 1, 98.0], [2, 0, None]]
    release_juror(juror=contest.jurors.get(account=cast.accounts["sibling_township"]), actor=SYSTEM)
    assert told() == [[1, 0, None], [2, 0, None]]
    name_juror(contest=contest, account_id=cast.accounts["other_county"].pk, actor=SYSTEM)
    assert told() == [[1, 1, 100.0], [2, 0, None]]


def test_objections_have_their_time(cast: Cast) -> None:
    contest = called_contest(cast.unit("ningde"), [_course(cast)], [cast.accounts["other_county"]])
    trainee = enter(cast, "trainee")
    early = trainee.get(page("contest_object", contest.pk, entry_of(contest).pk))
    assert (early.status_code, "还没有公示结果" in early.content.decode()) == (422, True)
    assert enter(cast, "auditor").get(page("contest_object", contest.pk, entry_of(contest).pk)).status_code == 403
    assert enter(cast, "auditor").get(page("contest_enter", contest.pk)).status_code == 404
    assert enter(cast, "county").get(page("contest_new")).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_pages_ask_as_often_however_many_rows(cast: Cast, number: int) -> None:
    courses = [_course(cast, name, title=f"课{n}") for n in range(number) for name in ("huotong", "hubei")][:number]
    draft_course(cast.unit("huotong"), title="草稿")
    judges = [cast.accounts[name] for name in ("other_county", "sibling_township", "teacher")]
    contest = called_contest(cast.unit("ningde"), courses, judges, has_votes=True)
    for n in range(1, number):
        called_contest(cast.unit("ningde"), title=f"第 {n} 次")
    clients = {name: enter(cast, name) for name in ("city", "township", "other_county", "secretary")}
    for n in range(1, number + 1):
        judge_entry(entry=entry_of(contest, n), points=full_points(contest), actor=cast.actor("other_county"))

    def count(name: str, address: str) -> int:
        clients[name].get(address)
        with CaptureQueriesContext(connection) as asked:
            assert clients[name].get(address).status_code == 200
        return len(asked)

    held = page("contest", contest.pk)
    told = {
        "contests": count("city", page("contests")),
        "office": count("city", held),
        "jurors": count("city", page("contest_jurors", contest.pk)),
        "tally": count("city", f"{page('contest_tally')}?contest={contest.pk}"),
        "unit": count("township", held),
        "enter": count("township", page("contest_enter", contest.pk)),
        "voter": count("secretary", held),
        "judge": count("other_county", page("contest_judge", contest.pk)),
        "points": count("other_county", page("contest_points", contest.pk, entry_of(contest).pk)),
    }
    ContestScore.objects.all().delete()
    for one in contest.entries.all():
        judge_entry(entry=one, points=full_points(contest), actor=cast.actor("other_county"))
    Policy.objects.filter(key="contest.fewest_jurors").update(value="1")
    with at(AFTER):
        publish_contest(contest=contest, actor=SYSTEM)
        for n in range(1, number + 1):
            object_to_entry(entry=entry_of(contest, n), text="x", actor=cast.actor("trainee"))
        told["published"] = count("city", held)
    assert told == {
        "contests": 5, "office": 11, "jurors": 4, "tally": 5, "unit": 10, "enter": 5, "voter": 14, "judge": 12,
        "points": 13, "published": 13,
    }  # fmt: skip
