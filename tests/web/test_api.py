"""The doors for machines: who is let in, what they see, pages by key, and one answer for one key."""

from __future__ import annotations

import json
import re
import threading
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from doorstep.classes.models import Enrolment, TrainingClass
from doorstep.core.clock import at_local, frozen, today
from doorstep.core.models import Activity, IdempotencyKey
from doorstep.core.replays import Answer, answer_once
from doorstep.coverage.services.refreshing import rebuild_year
from doorstep.directory.models import AccessToken, RoleGrant
from doorstep.directory.services.accounts import issue_token, revoke_token
from doorstep.records.services import post_credit
from tests.cast import Cast
from tests.factories import rolls
from tests.factories.browsers import sign_in, signed_in
from tests.factories.classes import SYSTEM, make_base, make_class
from tests.factories.warnings import commits_warned

NOON = at_local(date(2026, 11, 23), 12)
MACHINE = Client()


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with frozen(NOON):
        yield


def secret_of(cast: Cast, name: str, **more: Any) -> str:
    values = {"name": "脚本", "scopes": [], "days": 30, **more}
    return issue_token(account=cast.accounts[name], actor=cast.actor(name), **values)[1]


def call(
    secret: str, method: str, path: str, body: Any = None, key: str | None = None, client: Client | None = None
) -> Any:
    """An answer; a write has a key of its own unless one is given ("" sends it without)."""
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    if key != "" and method != "GET":
        headers["Idempotency-Key"] = key or str(uuid.uuid4())
    data = body if isinstance(body, str) else "" if body is None else json.dumps(body)
    return (client or MACHINE).generic(method, f"/api/v1{path}", data, "application/json", headers=headers)


def nomination(cast: Cast, *names: str) -> dict[str, Any]:
    return {"people": [cast.person(name).pk for name in names]}


@pytest.mark.django_db
class TestWhoIsLetIn:
    """Tokens and sessions."""

    def test_nobody_without_a_token(self, cast: Cast) -> None:
        said = set()
        for secret in ("", "ds_wrong", "中"):
            for method, path in (("GET", "/units"), ("POST", "/classes")):
                # as it is on the open network, where the test client does not wave writes through
                client = Client(enforce_csrf_checks=True)
                answer = call(secret.encode().decode("latin-1"), method, path, {}, client=client)
                assert (answer.status_code, answer.json()["code"]) == (401, "token_refused")
                said.add(answer.json()["text"])
        assert said == {"令牌缺失、无效、已过期或已停用。请在“设备与接口令牌”里换一个新的再试。"}

    def test_13_a_revoked_token_is_useless_at_once(self, cast: Cast) -> None:
        secret = secret_of(cast, "township")
        assert call(secret, "GET", "/units").status_code == 200
        revoke_token(token_id=AccessToken.objects.get().pk, actor=cast.actor("township"))
        assert call(secret, "GET", "/units").status_code == 401

    def test_an_expired_token_and_a_closed_account_are_refused(self, cast: Cast) -> None:
        secret = secret_of(cast, "township", days=1)
        with frozen(NOON + timedelta(days=1)):
            assert call(secret, "GET", "/units").status_code == 401
        account = cast.accounts["township"]
        account.is_active = False
        account.save()
        assert call(secret, "GET", "/units").status_code == 401

    def test_its_use_is_noted_once_a_minute(self, cast: Cast) -> None:
        secret = secret_of(cast, "township")
        for seconds, noted in ((0, NOON), (59, NOON), (60, NOON + timedelta(seconds=60))):
            with frozen(NOON + timedelta(seconds=seconds)):
                call(secret, "GET", "/me")
            assert AccessToken.objects.get().used_at == noted

    def test_scopes_narrow_a_token(self, cast: Cast) -> None:
        secret = secret_of(cast, "secretary", scopes=["directory.view_unit"])
        assert call(secret, "GET", "/units").json()["items"]
        assert call(secret, "GET", "/people").json()["items"] == []
        assert call(secret, "GET", f"/people/{cast.person('陈国梁').pk}").status_code == 404
        said = call(secret, "GET", "/me").json()
        assert (said["kind"], said["scopes"], said["name"]) == ("token", ["directory.view_unit"], "陈国梁")
        opened = make_class(cast.unit("huotong"))
        wide = secret_of(cast, "secretary", scopes=["classes.view_class", "directory.view_person"])
        answer = call(wide, "POST", f"/classes/{opened.pk}/enrolments", nomination(cast, "黄德旺"))
        assert (answer.status_code, answer.json()["code"]) == (403, "token_scope")
        assert "classes.nominate" in answer.json()["text"]

    def test_an_overlap_names_what_a_machine_can_send(self, cast: Cast) -> None:
        day = date(2026, 12, 7)
        first, opened = make_class(cast.unit("huotong"), day=day), make_class(cast.unit("jiaocheng"), day=day)
        secret, body = secret_of(cast, "secretary"), nomination(cast, "黄德旺")
        assert call(secret, "POST", f"/classes/{first.pk}/enrolments", body).status_code == 201
        answer = call(secret, "POST", f"/classes/{opened.pk}/enrolments", body)
        assert (answer.status_code, answer.json()["code"]) == (409, "overlapping_class")
        assert "accept_overlap: true" in answer.json()["text"]
        assert "仍然提名" not in answer.json()["text"]

    def test_a_role_that_ended_is_gone(self, cast: Cast) -> None:
        secret = secret_of(cast, "township")
        RoleGrant.objects.filter(account=cast.accounts["township"]).update(valid_to=today())
        assert call(secret, "GET", "/units").json()["items"] == []

    def test_a_browser_session_needs_its_csrf_token_to_write(self, cast: Cast) -> None:
        opened = make_class(cast.unit("huotong"))
        client = sign_in(Client(enforce_csrf_checks=True), cast.accounts["township"])
        assert client.get("/api/v1/units").status_code == 200
        path, body = f"/classes/{opened.pk}/enrolments", nomination(cast, "黄德旺")
        answer = call("", "POST", path, body, client=client)
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
        assert not Enrolment.objects.exists()
        client.get("/password/")
        headers = {"X-CSRFToken": client.cookies["csrftoken"].value, "Idempotency-Key": "once"}
        answer = client.post(f"/api/v1{path}", body, content_type="application/json", headers=headers)
        assert answer.status_code == 201

    def test_a_wrong_token_is_not_saved_by_a_session(self, cast: Cast) -> None:
        client = signed_in(cast.accounts["township"])
        assert call("ds_wrong", "GET", "/units", client=client).status_code == 401


