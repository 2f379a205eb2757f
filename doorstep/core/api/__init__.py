"""What every door for machines shares: forms of values, paging by key, one answer for one key."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Sequence
from datetime import date
from functools import wraps
from inspect import signature
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar, cast

from django.core.signing import BadSignature, Signer
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field
from pydantic_core import PydanticCustomError

from doorstep.core.errors import Invalid, problem_of
from doorstep.core.replays import LONGEST_KEY, Answer, answer_once
from doorstep.core.requests import DoorstepRequest
from doorstep.core.tasks import task_of
from doorstep.core.views import view_rule

if TYPE_CHECKING:
    from doorstep.core.models import LongTask

router = Router(tags=["tasks"])
_LARGEST_ID = 2**63 - 1
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
KEY_HEADER = "Idempotency-Key"


def _plain(text: str) -> str:
    if "\0" in text:
        raise ValueError("NUL is not text")
    return text


def _near(moment: date) -> date:
    if not _FIRST_YEAR <= moment.year < _LAST_YEAR:
        bounds = {"first": _FIRST_YEAR, "last": _LAST_YEAR - 1}
        raise PydanticCustomError("year_out_of_reach", "year", bounds)
    return moment


Id = Annotated[int, Field(ge=1, le=_LARGEST_ID)]
Year = Annotated[int, Field(ge=_FIRST_YEAR, le=_LAST_YEAR)]
Text = Annotated[str, AfterValidator(_plain)]
Line = Annotated[Text, Field(max_length=200)]
Day = Annotated[date, AfterValidator(_near)]
Moment = Annotated[AwareDatetime, AfterValidator(_near)]

# gettext_lazy as the frameworks of the API want it: they say `str` where any text will do.
words: Callable[[str], str] = cast(Any, gettext_lazy)

T = TypeVar("T")
M = TypeVar("M", bound=Model)
View = TypeVar("View", bound=Callable[..., Any])


class CursorUnreadable(Invalid):
    """The cursor was not given out by this list."""

    code = "cursor_unreadable"
    template = _("翻页标记看不懂。请原样使用上一页给出的 next，或去掉 after 从头读起。")


class FieldProblem(Schema):
    """What is wrong with one field; `field` is its path as it was sent, such as `sessions.0.starts_at`."""

    field: str
    problem: str
    text: str


class Problem(Schema):
    """A refusal: a code for machines, a sentence for people, what the sentence is about, and which fields."""

    code: str
    text: str
    params: dict[str, str] = {}
    fields: list[FieldProblem] = []


class Page(Schema, Generic[T]):
    """One page of a list; `next` goes into `after` for the one that follows, null at the end."""

    items: list[T]
    next: str | None


class Paging(Schema):
    """Where to go on in a list, and how many at most."""

    after: Annotated[Text, Field(max_length=400)] = ""
    limit: Annotated[int, Field(ge=1, le=500)] = 50


def _signer(model: type[Model]) -> Signer:
    return Signer(salt=f"api.{model._meta.label}")


def _values(key: Any) -> list[Any]:
    parts = key if isinstance(key, tuple) else (key,)
    return [part if isinstance(part, int) else str(part) for part in parts]


def page_of(rows: QuerySet[M], paging: Paging, show: Callable[[Sequence[M]], list[T]]) -> Page[T]:
    """One page of `rows` in the order of their primary key; `show` turns the rows of the page into what is answered.

    Raises CursorUnreadable.
    """
    signer = _signer(rows.model)
    if paging.after:
        try:
            values = signer.unsign_object(paging.after)
        except (BadSignature, ValueError):
            raise CursorUnreadable from None
        rows = rows.filter(pk__gt=tuple(values) if len(values) > 1 else values[0])
    found = list(rows.order_by("pk")[: paging.limit + 1])
    shown = found[: paging.limit]
    more = signer.sign_object(cast(Any, _values(shown[-1].pk))) if len(found) > paging.limit else None
    return Page(items=show(shown), next=more)


def _text(said: Any) -> str:
    if isinstance(said, list):
        return f"[{','.join(map(_text, said))}]"
    return said.model_dump_json() if isinstance(said, BaseModel) else json.dumps(said, ensure_ascii=False)


def written_once(status: int) -> Callable[[View], View]:
    """For an operation that writes: sent again with the same Idempotency-Key it answers as before and does nothing."""

    def mark(view: View) -> View:
        @wraps(view)
        def answer(request: DoorstepRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            def work() -> Answer:
                return Answer(status, _text(view(request, *args, **kwargs)))

            line = f"{request.method} {request.get_full_path()}\n".encode("utf-8", "surrogateescape")
            said = answer_once(
                account_id=request.actor.account_id or 0,
                key=request.headers.get(KEY_HEADER, ""),
                content=line + request.body,
                work=work,
                refusal=lambda error: Answer(error.status, _text(problem_of(error))),
            )
            return HttpResponse(said.body, status=said.status, content_type="application/json; charset=utf-8")

        # The annotations are names of the module in which the operation stands.
        answer.__signature__ = signature(view, eval_str=True)  # type: ignore[attr-defined]
        return cast(View, answer)

    return mark


KEY_PARAMETER: dict[str, Any] = {
    "parameters": [
        {
            "name": KEY_HEADER,
            "in": "header",
            "required": True,
            "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[ -~]+$"},
            "description": _(
                "必填。同一编号、同一内容只做一次，并得到同一回答；同一编号、另一内容，或没有编号，都答 422。"
            ),
        }
    ]
}


class TaskOut(Schema):
    """Long work: how many of how many are done, and where to ask again.

    `status` goes from `queued` by `running` to `done`, `failed` (why, in `error`) or `stopped`. Once it is done, what
    began the work gives the result when it is asked again.
    """

    id: uuid.UUID
    title: str
    status: str
    done: int
    total: int
    error: str
    address: str


def task_out(task: LongTask) -> TaskOut:
    """Where long work stands."""
    names = ("title", "status", "done", "total", "error")
    address = reverse("api:task", args=[task.pk])
    return TaskOut(id=task.pk, address=address, **{name: getattr(task, name) for name in names})


@router.get("/tasks/{uuid:task_id}", response=TaskOut, summary=cast(str, _("自己的后台任务到哪一步")))
@view_rule("", kind="own_task")
def task(request: DoorstepRequest, task_id: uuid.UUID) -> TaskOut:
    """Where one's own long work stands."""
    return task_out(task_of(task_id, request.actor))
