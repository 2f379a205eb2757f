"""What departments owe: how many technicians to which place, who was sent, lessons counted where they were given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doorstep.core import clock
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.directory.models import Unit
from doorstep.directory.services.units import found_unit
from doorstep.faculty.models import Engagement, Teacher, TechnicianDuty, TechnicianSent
from doorstep.faculty.queries.technicians import duties_told, duty_by_id, sent_by_id, technicians_for
from doorstep.faculty.services import guiding_refusals as refusals
from doorstep.faculty.services.refusals import TeacherNotActive
from doorstep.faculty.services.teachers import turn_teacher
from doorstep.faculty.services.technicians import recall_technician, send_technician, set_duty
from tests.cast import FOUNDED, Cast
from tests.factories.classes import SYSTEM
from tests.factories.teachers import given_teacher

TODAY = date(2026, 11, 24)
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


def department(cast: Cast) -> Unit:
    """The county's bureau of agriculture."""
    return found_unit(
        code="W-agri", name="蕉城区农业农村局", short_name="区农业农村局", kind="work_unit",
        parent=cast.unit("jiaocheng"), county="350902", valid_from=FOUNDED, actor=SYSTEM,
    )  # fmt: skip


@pytest.fixture
def bureau(cast: Cast) -> Unit:
    return department(cast)


def owed(cast: Cast, bureau: Unit, **changes: Any) -> TechnicianDuty:
    said: dict[str, Any] = {"served": cast.unit("huotong"), "year": 2026, "quota": 1, "lessons": 2, **changes}
    return set_duty(department=bureau, **said, actor=SYSTEM)


def lesson(cast: Cast, teacher: Teacher, day: date, unit: str = "huotong", status: str = "accepted") -> None:
    """A lesson that somebody agreed to or not, at a unit."""
    at, starts = cast.unit(unit), clock.at_local(day, 9)
    ends = starts + timedelta(hours=2)
    Engagement.objects.create(
        teacher=teacher, status=status, group="x", key=f"{teacher.pk}:{day}:{unit}", title="课", starts_at=starts,
        ends_at=ends, held_from=starts, held_until=ends, place=at.path, county=at.county, asked_at=starts,
    )  # fmt: skip


def told(cast: Cast) -> Any:
    return duties_told(cast.actor("county")).get()


def test_owed_by_the_year_and_changed(cast: Cast, bureau: Unit) -> None:
    given: dict[str, Any] = {"department": bureau, "served": cast.unit("huotong"), "year": 2026}
    given |= {"quota": 2, "lessons": 4, "actor": cast.actor("county")}
    for name in ("township", "other_county", "base", "secretary", "auditor"):
        with pytest.raises(NotPermitted):
            set_duty(**{**given, "actor": cast.actor(name)})
    for wrong in ({"quota": 0}, {"lessons": 0}, {"served": bureau}):
        with pytest.raises(refusals.DutyWrong):
            set_duty(**{**given, **wrong})
    duty = set_duty(**given)
    assert set_duty(**{**given, "quota": 3}) == duty
    assert set_duty(**{**given, "year": 2027}) != duty
    for _n in range(2):
        send_technician(duty=duty, teacher=given_teacher(bureau), actor=cast.actor("county"))
    with pytest.raises(refusals.DutyTooSmall, match="2"):
        set_duty(**{**given, "quota": 1})
    assert TechnicianDuty.objects.get(pk=duty.pk).quota == 3


def test_sent_up_to_the_quota(cast: Cast, bureau: Unit) -> None:
    duty, first, second = owed(cast, bureau), given_teacher(bureau), given_teacher(cast.unit("jiaocheng"))
    given_teacher(cast.unit("huotong"))
    assert technicians_for(duty) == [first, second]
    for name in ("township", "other_county"):
        with pytest.raises(NotPermitted):
            send_technician(duty=duty, teacher=first, actor=cast.actor(name))
    sent = send_technician(duty=duty, teacher=first, actor=cast.actor("county"))
    with pytest.raises(refusals.TechnicianSentAlready):
        send_technician(duty=duty, teacher=first, actor=SYSTEM)
    with pytest.raises(refusals.DutyFull, match="1"):
        send_technician(duty=duty, teacher=second, actor=SYSTEM)
    with pytest.raises(NotPermitted):
        recall_technician(sent=sent, reason="x", actor=cast.actor("township"))
    with pytest.raises(NotFound):
        sent_by_id(sent.pk, cast.actor("township"))
    with pytest.raises(refusals.WordsMissing):
        recall_technician(sent=sent, reason=" ", actor=SYSTEM)
    recall_technician(sent=sent, reason="借调", actor=cast.actor("county"))
    with pytest.raises(refusals.TechnicianRecalled):
        recall_technician(sent=sent, reason="x", actor=SYSTEM)
    send_technician(duty=duty, teacher=second, actor=SYSTEM)
    turn_teacher(teacher=first, end=True, reason="x", actor=SYSTEM)
    with pytest.raises(TeacherNotActive):
        send_technician(duty=duty, teacher=first, actor=SYSTEM)


