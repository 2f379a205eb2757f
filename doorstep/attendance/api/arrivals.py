"""Arrivals for machines: the list here, and the description of the two calls that `door` answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Query, Router, Schema
from pydantic import Field

from doorstep.attendance.models import CheckIn
from doorstep.attendance.queries.rolls import arrivals_visible_to
from doorstep.core.api import KEY_PARAMETER, Id, Page, Paging, Text, page_of
from doorstep.core.api import words as _
from doorstep.core.replays import LONGEST_KEY
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule

router = Router(tags=["check-ins"])


class CheckInOut(Schema):
    """One arrival as it was witnessed."""

    session: int
    person: int
    year: int
    key: UUID
    arrived_at: datetime
    received_at: datetime
    method: str
    device: str


class CheckInFilters(Paging):
    """Which arrivals."""

    session: Id | None = None
    person: Id | None = None


class ArrivalIn(Schema):
    """A room code alone (the token's own person), or a session with a person or with the person's own code."""

    code: Annotated[Text, Field(max_length=200)] | None = None
    session: Id | None = None
    person: Id | None = None


class OneIn(ArrivalIn):
    """One arrival; its idempotency key stands in `key` or in the header `Idempotency-Key`."""

    key: Annotated[str, Field(min_length=1, max_length=LONGEST_KEY, pattern="^[ -~]+$")] | None = None


class RowIn(ArrivalIn):
    """One arrival of many: `key` names it, so that the same row sent twice is written once."""

    key: UUID | None = None
    arrived_at: datetime | None = None


class RowsIn(Schema):
    """Up to 1,000 arrivals of one device or list."""

    arrivals: Annotated[list[RowIn], Field(max_length=1000)]
    device: Annotated[Text, Field(max_length=60)] = ""


class OutcomeOut(Schema):
    """What became of one arrival; a refusal has `code` and `text` instead of the rest."""

    status: Literal["accepted", "known", "refused"]
    session: int | None = None
    person: int | None = None
    name: str | None = None
    arrived_at: datetime | None = None
    mark: str | None = None
    code: str | None = None
    text: str | None = None


class OutcomesOut(Schema):
    """One outcome for each row, in order."""

    results: list[OutcomeOut]


def _check_ins_out(rows: Sequence[CheckIn]) -> list[CheckInOut]:
    return [
        CheckInOut(
            session=row.session_id,
            person=row.person_id,
            year=row.year,
            key=row.key,
            arrived_at=row.arrived_at,
            received_at=row.received_at,
            method=row.method,
            device=row.device,
        )
        for row in rows
    ]


@router.get("/check-ins", response=Page[CheckInOut], summary=_("签到列表"))
@view_rule("attendance.view_roll", kind="list")
def check_ins(request: DoorstepRequest, filters: Query[CheckInFilters]) -> Page[CheckInOut]:
    """The arrivals at classes whose roll one may see."""
    wanted: dict[str, Any] = {"session": filters.session, "person": filters.person}
    rows = arrivals_visible_to(request.actor).filter(**{k: v for k, v in wanted.items() if v is not None})
    return page_of(rows, filters, _check_ins_out)


def _operation(
    summary: Any, body: type[Schema], answers: dict[int, type[Schema]], name: str, key: dict[str, Any]
) -> dict[str, Any]:
    template = "#/components/schemas/{model}"
    return {
        "operationId": name,
        "summary": summary,
        "tags": ["check-ins"],
        "security": [{"TokenDoor": []}],
        "parameters": [key],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": body.model_json_schema(ref_template=template)}},
        },
        "responses": {
            str(status): {
                "description": answer.__name__,
                "content": {"application/json": {"schema": answer.model_json_schema(ref_template=template)}},
            }
            for status, answer in answers.items()
        },
    }


_IN_EITHER_PLACE = _("必填，写在这里或正文的 key 里，两处都写时要相同。同一编号再发，只签到一次，并得到同一回答。")


def described_at_the_door() -> dict[str, dict[str, Any]]:
    """The OpenAPI descriptions of the calls answered before Django: address -> operation of POST."""
    key = KEY_PARAMETER["parameters"][0]
    either = {**key, "required": False, "description": _IN_EITHER_PLACE}
    return {
        "/api/v1/check-ins": _operation(_("一人签到"), OneIn, {200: OutcomeOut, 201: OutcomeOut}, "check_in", either),
        "/api/v1/check-ins/bulk": _operation(
            _("批量签到（1000 条以内）"), RowsIn, {200: OutcomesOut}, "check_in_many", key
        ),
    }
