"""The door for machines: tokens, keys, many at once, and what is never acknowledged."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode

from doorstep.attendance.api.door import BULK, SINGLE, CheckInDoor
from doorstep.attendance.models import CheckIn, Mark
from doorstep.attendance.queries import codes
from doorstep.attendance.services.arrival_book import ArrivalBook, Outcome
from doorstep.core import clock
from doorstep.core.models import Activity, IdempotencyKey
from doorstep.directory.models import AccessToken, Account
from doorstep.directory.services.accounts import issue_token, revoke_token
from tests.attendance.conftest import Room, make_room
from tests.cast import Cast
from tests.factories.fuzzing import SCHEMA, SIGNS, body_of, both_ways, drawn
from tests.factories.loops import waited
from tests.factories.warnings import commits_warned

pytestmark = pytest.mark.django_db(transaction=True)

Answer = tuple[int, dict[str, Any]]


@pytest.fixture
def room(cast_committed: Cast) -> Room:
    """A room that other connections see."""
    return make_room(cast_committed)


@pytest.fixture
def door() -> Iterator[CheckInDoor]:
    """A door of its own."""
    made = CheckInDoor()
    yield made
    made.close()


def token(room: Room, name: str = "township", **more: Any) -> str:
    actor, account = room.cast.actor(name), room.cast.accounts[name]
    values = {"name": "门口的平板", "scopes": [], "days": 1, **more}
    return issue_token(account=account, actor=actor, **values)[1]


def send(door: CheckInDoor, body: Any, *, secret: str = "", key: str | None = None, path: str = SINGLE) -> Answer:
    """An answer; each call has a key of its own unless one is given ("" sends it without)."""
    key = str(uuid.uuid4()) if key is None else key
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    authorization = f"Bearer {secret}" if secret else ""
    status, said = waited(door.answer(path, authorization=authorization, key=key, body=raw))
    return status, json.loads(said)


def of(room: Room, name: str = "林秀珍") -> dict[str, int]:
    return {"session": room.session.pk, "person": room.cast.person(name).pk}


def test_a_write_without_a_key_is_not_done(room: Room, door: CheckInDoor) -> None:
    secret, row = token(room), of(room)
    for body, path in ((row, SINGLE), ({**row, "key": None}, SINGLE), ({"arrivals": [row]}, BULK)):
        status, answer = send(door, body, secret=secret, key="", path=path)
        assert (status, answer["code"], answer["params"]) == (422, "idempotency_key_missing", {})
    assert not CheckIn.objects.exists()


def test_the_key_of_one_arrival_stands_in_the_header_or_in_the_body(room: Room, door: CheckInDoor) -> None:
    secret, key = token(room), str(uuid.uuid4())
    status, first = send(door, {**of(room), "key": key}, secret=secret, key="")
    assert (status, first["status"]) == (201, "accepted")
    assert send(door, of(room), secret=secret, key=key) == (201, first)
    assert send(door, {**of(room), "key": key}, secret=secret, key=key) == (201, first)
    for other in ("another", 7, ""):
        assert send(door, {**of(room), "key": other}, secret=secret, key=key)[1]["code"] == "unreadable"
    assert str(CheckIn.objects.get().key) == key


@pytest.mark.parametrize("key", ["a", "abc-1", "x" * 80, "到".encode().hex(), "a b ~"])
def test_a_key_is_any_plain_text_and_its_accounts_own(room: Room, door: CheckInDoor, key: str) -> None:
    secret, again = token(room), token(room)
    first = send(door, of(room), secret=secret, key=key)
    assert (first[0], first[1]["status"]) == (201, "accepted")
    # another token of the account says the same; another account's key of this name is another key
    assert send(door, of(room), secret=again, key=key) == first
    status, other = send(door, of(room, "黄德旺"), secret=token(room, "county"), key=key)
    assert (status, other["name"]) == (201, "黄德旺")
    status, other = send(door, of(room, "陈国梁"), secret=secret, key=key)
    assert (status, other["code"]) == (422, "idempotency_key_reused")
    for path in (SINGLE, BULK):
        assert send(door, {"arrivals": []}, secret="ds_none", key=key, path=path)[0] == 401


def test_accepted_known_and_replayed(room: Room, door: CheckInDoor) -> None:
    secret, key = token(room, device='平板 \\ "1"'), str(uuid.uuid4())
    status, first = send(door, of(room), secret=secret, key=key)
    assert (status, first["status"], first["name"], first["mark"]) == (201, "accepted", "林秀珍", "present")
    assert send(door, of(room), secret=secret, key=key) == (201, first)
    status, known = send(door, of(room), secret=secret)
    assert (status, known["status"], known["arrived_at"]) == (200, "known", first["arrived_at"])
    assert send(door, of(room, "黄德旺"), secret=secret, key=key)[1]["code"] == "idempotency_key_reused"
    assert CheckIn.objects.get().device == '平板 \\ "1"'
    # each replay wrote a row of its own
    assert Activity.objects.filter(event="attendance.seen_again").count() == 2


@pytest.mark.parametrize(
    ("moment", "refusal"),
    [
        ("2000-01-01T00:00:00+16:00", "too_early"),
        ("0001-01-01T00:00:00+00:00", "too_early"),
        ("9999-12-31T23:00:00-15:00", "unreadable"),
        ("0001-01-01T00:00:00+23:59", "unreadable"),
        ("2026-11-23T09:00:00", "unreadable"),
    ],
)
def test_a_moment_no_database_holds_spoils_nobody_elses_row(
    room: Room, door: CheckInDoor, moment: str, refusal: str
) -> None:
    rows = [{**of(room), "arrived_at": moment}, of(room, "黄德旺")]
    status, answer = send(door, {"arrivals": rows}, secret=token(room), path=BULK)
    assert status == 200
    assert [(r["status"], r.get("code")) for r in answer["results"]] == [("refused", refusal), ("accepted", None)]


def test_tokens(room: Room, door: CheckInDoor) -> None:
    assert send(door, of(room))[0] == 401
    assert send(door, of(room), secret="ds_unknown")[0] == 401
    secret = token(room)
    expired = token(room)
    AccessToken.objects.filter(digest=sha256(expired.encode()).digest()).update(expires_at=clock.now())
    assert send(door, of(room), secret=expired)[0] == 401
    assert send(door, of(room), secret=token(room, scopes=["directory.view_unit"]))[0] == 403
    assert send(door, of(room), secret=token(room, scopes=["attendance.check_in"]))[0] == 201
    revoked = AccessToken.objects.get(digest=sha256(secret.encode()).digest())
    revoke_token(token_id=revoked.pk, actor=room.cast.actor("township"))
    assert send(door, of(room, "黄德旺"), secret=secret)[0] == 401
    room.cast.accounts["county"].is_active = False
    secret = token(room, "county")
    room.cast.accounts["county"].save()
    assert send(door, of(room, "黄德旺"), secret=secret)[0] == 401


@pytest.mark.parametrize("who", ["sibling_township", "other_county", "secretary", "trainee", "teacher"])
def test_foreign_rooms_do_not_exist(room: Room, door: CheckInDoor, who: str) -> None:
    assert send(door, of(room), secret=token(room, who))[0] == 404
    assert not CheckIn.objects.exists()


def test_a_role_that_ended_is_no_role(room: Room, door: CheckInDoor) -> None:
    secret = token(room)
    room.cast.accounts["township"].grants.update(valid_to=clock.today())
    assert send(door, of(room), secret=secret)[0] == 404


def test_own_arrival_by_room_code(room: Room, door: CheckInDoor) -> None:
    secret, now = token(room, "trainee"), codes.room_code_now(room.session)
    status, answer = send(door, {"code": now.code}, secret=secret)
    assert (status, answer["name"]) == (201, "林秀珍")
    assert CheckIn.objects.get().method == "room_code"
    with clock.frozen(clock.now() - timedelta(minutes=1)):
        old = codes.room_code_now(room.session).code
    # the one who is in stays in; for another the code has expired
    assert send(door, {"code": old}, secret=secret)[1]["status"] == "known"
    assert send(door, {"code": old}, secret=token(room, "secretary"))[1]["code"] == "not_enrolled"
    CheckIn.objects.none()
    assert send(door, {"code": now.code[:-1] + ("A" if now.code[-1] != "A" else "B")}, secret=secret)[0] == 422
    assert send(door, {"code": now.code}, secret=token(room, "trainee", scopes=["attendance.check_in"]))[0] == 403


def test_an_expired_room_code_is_refused(room: Room, door: CheckInDoor) -> None:
    with clock.frozen(clock.now() - timedelta(minutes=1)):
        old = codes.room_code_now(room.session).code
    status, answer = send(door, {"code": old}, secret=token(room, "trainee"))
    assert (status, answer["code"]) == (409, "code_expired")
    assert not CheckIn.objects.exists()


def test_personal_codes_scanned_by_a_device(room: Room, door: CheckInDoor) -> None:
    text, _spoken = codes.personal_code_today(room.people[0].pk)
    secret = token(room)
    assert send(door, {"session": room.session.pk, "code": text}, secret=secret)[0] == 201
    assert CheckIn.objects.get().method == "personal_code"
    with clock.frozen(clock.now() - timedelta(days=1)):
        old, _spoken = codes.personal_code_today(room.people[0].pk)
    assert send(door, {"session": room.session.pk, "code": old}, secret=secret)[1]["code"] == "code_expired"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{", b"\xff", b"null", {}, {"session": 1}, {"session": "1", "person": 1},
        {"session": 1, "person": True},
        {"session": 2**63, "person": 1}, {"session": 1, "person": -1}, {"code": 7}, {"code": "x"},
        {"session": 1, "code": "Px"},
        {"session": 1, "code": "\x00"},
    ],
)  # fmt: skip
def test_what_cannot_be_read(room: Room, door: CheckInDoor, body: Any) -> None:
    status, answer = send(door, body, secret=token(room))
    assert status == 422
    assert answer["text"]


def test_bad_keys_and_long_bodies(room: Room, door: CheckInDoor) -> None:
    secret = token(room)
    for key in ("x" * 81, "\x7f", "é"):
        for body, path in ((of(room), SINGLE), ({"arrivals": [of(room)]}, BULK)):
            assert send(door, body, secret=secret, key=key, path=path)[1]["code"] == "idempotency_key_unreadable"
    assert send(door, b" " * (600 * 1024), secret=secret)[0] == 413


def test_an_upload_of_sixty(room: Room, door: CheckInDoor) -> None:
    secret, upload = token(room, device="raft-1"), str(uuid.uuid4())
    when = room.session.starts_at - timedelta(minutes=3)
    rows: list[Any] = [
        {**of(room, room.people[n % 4].name), "key": str(uuid.uuid4()), "arrived_at": when.isoformat()}
        for n in range(56)
    ]
    rows += [
        "x",
        {},
        {**of(room), "arrived_at": "2026-11-24T08:00"},
        {**of(room, "谢长春"), "arrived_at": when.isoformat()},
    ]
    body = {"arrivals": rows, "device": "raft-1"}
    status, answer = send(door, body, secret=secret, key=upload, path=BULK)
    results = answer["results"]
    assert (status, len(results)) == (200, 60)
    assert [r["status"] for r in results[:4]] == ["accepted"] * 4
    assert {r["status"] for r in results[4:56]} == {"known"}
    assert [r["code"] for r in results[56:]] == ["unreadable", "unreadable", "unreadable", "not_enrolled"]
    assert send(door, body, secret=secret, key=upload, path=BULK) == (200, answer)
    assert CheckIn.objects.filter(method="device", device="raft-1", arrived_at=when).count() == 4
    assert Mark.objects.filter(state="present").count() == 4
    # one trace for the upload and session; its repetition is counted where the answer is kept
    assert Activity.objects.filter(event__startswith="attendance.", subject_kind="session").count() == 1
    kept = IdempotencyKey.objects.get()
    assert (kept.replays, kept.status, kept.account_id) == (1, 200, room.cast.accounts["township"].pk)
    assert send(door, body, path=BULK, secret="ds_none")[0] == 401
    assert send(door, {"arrivals": []}, path=BULK, secret=secret) == (200, {"results": []})
    for bad in ({}, {"arrivals": [1] * 1001}, {"arrivals": [], "device": "\x00"}):
        assert send(door, bad, path=BULK, secret=secret)[0] == 422


def test_the_same_person_forty_times_at_once(room: Room, door: CheckInDoor) -> None:
    secret, answers = token(room), []
    gate = threading.Barrier(40)

    def tap() -> None:
        gate.wait()
        answers.append(send(door, of(room), secret=secret))

    threads = [threading.Thread(target=tap) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(status for status, _answer in answers) == [200] * 39 + [201]
    assert len({answer["arrived_at"] for _status, answer in answers}) == 1
    assert CheckIn.objects.count() == 1


def test_the_same_key_for_two_people_at_once(room: Room, door: CheckInDoor) -> None:
    secret, key, answers = token(room), str(uuid.uuid4()), []
    gate = threading.Barrier(4)

    def tap(name: str) -> None:
        gate.wait()
        answers.append(send(door, of(room, name), secret=secret, key=key)[0])

    threads = [threading.Thread(target=tap, args=(person.name,)) for person in room.people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201, 422, 422, 422]
    assert CheckIn.objects.count() == 1


def test_an_upload_is_answered_once_even_without_keys_of_its_rows(room: Room, door: CheckInDoor) -> None:
    secret, key = token(room), "raft-2026-11-23"
    body = {"arrivals": [{**of(room), "key": None, "arrived_at": None}, of(room, "谢长春")]}
    first = send(door, body, secret=secret, key=key, path=BULK)
    assert [row["status"] for row in first[1]["results"]] == ["accepted", "refused"]
    assert send(door, body, secret=token(room), key=key, path=BULK) == first
    assert (CheckIn.objects.count(), IdempotencyKey.objects.get().replays) == (1, 1)
    assert Activity.objects.filter(event__startswith="attendance.").count() == 1
    status, other = send(door, {"arrivals": [of(room)]}, secret=secret, key=key, path=BULK)
    assert (status, other["code"]) == (422, "idempotency_key_reused")
    assert IdempotencyKey.objects.get().replays == 1
    theirs = send(door, body, secret=token(room, "county"), key=key, path=BULK)
    assert theirs[1]["results"][0]["status"] == "known"


def test_two_of_the_same_upload_at_once_are_one(room: Room, door: CheckInDoor) -> None:
    secret, key, answers = token(room), str(uuid.uuid4()), []
    body = {"arrivals": [of(room, person.name) for person in room.people]}
    gate = threading.Barrier(6)

    def send_it() -> None:
        gate.wait()
        answers.append(send(door, body, secret=secret, key=key, path=BULK))

    threads = [threading.Thread(target=send_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer for answer in answers if answer != answers[0]] == []
    assert {row["status"] for row in answers[0][1]["results"]} == {"accepted"}
    assert IdempotencyKey.objects.get().replays == 5


def test_a_token_that_ended_opens_no_kept_answer(room: Room, door: CheckInDoor) -> None:
    secret, body = token(room), {"arrivals": [of(room)]}
    assert send(door, body, secret=secret, key="k", path=BULK)[0] == 200
    AccessToken.objects.update(expires_at=clock.now())
    assert send(door, body, secret=secret, key="k", path=BULK)[0] == 401
    AccessToken.objects.update(expires_at=clock.now() + timedelta(days=1), revoked_at=clock.now())
    assert send(door, body, secret=secret, key="k", path=BULK)[0] == 401
    AccessToken.objects.update(revoked_at=None)
    Account.objects.update(is_active=False)
    assert send(door, body, secret=secret, key="k", path=BULK)[0] == 401
    assert IdempotencyKey.objects.get().replays == 0


def test_an_answer_that_is_not_sure_is_not_kept(room: Room, door: CheckInDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, body = token(room), {"arrivals": [of(room)]}
    with monkeypatch.context() as patch:
        unclear = Outcome("unclear", None, None, "", "", None, "", None, None, None)
        patch.setattr(ArrivalBook, "take", lambda book, rows, upload: [unclear])
        status, answer = send(door, body, secret=secret, key="k", path=BULK)
        assert (status, answer["results"][0]["code"]) == (200, "not_acknowledged")
    assert send(door, body, secret=secret, key="k", path=BULK)[1]["results"][0]["status"] == "accepted"


def test_an_upload_committed_with_a_warning_is_not_acknowledged(room: Room, door: CheckInDoor) -> None:
    secret, body = token(room), {"arrivals": [of(room)]}
    with commits_warned():
        for _ in range(2):
            status, answer = send(door, body, secret=secret, key="k", path=BULK)
            assert (status, answer["code"]) == (503, "not_acknowledged")
    assert send(door, body, secret=secret, key="k", path=BULK)[1]["results"][0]["status"] == "accepted"
    assert (CheckIn.objects.count(), IdempotencyKey.objects.get().replays) == (1, 2)
    # an answer that could not be recalled either leaves no trace of rows written twice
    assert Activity.objects.filter(event__startswith="attendance.").count() == 1


@both_ways
@pytest.mark.parametrize("path", [SINGLE, BULK])
def test_no_body_breaks_the_door(room: Room, door: CheckInDoor, path: str, mode: GenerationMode) -> None:
    """Bodies drawn from its own description or against it, with people who are there and signs no database keeps."""
    operation = SCHEMA[path]["POST"]
    secret, there = token(room), [of(room, name) for name in ("林秀珍", "黄德旺")]

    @drawn(60)
    @given(
        case=operation.as_strategy(generation_mode=mode), who=st.sampled_from([{}, *there]), sign=st.sampled_from(SIGNS)
    )
    def call(case: Case, who: dict[str, int], sign: str) -> None:
        rows = case.body.get("arrivals") if isinstance(case.body, dict) else None
        for row in [case.body, *(rows if isinstance(rows, list) else [])]:
            if isinstance(row, dict):
                row.update(who)
        status, answer = send(door, body_of(case.body, sign), secret=secret, path=path)
        assert status < 500, answer

    call()