def test_lessons_count_that_were_really_given_there_that_year(cast: Cast, bureau: Unit) -> None:
    duty, teacher, other = owed(cast, bureau), given_teacher(bureau), given_teacher(bureau)
    send_technician(duty=duty, teacher=teacher, actor=SYSTEM)
    lesson(cast, teacher, date(2026, 3, 1))
    for day, where, status in (
        (date(2025, 12, 31), "huotong", "accepted"), (date(2026, 4, 1), "hubei", "accepted"),
        (date(2026, 5, 1), "huotong", "declined"), (date(2026, 12, 1), "huotong", "accepted"),
    ):  # fmt: skip
        lesson(cast, teacher, day, where, status)
    lesson(cast, other, date(2026, 3, 2))
    row = told(cast)
    assert (row.size, row.taught, row.is_short) == (1, 1, True)
    lesson(cast, teacher, date(2026, 6, 1), "kengtou")  # a branch of the township
    row = told(cast)
    assert (row.size, row.taught, row.is_short) == (1, 2, False)
    recall_technician(sent=TechnicianSent.objects.get(), reason="借调", actor=SYSTEM)
    row = told(cast)
    assert (row.size, row.taught, row.is_short) == (0, 2, True)
    with pytest.raises(NotFound):
        duty_by_id(duty.pk, cast.actor("other_county"))


class TestPages:
    def test_set_sent_and_recalled(self, cast: Cast, bureau: Unit, sign_in: SignIn) -> None:
        county, new = sign_in("county"), f"{reverse('faculty:duty_new')}?name=农业农村"
        assert "没有找到" in county.get(f"{reverse('faculty:duty_new')}?name=无此部门").content.decode()
        body = {"department": bureau.pk, "served": cast.unit("huotong").pk, "year": 2026, "quota": 1, "lessons": 2}
        assert county.get(new).status_code == 200
        assert county.post(new, {**body, "quota": 0}).status_code == 422
        assert county.post(new, body).status_code == 302
        teacher, other = given_teacher(bureau), given_teacher(bureau)
        page = reverse("faculty:duty", args=[TechnicianDuty.objects.get().pk])
        assert "还没有派人" in county.get(page).content.decode()
        assert county.post(page, {"teacher": teacher.pk})["Location"] == page
        assert county.post(page, {"teacher": other.pk}).status_code == 422
        assert county.post(new, {**body, "served": cast.unit("hubei").pk}).status_code == 302
        recall = reverse("faculty:technician_recall", args=[TechnicianSent.objects.get().pk])
        assert "请写明原因" in county.post(recall, {}, follow=True).content.decode()
        assert county.post(recall, {"reason": "借调"})["Location"] == page
        assert "不再派的原因：借调" in county.get(page).content.decode()
        rows = reverse("faculty:duties")
        for query, count in (
            ({}, 2), ({"year": "2026"}, 2), ({"year": "x"}, 0), ({"short": "1"}, 2), ({"short": "0"}, 0),
        ):  # fmt: skip
            assert len(county.get(rows, query).context["listing"].rows) == count, query
        township = sign_in("township")
        assert township.get(reverse("faculty:duty_new")).status_code == 404
        assert "派这位" not in township.get(page).content.decode()  # it is served there
        assert [township.post(one, {"teacher": other.pk}).status_code for one in (page, recall)] == [404, 404]

    @pytest.mark.parametrize("number", [1, 3])
    def test_pages_ask_few_questions(self, cast: Cast, bureau: Unit, sign_in: SignIn, number: int) -> None:
        for name in ("huotong", "hubei", "jiaocheng")[:number]:
            duty = owed(cast, bureau, served=cast.unit(name), quota=3)
        for _n in range(number):
            send_technician(duty=duty, teacher=given_teacher(bureau), actor=SYSTEM)
        county, asked = sign_in("county"), {}
        county.get("/")
        for name, args in (("duties", []), ("duty_new", []), ("duty", [duty.pk])):
            with CaptureQueriesContext(connection) as queries:
                assert county.get(reverse(f"faculty:{name}", args=args)).status_code == 200, name
            asked[name] = len(queries)
        assert asked == {"duties": 5, "duty_new": 4, "duty": 5}


def _race(duty: TechnicianDuty, teachers: list[Teacher]) -> list[str]:
    """Two are sent for the one place that is left, at one moment; what became of each."""
    start = Barrier(2)

    def send(teacher: Teacher) -> str:
        with clock.frozen(clock.at_local(TODAY, 12)):
            start.wait()
            try:
                send_technician(duty=duty, teacher=teacher, actor=SYSTEM)
            except refusals.DutyFull as problem:
                return problem.code
            finally:
                connections.close_all()
            return "sent"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(send, teachers))


def test_two_at_one_moment_do_not_overfill_a_duty(cast_committed: Cast) -> None:
    bureau = department(cast_committed)
    duty = owed(cast_committed, bureau)
    assert _race(duty, [given_teacher(bureau), given_teacher(bureau)]) == ["duty_full", "sent"]
    assert TechnicianSent.objects.count() == 1
