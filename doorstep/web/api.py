"""The root of the doors for machines: who is let in, which rooms open here, how refusals are answered."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path, re_path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation

from doorstep import __version__
from doorstep.attendance.api.arrivals import described_at_the_door
from doorstep.attendance.api.arrivals import router as check_ins
from doorstep.attendance.services.refusals import NotAcknowledged
from doorstep.bases.api import router as reservations
from doorstep.classes.api import routers as classes
from doorstep.core.api import router as tasks
from doorstep.core.errors import DoorstepError, Invalid, NotFound, problem_of
from doorstep.core.views import ViewRule, rule_of, view_rule
from doorstep.coverage.api import router as coverage
from doorstep.directory.api import SessionDoor, TokenDoor
from doorstep.directory.api import router as directory
from doorstep.notices.api import router as messages
from doorstep.records.api import router as postings

API_PREFIX = "/api/v1"
_OWN_PAGES = {"openapi-json", "api-root"}


class Unreadable(Invalid):
    """The body or a parameter cannot be read."""

    code = "unreadable"
    template = _("请求里有看不懂的内容，见 fields。请按接口文档改好再发。")


class _Api(NinjaAPI):
    """Names an operation after its function."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


api = _Api(
    title="Doorstep",
    version=__version__,
    docs_url=None,
    auth=[TokenDoor(), SessionDoor()],
)
for _router in (directory, reservations, *classes, check_ins, postings, coverage, messages, tasks):
    api.add_router("", _router)


def _answer(error: DoorstepError, **more: Any) -> JsonResponse:
    said = {**problem_of(error), **more}
    return JsonResponse(said, status=error.status, json_dumps_params={"ensure_ascii": False})


@api.exception_handler(DoorstepError)
def refused(request: HttpRequest, error: DoorstepError) -> HttpResponse:
    """A refusal with its code, its sentence and what it is about."""
    return _answer(error)


@api.exception_handler(ValidationError)
def unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What could not be read, field by field."""
    fields = [{"field": ".".join(map(str, e["loc"])), "problem": e["type"], "text": e["msg"]} for e in error.errors]
    return _answer(Unreadable(), fields=fields)


@api.exception_handler(HttpError)
def not_understood(request: HttpRequest, error: HttpError) -> HttpResponse:
    """A body that is no JSON, or a write from another site's page."""
    said = {"code": "bad_request", "text": str(error), "params": {}}
    return JsonResponse(said, status=error.status_code)


def _unsure(request: HttpRequest, error: Any) -> HttpResponse:
    return _answer(NotAcknowledged())


api.add_exception_handler(OperationalError, _unsure)
api.add_exception_handler(InterfaceError, _unsure)


def _hoisted(schema: Any, components: dict[str, Any]) -> Any:
    """The schema with its own definitions moved to the components of the document."""
    if isinstance(schema, list):
        return [_hoisted(part, components) for part in schema]
    if not isinstance(schema, dict):
        return schema
    for name, definition in schema.pop("$defs", {}).items():
        components.setdefault(name, _hoisted(definition, components))
    return {key: _hoisted(value, components) for key, value in schema.items()}


@cache
def described() -> dict[str, Any]:
    """The whole API as an OpenAPI document, the calls answered before Django among them."""
    document: dict[str, Any] = api.get_openapi_schema(path_prefix=API_PREFIX.lstrip("/") + "/")
    components = document["components"]["schemas"]
    for address, operation in described_at_the_door().items():
        document["paths"].setdefault(address, {})["post"] = _hoisted(operation, components)
    return document


@view_rule("", kind="none", public=True)
@require_GET
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document; it holds nothing that is not in the source."""
    return JsonResponse(described(), json_dumps_params={"ensure_ascii": False})


def operation_rules() -> dict[tuple[str, str], ViewRule]:
    """The declared rule of each operation: (METHOD, address) -> rule; raises LookupError for one without."""
    rules: dict[tuple[str, str], ViewRule] = {}
    for router in api._get_bound_routers():
        for address, view in router.path_operations.items():
            for operation in view.operations:
                rule = rule_of(operation.view_func)
                if rule is None:
                    raise LookupError(f"no rule for {operation.methods} {address}")
                plain = re.sub(r"{[^}:]+:", "{", f"{API_PREFIX}/{address.lstrip('/')}")
                rules |= {(method, plain): rule for method in operation.methods}
    door = ViewRule("attendance.check_in", "session", False)
    return rules | {("POST", address): door for address in described_at_the_door()}


def _group_titles() -> dict[str, Any]:
    return {
        "me": _("令牌"),
        "units": _("单位"),
        "people": _("人员"),
        "reservations": _("场地预约"),
        "classes": _("班次"),
        "enrolments": _("报名"),
        "check-ins": _("签到"),
        "postings": _("学时"),
        "coverage": _("覆盖"),
        "messages": _("消息"),
        "tasks": _("后台任务"),
    }


@view_rule("", kind="none")
@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """All calls on one page, for people."""
    rules = operation_rules()
    groups: dict[str, list[dict[str, Any]]] = {}
    for address, methods in described()["paths"].items():
        for method, operation in methods.items():
            action = rules[method.upper(), address].action
            line = {"method": method.upper(), "path": address, "summary": operation["summary"], "action": action}
            groups.setdefault(operation["tags"][0], []).append(line)
    titles = _group_titles()
    shown = [{"title": titles[name], "operations": lines} for name, lines in groups.items()]
    return render(request, "web/api.html", {"groups": shown})


@csrf_exempt
@view_rule("", kind="none", public=True)
def nothing_here(request: HttpRequest) -> HttpResponse:
    """Any other address of the API."""
    return _answer(NotFound())


def _operations() -> list[URLPattern]:
    """The addresses of the operations; they say themselves who is let in, and answer 401 instead of a sign-in page."""
    patterns = [p for p in api.urls[0] if isinstance(p, URLPattern) and p.name not in _OWN_PAGES]
    for pattern in patterns:
        login_not_required(pattern.callback)
    return patterns


app_name = "api"
urlpatterns = [
    path("openapi.json", openapi, name="openapi"),
    path("docs", docs, name="docs"),
    *_operations(),
    re_path(r"^.+$", nothing_here),
]