@pytest.mark.django_db
class TestWhatIsSeen:
    """Resources and pages."""

    def test_units_page_by_key(self, cast: Cast) -> None:
        secret = secret_of(cast, "county")
        ids, after = [], ""
        while True:
            page = call(secret, "GET", f"/units?limit=2&after={after}").json()
            ids += [unit["id"] for unit in page["items"]]
            after = page["next"]
            if after is None:
                break
        names = ("ningde", "jiaocheng", "huotong", "hubei", "kengtou", "shiqiao", "huangjia")
        assert ids == sorted(cast.unit(name).pk for name in names)
        said = call(secret, "GET", "/units?kind=branch&parent=" + str(cast.unit("huotong").pk)).json()["items"]
        assert {unit["short_name"] for unit in said} == {"坑头村党支部", "石桥村党支部"}
        assert call(secret, "GET", "/units?code=B-huangjia").json()["items"][0]["name"].endswith("黄家村支部委员会")
        assert [u["short_name"] for u in call(secret, "GET", "/units?q=黄家").json()["items"]] == ["黄家村党支部"]

    def test_a_cursor_belongs_to_its_list(self, cast: Cast) -> None:
        secret = secret_of(cast, "city")
        cursor = call(secret, "GET", "/units?limit=1").json()["next"]
        assert call(secret, "GET", f"/units?after={cursor}").status_code == 200
        for path in (f"/people?after={cursor}", "/units?after=x", f"/units?after={cursor[:-1]}"):
            answer = call(secret, "GET", path)
            assert (answer.status_code, answer.json()["code"]) == (422, "cursor_unreadable")

    def test_children_and_foreign_units(self, cast: Cast) -> None:
        secret = secret_of(cast, "township")
        said = call(secret, "GET", f"/units/{cast.unit('huotong').pk}/children").json()
        assert [unit["short_name"] for unit in said] == ["坑头村党支部", "石桥村党支部"]
        # of the county above one sees oneself alone
        said = call(secret, "GET", f"/units/{cast.unit('jiaocheng').pk}/children").json()
        assert [unit["short_name"] for unit in said] == ["霍童镇党委"]
        for path in (f"/units/{cast.unit('hubei').pk}", f"/units/{cast.unit('saiqi').pk}/children", "/units/0"):
            assert call(secret, "GET", path).status_code in (404, 422)

    def test_16_people_are_masked(self, cast: Cast) -> None:
        secret = secret_of(cast, "township")
        page = call(secret, "GET", "/people").json()
        assert {p["name"] for p in page["items"]} == {"林秀珍", "黄德旺", "陈国梁", "雷金妹", "林建华", "谢长春"}
        one = call(secret, "GET", f"/people/{cast.person('林秀珍').pk}").json()
        assert one == page["items"][0]
        assert (one["birth_year"], one["unit"]["short_name"]) == (1961, "坑头村党支部")
        assert "*" in one["id_number"]
        assert "*" in one["mobile"]
        assert "19610312" not in json.dumps(page)
        inside = call(secret, "GET", f"/people?unit={cast.unit('shiqiao').pk}&category=full").json()["items"]
        assert {p["name"] for p in inside} == {"雷金妹", "林建华", "谢长春"}
        assert call(secret, "GET", "/people?q=lxz").json()["items"][0]["name"] == "林秀珍"
        assert call(secret, "GET", f"/people/{cast.person('彭有顺').pk}").status_code == 404

    def test_a_class_in_the_field_has_a_pin(self, cast: Cast) -> None:
        secret = secret_of(cast, "township")
        spot = {"lat": 26.7512, "lng": 119.483, "township": cast.unit("huotong").pk}
        there = {
            "title": "修剪", "starts_at": "2026-12-07T00:30:00Z", "ends_at": "2026-12-07T03:30:00Z", "pin": spot,
            "location": "葡萄园路口",
        }  # fmt: skip
        body = {"unit": cast.unit("huotong").pk, "title": "田间", "form": "small", "capacity": 20, "sessions": [there]}
        made = call(secret, "POST", "/classes", body).json()
        (kept,) = call(secret, "GET", f"/classes/{made['id']}/sessions").json()
        assert {name: kept[name] for name in spot} == spot
        for wrong in ({"pin": {**spot, "lat": 91}}, {"pin": {"lat": 26.0, "lng": 119.0}}, {"location": ""}):
            sent = {**body, "sessions": [{**there, **wrong}]}
            assert call(secret, "POST", "/classes", sent).status_code == 422, wrong

    def test_a_class_is_opened_filled_and_left(self, cast: Cast) -> None:
        township, secretary = secret_of(cast, "township"), secret_of(cast, "secretary")
        base = make_base(cast.unit("huotong"))
        sitting = {"title": "开班", "starts_at": "2026-12-07T00:30:00Z", "ends_at": "2026-12-07T03:30:00Z"}
        body = {
            "unit": cast.unit("huotong").pk,
            "title": "冬训班",
            "form": "lecture",
            "capacity": 40,
            "base": base.pk,
            "sessions": [{**sitting, "venue": base.venues.get().pk}],
            "seats": [{"unit": cast.unit("kengtou").pk, "seats": 3}],
        }
        answer = call(township, "POST", "/classes", body)
        assert answer.status_code == 201
        opened = answer.json()
        assert (opened["status"], opened["capacity"], opened["starts_on"]) == ("open", 40, "2026-12-07")
        place = f"/classes/{opened['id']}"
        assert call(secretary, "GET", place).json() == opened
        (session,) = call(secretary, "GET", f"{place}/sessions").json()
        assert (session["part"], session["base"], session["credit_unit"]) == ("morning", base.pk, "half_day")
        answer = call(secretary, "POST", f"{place}/enrolments", nomination(cast, "黄德旺", "林秀珍"))
        assert [(row["name"], row["status"]) for row in answer.json()] == [
            ("林秀珍", "nominated"),
            ("黄德旺", "nominated"),
        ]
        again = call(secretary, "POST", f"{place}/enrolments", nomination(cast, "黄德旺"))
        assert (again.status_code, again.json()["code"]) == (409, "already_enrolled")
        confirm = f"{place}/enrolments/confirm"
        assert call(township, "POST", confirm, nomination(cast, "黄德旺")).json() == {"confirmed": 1}
        assert call(secretary, "POST", confirm, nomination(cast, "黄德旺")).status_code == 403
        seat = f"{place}/enrolments/{cast.person('黄德旺').pk}"
        taken = call(secretary, "POST", f"{seat}/replace", {"by": cast.person("陈国梁").pk}).json()
        assert (taken["name"], taken["replaces"]) == ("陈国梁", cast.person("黄德旺").pk)
        left = f"{place}/enrolments/{cast.person('林秀珍').pk}/withdraw"
        assert call(secretary, "POST", left, {"reason": "外出务工"}).json()["status"] == "cancelled"
        rows = call(township, "GET", f"/enrolments?class={opened['id']}&status=nominated").json()["items"]
        assert [row["name"] for row in rows] == ["陈国梁"]
        assert len(call(township, "GET", f"{place}/enrolments").json()) == 3
        assert [c["id"] for c in call(township, "GET", "/classes?status=open&year=2026").json()["items"]] == [
            opened["id"]
        ]

    def test_parts_of_a_class_that_are_not_there(self, cast: Cast) -> None:
        secret = secret_of(cast, "township")
        sitting = {"title": "课", "starts_at": "2026-12-07T00:30:00Z", "ends_at": "2026-12-07T03:30:00Z"}
        body: dict[str, Any] = {
            "unit": cast.unit("huotong").pk, "title": "班", "form": "small", "capacity": 5, "sessions": [sitting],
        }  # fmt: skip
        for wrong in ({"base": 9**9}, {"unit": cast.unit("saiqi").pk}, {"seats": [{"unit": 9**9, "seats": 1}]}):
            assert call(secret, "POST", "/classes", {**body, **wrong}).status_code == 404
        for name in ("venue", "teacher", "course"):
            assert call(secret, "POST", "/classes", {**body, "sessions": [{**sitting, name: 9**9}]}).status_code == 404
        assert TrainingClass.objects.count() == 0
        higher = call(secret, "POST", "/classes", {**body, "unit": cast.unit("jiaocheng").pk})
        assert (higher.status_code, higher.json()["code"]) == (403, "not_permitted")

    def test_the_ledger_and_coverage(self, cast: Cast) -> None:
        days = [date(2026, 3, 2), date(2026, 3, 3)]
        people = {cast.person("林秀珍"): "present", cast.person("雷金妹"): "late"}
        held = rolls.held_class(cast.unit("huotong"), days, people)
        post_credit(training_class_id=held.pk, actor=SYSTEM)
        rebuild_year(year=2026, actor=SYSTEM)
        secret = secret_of(cast, "secretary")
        first = call(secret, "GET", "/postings?limit=3").json()
        rest = call(secret, "GET", f"/postings?limit=3&after={first['next']}").json()
        lines = first["items"] + rest["items"]
        assert len({line["id"] for line in lines}) == 4
        assert rest["next"] is None
        assert {line["person"] for line in lines} == {cast.person("林秀珍").pk}
        assert sum(Decimal(line["hours"]) for line in lines) == 16
        assert "学时" in lines[0]["why"]
        office = secret_of(cast, "township")
        assert len(call(office, "GET", f"/postings?class={held.pk}&year=2026").json()["items"]) == 8
        assert call(office, "GET", f"/postings?person={cast.person('彭有顺').pk}").json()["items"] == []
        unit = cast.unit("huotong").pk
        said = call(office, "GET", f"/coverage/{unit}?year=2026").json()
        assert (said["whole"]["members"], said["whole"]["trained"], said["is_current"]) == (6, 2, True)
        assert [row["trained"] for row in said["children"]] == [1, 1]
        assert (said["whole"]["hours"], said["whole"]["percent"], type(said["own"]["hours"])) == (32.0, 33.3, float)
        before = call(office, "GET", f"/coverage/{unit}?on=2026-03-01").json()
        assert (before["whole"]["trained"], before["on"], before["is_current"]) == (0, "2026-03-01", False)
        assert call(office, "GET", f"/coverage/{cast.unit('saiqi').pk}").status_code == 404

    def test_what_cannot_be_read_is_named(self, cast: Cast) -> None:
        secret = secret_of(cast, "township")
        opened = make_class(cast.unit("huotong"))
        path = f"/classes/{opened.pk}/enrolments"
        answer = call(secret, "POST", path, {"people": ["x"]})
        assert (answer.status_code, answer.json()["fields"][0]["field"]) == (422, "people.0")
        assert answer.json()["fields"] == [{"field": "people.0", "problem": "int_parsing", "text": "这里要填整数。"}]
        answer = call(secret, "POST", path, "{")
        assert (answer.status_code, answer.json()["code"]) == (422, "body_unreadable")
        assert "JSON" in answer.json()["text"]
        assert call(secret, "POST", path, "x" * (2 * 1024 * 1024 + 1)).status_code == 413
        assert call(secret, "POST", path).status_code == 422
        answer = call(secret, "POST", path, [])
        assert answer.json()["fields"] == [{"field": "people", "problem": "missing", "text": "缺少这一项。"}]
        answer = call(secret, "GET", "/units?limit=0&kind=x")
        assert {(f["field"], f["text"]) for f in answer.json()["fields"]} >= {("limit", "太小，不能小于 1。")}
        answer = call(secret, "GET", f"/coverage/{cast.unit('huotong').pk}?year=1999")
        assert answer.json()["fields"][0]["field"] == "year"
        assert call(secret, "GET", "/units?q=a%00b").status_code == 422
        assert call(secret, "GET", "/nowhere").json()["code"] == "not_found"
        assert call("", "POST", "/nowhere").status_code == 404

    def test_the_description_and_its_page(self, cast: Cast) -> None:
        document = Client().get("/api/v1/openapi.json").json()
        assert {"get", "post"} == set(document["paths"]["/api/v1/check-ins"])
        text = json.dumps(document)
        for reference in set(_references(document)):
            assert reference.removeprefix("#/components/schemas/") in document["components"]["schemas"]
        assert "$defs" not in text
        assert Client().get("/api/v1/docs").status_code == 302
        page = signed_in(cast.accounts["township"]).get("/api/v1/docs").content.decode()
        assert all(address in page for address in document["paths"])


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)


