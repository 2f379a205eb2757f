"""Which rule guards an address, checked by the permission matrix; and how a refusal is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from doorstep.core.errors import DoorstepError, NotFound, problem_of

V = TypeVar("V", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class ViewRule:
    """The action an address needs and the kind of object its parameters name.

    `public` addresses need no login; `action` "" means any signed-in account (own settings, search).
    `post` is the action of POST where it differs.
    """

    action: str
    kind: str
    public: bool
    post: str = ""


def view_rule(action: str, *, kind: str, public: bool = False, post: str = "") -> Callable[[V], V]:
    """Declare the rule of a view; the check itself is in the query or service it calls."""

    def mark(view: V) -> V:
        marked = login_not_required(view) if public else view
        marked.rule = ViewRule(action, kind, public, post)  # type: ignore[attr-defined]
        return marked

    return mark


def rule_of(view: Callable[..., Any]) -> ViewRule | None:
    """The declared rule of a view, or None."""
    return getattr(view, "rule", None)


def kept_file(name: str, *, called: str) -> FileResponse:
    """A file kept below MEDIA_ROOT, as a download; raises NotFound when there is no name or no file."""
    path = settings.MEDIA_ROOT / name
    if not name or not path.is_file():
        raise NotFound
    return FileResponse(path.open("rb"), as_attachment=True, filename=called or path.name)


def kept_picture(name: str, *, is_public: bool = False) -> FileResponse:
    """A WebP kept below MEDIA_ROOT, to be shown in a page; raises NotFound when there is no file.

    What `is_public` never changes under its address and may be kept by every browser on the way.
    """
    path = settings.MEDIA_ROOT / name
    if not name or not path.is_file():
        raise NotFound
    answer = FileResponse(path.open("rb"), content_type="image/webp")
    answer["Cache-Control"] = "public, max-age=31536000, immutable" if is_public else "private, max-age=600"
    return answer


def refusal_answer(request: HttpRequest, error: DoorstepError) -> HttpResponse:
    """A refusal as its own page, as a block for htmx, or as JSON for machines."""
    said = problem_of(error)
    if request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", ""):
        return JsonResponse(said, status=error.status)
    template = "web/refusal_block.html" if request.headers.get("HX-Request") else "web/refusal.html"
    return render(request, template, said, status=error.status)
