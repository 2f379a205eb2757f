"""People who leave the network: their seats and places in line go to others, their roles end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from doorstep.classes.models import Enrolment, TrainingClass
from doorstep.classes.services.leavers import give_up_places
from doorstep.core import clock
from doorstep.core.clock import at_local, frozen
from doorstep.core.errors import NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity
from doorstep.directory.models import Account, Membership, RoleGrant
from doorstep.directory.services.leaving import leave_network, take_back_leaving
from doorstep.notices.models import Message
from tests.cast import Cast
from tests.classes.test_waiting import line, put, queue, seated
from tests.factories.classes import SYSTEM, make_class
from tests.factories.jobs import run_queued_jobs


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with frozen(at_local(date(2026, 11, 23), 12)):
        yield


def leaves(cast: Cast, name: str, left_as: str = "died") -> Membership:
    here = Membership.objects.get(person=cast.person(name), valid_to=None)
    return leave_network(membership=here, left_as=left_as, on=clock.today(), actor=cast.actor("township"))


@pytest.mark.django_db(transaction=True)
def test_a_seat_and_a_place_in_line_go_to_others(cast: Cast) -> None:
    full = make_class(cast.unit("huotong"), capacity=1)
    other = make_class(cast.unit("huotong"), title="另一个班", capacity=1)
    running = make_class(cast.unit("huotong"), title="在办的班")
    gone, next_one, third = (cast.person(name).pk for name in ("黄德旺", "林秀珍", "雷金妹"))
    put(full, [gone], cast.actor("township"))
    queue(full, [next_one], cast.actor("township"))
    put(running, [gone], cast.actor("township"), accept_overlap=True)
    TrainingClass.objects.filter(pk=running.pk).update(status="running")
    put(other, [third], cast.actor("township"), accept_overlap=True)
    queue(other, [gone], cast.actor("township"), accept_overlap=True)
    leaves(cast, "黄德旺")
    assert seated(full) == {"黄德旺"}
    run_queued_jobs()
    assert (seated(full), line(full), line(other)) == ({"林秀珍"}, [], [])
    assert Enrolment.objects.get(training_class=running, person=gone).status == "confirmed"
    told = Activity.objects.get(event="classes.seat_released", subject_id=full.pk)
    assert told.detail["reason"] == "已离开本市培训网络"
    assert Message.objects.filter(text="classes.moved_up").count() == 2
    assert [found.name for found in check_invariants() if not found.holds] == []
    assert give_up_places(person_id=gone, actor=SYSTEM) == 0


@pytest.mark.django_db(transaction=True)
def test_whoever_is_back_before_keeps_the_seat(cast: Cast) -> None:
    full, person = make_class(cast.unit("huotong")), cast.person("黄德旺")
    put(full, [person.pk], cast.actor("township"))
    take_back_leaving(membership=leaves(cast, "黄德旺"), actor=cast.actor("township"))
    run_queued_jobs()
    assert seated(full) == {"黄德旺"}
    assert give_up_places(person_id=person.pk, actor=SYSTEM) == 0
    for who in ("township", "city"):
        with pytest.raises(NotPermitted):
            give_up_places(person_id=person.pk, actor=cast.actor(who))


@pytest.mark.parametrize(
    ("left_as", "kept"), [("died", []), ("removed", []), ("away", ["teacher"])], ids=["died", "removed", "away"]
)
def test_roles_end_with_the_membership_or_with_the_person(cast: Cast, left_as: str, kept: list[str]) -> None:
    account = Account.objects.get(username="trainee")
    since, unit = date(2026, 1, 1), cast.unit("huotong")
    RoleGrant.objects.filter(account=account).delete()
    for role in ("secretary", "teacher", "trainee"):
        RoleGrant.objects.create(account=account, role=role, unit=unit, valid_from=since)
    before = account.session_epoch
    leaves(cast, str(account.person.name), left_as)  # type: ignore[union-attr]
    standing = RoleGrant.objects.filter(account=account, valid_to=None).order_by("pk")
    assert list(standing.values_list("role", flat=True)) == kept
    assert set(RoleGrant.objects.filter(account=account, valid_to=clock.today()).values_list("role", flat=True)) == (
        {"secretary", "teacher", "trainee"} - set(kept)
    )
    account.refresh_from_db()
    assert account.session_epoch == before + 3 - len(kept)