@pytest.mark.django_db
class TestOneAnswerForOneKey:
    """Idempotency keys."""

    def test_sent_again_it_is_done_once_and_answered_alike(self, cast: Cast) -> None:
        secret, key = secret_of(cast, "secretary"), str(uuid.uuid4())
        path = f"/classes/{make_class(cast.unit('huotong')).pk}/enrolments"
        first = call(secret, "POST", path, nomination(cast, "黄德旺"), key)
        written = Activity.objects.count()
        again = call(secret, "POST", path, nomination(cast, "黄德旺"), key)
        assert (again.status_code, again.content) == (201, first.content)
        assert again["Content-Type"] == first["Content-Type"]
        assert Activity.objects.count() == written
        kept = IdempotencyKey.objects.get()
        assert (kept.replays, kept.status, kept.account_id) == (1, 201, cast.accounts["secretary"].pk)
        other = call(secret, "POST", path, nomination(cast, "林秀珍"), key)
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
        assert Enrolment.objects.count() == 1
        # the keys of two accounts are two keys
        theirs = call(secret_of(cast, "township"), "POST", path, nomination(cast, "林秀珍"), key)
        assert theirs.status_code == 201

    def test_a_refusal_by_the_rules_is_kept_too(self, cast: Cast) -> None:
        secret, key = secret_of(cast, "secretary"), "k-1"
        opened = make_class(cast.unit("huotong"), capacity=1)
        path, body = f"/classes/{opened.pk}/enrolments", nomination(cast, "黄德旺", "林秀珍")
        first = call(secret, "POST", path, body, key)
        assert first.status_code == 409
        assert Enrolment.objects.count() == 0
        TrainingClass.objects.update(capacity=10)
        again = call(secret, "POST", path, body, key)
        assert (again.status_code, again.content) == (409, first.content)
        assert call(secret, "POST", path, body, "k-2").status_code == 201

    def test_what_one_may_not_do_leaves_no_key(self, cast: Cast) -> None:
        secret = secret_of(cast, "sibling_township")
        path = f"/classes/{make_class(cast.unit('huotong')).pk}/enrolments"
        assert call(secret, "POST", path, nomination(cast, "黄德旺"), "k-1").status_code == 404
        assert not IdempotencyKey.objects.exists()

    def test_odd_keys_are_refused(self, cast: Cast) -> None:
        secret = secret_of(cast, "secretary")
        path = f"/classes/{make_class(cast.unit('huotong')).pk}/enrolments"
        for key in ("x" * 81, "\x7f", "\xe9"):
            answer = call(secret, "POST", path, nomination(cast, "黄德旺"), key)
            assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_unreadable")

    def test_a_write_without_a_key_is_not_done(self, cast: Cast) -> None:
        path = f"/classes/{make_class(cast.unit('huotong')).pk}/enrolments"
        answer = call(secret_of(cast, "secretary"), "POST", path, nomination(cast, "黄德旺"), "")
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_missing")
        assert "Idempotency-Key" in answer.json()["text"]
        assert not Enrolment.objects.exists()

    def test_every_write_is_described_with_its_key(self, cast: Cast) -> None:
        described = MACHINE.get("/api/v1/openapi.json").json()["paths"]
        writes = {path: operation["post"] for path, operation in described.items() if "post" in operation}
        keys = {p: [k for k in w["parameters"] if k["name"] == "Idempotency-Key"] for p, w in writes.items()}
        assert [path for path, found in keys.items() if not found] == []
        assert [path for path, (key,) in keys.items() if not key["required"]] == ["/api/v1/check-ins"]
        # which takes it in its body too
        assert (
            "key"
            in described["/api/v1/check-ins"]["post"]["requestBody"]["content"]["application/json"]["schema"][
                "properties"
            ]
        )


