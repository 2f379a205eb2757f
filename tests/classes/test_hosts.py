"""Classes that several units hold: asked, agreed, declined, left; what their staff may do; one seat table for all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import close_old_connections, connection
from django.test import Client
from django.urls import reverse

from doorstep.classes.models import ClassHost, Quota, TrainingClass
from doorstep.classes.queries.classes import class_by_id, class_counts, sessions_on
from doorstep.classes.queries.hosts import host_lines, host_places, invitations_waiting, lead_percent, units_to_invite
from doorstep.classes.queries.people import nominees
from doorstep.classes.rules.hosts import Cost, cost_left, host_of
from doorstep.classes.services import joint_refusals as said
from doorstep.classes.services.hosts import HostTerms, answer_invitation, end_hosting, invite_host
from doorstep.classes.services.opening import cancel_class, publish_class
from doorstep.classes.services.people import nominate
from doorstep.classes.services.refusals import ClassIsOver, SeatsExceedSource
from doorstep.core import clock
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.models import Activity, Policy
from tests.cast import Cast
from tests.factories.classes import SYSTEM, make_class

TODAY, DAY = date(2026, 11, 24), date(2026, 12, 7)
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def held(cast: Cast) -> TrainingClass:
    return make_class(cast.unit("huotong"), day=DAY)


def ask(cast: Cast, held: TrainingClass, unit: str = "saiqi", **terms: Any) -> ClassHost:
    return invite_host(
        training_class=held, unit=cast.unit(unit), terms=HostTerms(**terms), actor=cast.actor("township")
    )


def agreed(cast: Cast, held: TrainingClass, unit: str = "saiqi", **terms: Any) -> ClassHost:
    answer_invitation(host=ask(cast, held, unit, **terms), accept=True, actor=SYSTEM)
    return ClassHost.objects.select_related("training_class").get(training_class=held, unit=cast.unit(unit))


def fresh(held: TrainingClass) -> TrainingClass:
    return TrainingClass.objects.select_related("unit").get(pk=held.pk)


def quota(held: TrainingClass, cast: Cast, unit: str = "saiqi") -> int:
    return sum(Quota.objects.filter(training_class=held, unit=cast.unit(unit)).values_list("seats", flat=True))


def test_nothing_is_shared_before_a_unit_agrees(cast: Cast, held: TrainingClass) -> None:
    host = ask(cast, held, seats=10, cost_percent=40, words=" 负责现场教学 ")
    assert (host.status, host.terms, quota(held, cast)) == ("invited", "负责现场教学", 0)
    assert not fresh(held).is_joint
    assert host_places(fresh(held)) == ()
    other = cast.actor("other_county")
    assert [one.pk for one in invitations_waiting(other)] == [host.pk]
    assert class_by_id(held.pk, other).pk == held.pk
    answer_invitation(host=host, accept=True, actor=other)
    assert fresh(held).is_joint
    assert host_places(fresh(held)) == (cast.unit("saiqi").path,)
    assert quota(held, cast) == 10
    assert not invitations_waiting(other).exists()
    with pytest.raises(said.InvitationAnswered, match="已同意"):
        answer_invitation(host=host, accept=False, reason="x", actor=other)
    told = list(Activity.objects.filter(event__startswith="classes.host_").values_list("event", flat=True))
    assert sorted(told) == ["classes.host_answered", "classes.host_invited"]


def test_saying_no_needs_a_reason_and_ends_seeing_the_class(cast: Cast, held: TrainingClass) -> None:
    host, other = ask(cast, held, seats=5), cast.actor("other_county")
    with pytest.raises(said.HostReasonMissing):
        answer_invitation(host=host, accept=False, reason=" ", actor=other)
    answer_invitation(host=host, accept=False, reason="那几天有换届", actor=other)
    assert quota(held, cast) == 0
    with pytest.raises(NotFound):
        class_by_id(held.pk, other)
    (line,) = host_lines(fresh(held), cast.actor("township"), is_fixed=False)
    assert (line.word, line.host.answer, line.may_end, line.may_answer) == ("not_joining", "那几天有换届", False, False)
    again = ask(cast, held, seats=3, cost_fen=123_450)
    assert (again.pk, again.status, again.answer) == (host.pk, "invited", "")
    (line,) = host_lines(fresh(held), other, is_fixed=False)
    assert (line.word, line.yuan, line.may_answer, line.may_end) == ("invited", "1,234.50", True, False)


def test_a_draft_is_shown_to_who_is_asked(cast: Cast) -> None:
    draft = make_class(cast.unit("huotong"), day=DAY, is_draft=True)
    other = cast.actor("other_county")
    with pytest.raises(NotFound):
        class_by_id(draft.pk, other)
    agreed(cast, draft)
    assert class_by_id(draft.pk, other).pk == draft.pk
    publish_class(training_class=draft, actor=cast.actor("township"))


@pytest.mark.parametrize(
    ("unit", "terms", "refusal"),
    [
        ("huotong", {}, said.HostIsOrganiser),
        ("kengtou", {}, said.HostHasNoOffice),
        ("saiqi", {"cost_percent": 10, "cost_fen": 1}, said.CostSaidTwice),
        ("saiqi", {"seats": 41}, SeatsExceedSource),
        ("saiqi", {"cost_percent": 61}, said.CostsExceed),
        ("hubei", {}, said.HostAskedAlready),
    ],
)
def test_what_cannot_be_asked(
    cast: Cast, held: TrainingClass, unit: str, terms: dict[str, int], refusal: type[Exception]
) -> None:
    ask(cast, held, "hubei", cost_percent=40)
    with pytest.raises(refusal):
        ask(cast, held, unit, **terms)
    assert ClassHost.objects.count() == 1


def test_so_many_hosts_and_no_more(cast: Cast, held: TrainingClass) -> None:
    Policy.objects.filter(key="class.hosts_most").update(value="1")
    ask(cast, held, "hubei")
    with pytest.raises(said.TooManyHosts, match="1 个"):
        ask(cast, held)


def test_seats_that_are_gone_meanwhile_are_not_promised_twice(cast: Cast, held: TrainingClass) -> None:
    first, second = ask(cast, held, "hubei", seats=25), ask(cast, held, "saiqi", seats=25)
    answer_invitation(host=first, accept=True, actor=SYSTEM)
    with pytest.raises(SeatsExceedSource):
        answer_invitation(host=second, accept=True, actor=SYSTEM)
    second.refresh_from_db()
    assert (second.status, quota(held, cast)) == ("invited", 0)


def test_hosts_are_fixed_once_the_class_has_begun(cast: Cast, held: TrainingClass) -> None:
    asked, host = ask(cast, held, "hubei"), agreed(cast, held)
    with clock.frozen(clock.at_local(DAY, 9)):
        for act in (
            lambda: ask(cast, held, "fuan"),
            lambda: answer_invitation(host=asked, accept=True, actor=SYSTEM),
            lambda: end_hosting(host=host, reason="x", actor=SYSTEM),
        ):
            with pytest.raises(said.HostsFixed):
                act()
    cancel_class(training_class=held, reason="x", actor=SYSTEM)
    with pytest.raises(ClassIsOver):
        ask(cast, held, "fuan")
    assert fresh(held).is_joint


def test_leaving_gives_free_seats_back_and_keeps_who_sits(cast: Cast, held: TrainingClass) -> None:
    host = agreed(cast, held, seats=10)
    person = cast.person("缪阿妹")
    nominate(training_class=held, people=nominees([person.pk]), actor=cast.actor("other_county"))
    with pytest.raises(NotPermitted):
        end_hosting(host=host, reason="x", actor=cast.actor("sibling_township"))
    with pytest.raises(said.HostReasonMissing):
        end_hosting(host=host, reason="", actor=cast.actor("other_county"))
    end_hosting(host=host, reason="场地要修", actor=cast.actor("other_county"))
    assert (quota(held, cast), fresh(held).is_joint, fresh(held).seats_taken) == (1, False, 1)
    assert class_by_id(held.pk, cast.actor("other_county")) == held
    with pytest.raises(said.InvitationAnswered, match="已退出"):
        end_hosting(host=host, reason="x", actor=SYSTEM)


def test_leaving_without_seats_or_before_an_answer(cast: Cast, held: TrainingClass) -> None:
    end_hosting(host=agreed(cast, held, seats=10), reason="x", actor=cast.actor("township"))
    assert not Quota.objects.filter(training_class=held).exists()
    with pytest.raises(NotFound):
        class_by_id(held.pk, cast.actor("other_county"))
    end_hosting(host=ask(cast, held, "hubei", seats=4), reason="请错了", actor=cast.actor("township"))
    assert quota(held, cast, "hubei") == 0


def test_a_host_of_another_class_is_no_host_of_this_one(cast: Cast, held: TrainingClass) -> None:
    host = ask(cast, held)
    host.training_class = other = make_class(cast.unit("huotong"), day=date(2026, 12, 14))
    with pytest.raises(NotFound):
        answer_invitation(host=host, accept=True, actor=SYSTEM)
    assert not fresh(other).is_joint


def test_co_hosts_work_on_the_day_and_count_the_class(cast: Cast, held: TrainingClass) -> None:
    other = cast.actor("other_county")
    assert not sessions_on(DAY, other).exists()
    agreed(cast, held)
    assert sessions_on(DAY, other).count() == 2
    counts = {name: class_counts(2026, cast.unit(name).path) for name in ("ningde", "huotong", "saiqi", "hubei")}
    once = {"held": 0, "planned": 1, "joint": 1}
    assert counts == {"ningde": once, "huotong": once, "saiqi": once, "hubei": {"held": 0, "planned": 0, "joint": 0}}


def test_who_pays_what_is_left(cast: Cast, held: TrainingClass) -> None:
    hosts = [ask(cast, held, "hubei", cost_percent=25), ask(cast, held, "saiqi", cost_percent=25)]
    assert lead_percent(hosts) == 50
    assert cost_left([]) == 100
    assert cost_left([Cost(percent=60), Cost(percent=60)]) == -20
    assert {unit.pk for unit in units_to_invite(held)} == {cast.unit(n).pk for n in ("ningde", "jiaocheng", "fuan")}


@pytest.mark.parametrize(
    ("home", "lead", "others", "host"),
    [
        ("1/2/4/9/", "1/2/4/", ["1/3/5/"], "1/2/4/"),
        ("1/3/5/9/", "1/2/4/", ["1/3/5/"], "1/3/5/"),
        ("1/2/4/9/", "1/2/", ["1/2/4/"], "1/2/4/"),
        ("1/2/4/9/", "1/2/4/", ["1/2/"], "1/2/4/"),
        ("1/7/8/", "1/2/4/", ["1/3/5/"], "1/2/4/"),
        ("1/33/5/", "1/2/", ["1/3/"], "1/2/"),
    ],
)
def test_the_nearest_host_gets_a_person_else_the_lead(home: str, lead: str, others: list[str], host: str) -> None:
    assert host_of(home, lead, others) == host


def test_two_co_hosts_at_once_share_no_seat_twice(cast_committed: Cast) -> None:
    cast = cast_committed
    held = make_class(cast.unit("huotong"), day=DAY)
    hosts = [ask(cast, held, unit, seats=25) for unit in ("hubei", "saiqi")]
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def answer(host: ClassHost) -> None:
        try:
            with clock.frozen(clock.at_local(TODAY, 12)):
                start.wait()
                answer_invitation(host=host, accept=True, actor=SYSTEM)
            outcomes.append("done")
        except SeatsExceedSource:
            outcomes.append("refused")
        finally:
            connection.close()
            close_old_connections()

    threads = [threading.Thread(target=answer, args=(host,)) for host in hosts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused"]
    assert sum(Quota.objects.filter(training_class=held).values_list("seats", flat=True)) == 25
    assert ClassHost.objects.filter(status="accepted").count() == 1


class TestPages:
    def test_from_asking_to_a_list(self, cast: Cast, held: TrainingClass, sign_in: SignIn) -> None:
        township, other = sign_in("township"), sign_in("other_county")
        page = reverse("classes:hosts", args=[held.pk])
        assert other.get(page).status_code == 404
        body = {"unit": cast.unit("saiqi").pk, "seats": "3", "cost_percent": "30"}
        assert township.post(page, {**body, "cost_yuan": "5"}).status_code == 422
        assert township.post(page, {**body, "unit": "x"}).status_code == 422
        assert township.post(page, body).status_code == 302
        assert "答复合办邀请" in other.get("/").content.decode()
        assert "同意合办" in other.get(page).content.decode()
        host = ClassHost.objects.get()
        answer, end = (reverse(f"classes:host_{name}", args=[held.pk, host.pk]) for name in ("answer", "end"))
        assert township.post(answer, {"answer": "accept"}).status_code == 403
        assert other.post(page, body).status_code == 404
        assert other.post(reverse("classes:host_answer", args=[held.pk, 10**6])).status_code == 404
        assert other.post(answer, {"answer": "accept"}).status_code == 302
        text = other.get(reverse("classes:class", args=[held.pk])).content.decode()
        assert "牵头合办" in text
        assert "点名" in text
        listed = other.get(reverse("records:joint"), {"year": "2026"}).content.decode()
        assert held.title in listed
        assert sign_in("sibling_township").get(page).status_code == 404
        assert township.post(end, {"reason": "改日子"}).headers["Location"] == page
        assert other.post(end, {"reason": "x"}).status_code == 404

    def test_declining_leads_away_from_what_is_seen_no_longer(
        self, cast: Cast, held: TrainingClass, sign_in: SignIn
    ) -> None:
        host, other = ask(cast, held), sign_in("other_county")
        answer = reverse("classes:host_answer", args=[held.pk, host.pk])
        assert other.post(answer, {"answer": "decline"}).status_code == 422
        sent = other.post(answer, {"answer": "decline", "reason": "有会"})
        assert sent.headers["Location"] == reverse("classes:classes")
        assert "有会" in sign_in("township").get(reverse("classes:hosts", args=[held.pk])).content.decode()

    def test_a_host_that_leaves_goes_to_its_list(self, cast: Cast, held: TrainingClass, sign_in: SignIn) -> None:
        host = agreed(cast, held)
        sent = sign_in("other_county").post(reverse("classes:host_end", args=[held.pk, host.pk]), {"reason": "x"})
        assert sent.headers["Location"] == reverse("classes:classes")

    def test_once_begun_nothing_can_be_asked(self, cast: Cast, held: TrainingClass, sign_in: SignIn) -> None:
        township = sign_in("township")
        with clock.frozen(clock.at_local(DAY, 9)):
            page = reverse("classes:hosts", args=[held.pk])
            assert "合办单位不能再变" in township.get(page).content.decode()
            refused = township.post(page, {"unit": cast.unit("saiqi").pk, "seats": "0"})
            assert refused.status_code == 422
            assert "已经开课" in refused.content.decode()

    def test_the_api_names_the_hosts(self, cast: Cast, held: TrainingClass, sign_in: SignIn) -> None:
        agreed(cast, held, seats=2, cost_fen=500)
        client = sign_in("township")
        hosts = [{"unit": cast.unit("saiqi").pk, "seats": 2, "cost_percent": 0, "cost_fen": 500}]
        assert client.get(f"/api/v1/classes/{held.pk}").json()["hosts"] == hosts
        assert client.get("/api/v1/classes").json()["items"][0]["hosts"] == hosts
