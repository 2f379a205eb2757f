"""The ledger of credit hours, for machines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Query, Router, Schema
from pydantic import Field

from doorstep.core.api import Id, Page, Paging, Year, page_of
from doorstep.core.api import words as _
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.records.models import Posting
from doorstep.records.queries import explain_posting, postings_visible_to

router = Router(tags=["postings"])


class PostingOut(Schema):
    """One line of the ledger, with the sentence that explains it; a reversal takes hours back."""

    id: UUID
    person: int
    unit: int
    training_class: int
    session: int
    year: int
    earned_on: date
    hours: float
    kind: str
    revision: int
    is_concentrated: bool
    policies: list[str]
    why: str
    posted_at: datetime


class PostingFilters(Paging):
    """Which lines."""

    person: Id | None = None
    training_class: Annotated[Id | None, Field(alias="class")] = None
    year: Year | None = None


def _postings_out(lines: Sequence[Posting]) -> list[PostingOut]:
    return [
        PostingOut(
            id=line.id,
            person=line.person_id,
            unit=line.unit_id,
            training_class=line.training_class_id,
            session=line.session_id,
            year=line.year,
            earned_on=line.earned_on,
            hours=float(line.hours),
            kind=line.kind,
            revision=line.revision,
            is_concentrated=line.is_concentrated,
            policies=line.policies.split(),
            why=explain_posting(line),
            posted_at=line.posted_at,
        )
        for line in lines
    ]


@router.get("/postings", response=Page[PostingOut], summary=_("学时台账"))
@view_rule("records.view_file", kind="list")
def postings(request: DoorstepRequest, filters: Query[PostingFilters]) -> Page[PostingOut]:
    """The lines of people whose training file one may read."""
    wanted: dict[str, Any] = {
        "person": filters.person,
        "training_class": filters.training_class,
        "year": filters.year,
    }
    rows = postings_visible_to(request.actor).filter(**{k: v for k, v in wanted.items() if v is not None})
    return page_of(rows, filters, _postings_out)