@pytest.mark.django_db(transaction=True)
class TestCommitted:
    """What only shows between transactions."""

    def test_two_at_once_one_does_it_the_other_waits(self, cast_committed: Cast) -> None:
        inside, go, answers = threading.Event(), threading.Event(), []
        done: list[str] = []

        def work(name: str) -> Answer:
            done.append(name)
            inside.set()
            go.wait(10)
            return Answer(201, name)

        def send(name: str) -> None:
            try:
                answers.append(
                    answer_once(account_id=1, key="k", content=b"x", work=lambda: work(name), refusal=_no_refusal)
                )
            finally:
                connections.close_all()

        threads = [threading.Thread(target=send, args=[name]) for name in ("first", "second")]
        threads[0].start()
        assert inside.wait(10)
        threads[1].start()
        threads[1].join(0.3)
        assert threads[1].is_alive()
        go.set()
        for thread in threads:
            thread.join(10)
        assert done == ["first"]
        assert answers == [Answer(201, "first")] * 2
        assert IdempotencyKey.objects.get().replays == 1

    def test_a_failed_first_leaves_the_key_free(self, cast_committed: Cast) -> None:
        def fail() -> Answer:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            answer_once(account_id=1, key="k", content=b"x", work=fail, refusal=_no_refusal)
        assert not IdempotencyKey.objects.exists()

    def test_a_commit_with_a_warning_is_not_acknowledged(self, cast_committed: Cast) -> None:
        cast = cast_committed
        secret, key = secret_of(cast, "secretary"), str(uuid.uuid4())
        path = f"/classes/{make_class(cast.unit('huotong')).pk}/enrolments"
        body = nomination(cast, "黄德旺")
        with commits_warned():
            answer = call(secret, "POST", path, body, key)
            assert (answer.status_code, answer.json()["code"]) == (503, "not_acknowledged")
            # the replay writes too, so it is not acknowledged either while the warning stands
            assert call(secret, "POST", path, body, key).status_code == 503
        answer = call(secret, "POST", path, body, key)
        assert answer.status_code == 201
        assert Enrolment.objects.count() == 1
        assert IdempotencyKey.objects.get().replays == 2


def _no_refusal(error: Exception) -> Answer:
    raise AssertionError(error)


@pytest.mark.django_db
def test_a_token_is_made_on_the_page_for_reading_alone(cast: Cast) -> None:
    client = signed_in(cast.accounts["township"])
    page = client.post("/tokens/", {"name": "报表", "scope": "read", "days": "30", "device": "办公室电脑"})
    found = re.search(r"ds_[\w-]+", page.content.decode())
    assert found
    secret, token = found.group(), AccessToken.objects.get()
    assert token.device == "办公室电脑"
    assert "directory.view_unit" in token.scopes
    assert "classes.nominate" not in token.scopes
    assert len(call(secret, "GET", "/people").json()["items"]) == 6
    opened = make_class(cast.unit("huotong"))
    answer = call(secret, "POST", f"/classes/{opened.pk}/enrolments", nomination(cast, "黄德旺"))
    assert (answer.status_code, answer.json()["code"]) == (403, "token_scope")
    assert client.post("/tokens/", {"name": "报表", "scope": "everything", "days": "30"}).status_code == 422
