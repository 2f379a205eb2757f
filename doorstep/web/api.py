"""The root of the doors for machines: who is let in, which rooms open here, how refusals are answered."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path, re_path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError, ValidationErrorContext
from ninja.operation import Operation

from doorstep import __version__
from doorstep.attendance.api.arrivals import described_at_the_door
from doorstep.attendance.api.arrivals import router as check_ins
from doorstep.attendance.services.refusals import NotAcknowledged
from doorstep.bases.api import router as reservations
from doorstep.classes.api import routers as classes
from doorstep.core.api import Problem
from doorstep.core.api import router as tasks
from doorstep.core.api.field_problems import field_name, field_text
from doorstep.core.errors import DoorstepError, Invalid, NotFound, TooLong, problem_of
from doorstep.core.views import ViewRule, rule_of, view_rule
from doorstep.coverage.api import router as coverage
from doorstep.directory.api import SessionDoor, TokenDoor
from doorstep.directory.api import router as directory
from doorstep.notices.api import router as messages
from doorstep.records.api import router as postings

API_PREFIX = "/api/v1"
_REFERENCE = "#/components/schemas/{model}"
_OWN_PAGES = {"openapi-json", "api-root"}


class Unreadable(Invalid):
    """The body or a parameter cannot be read."""

    code = "unreadable"
    template = _("请求里有看不懂的内容，见 fields。请按接口文档改好再发。")


class BodyUnreadable(Invalid):
    """The body is no JSON."""

    code = "body_unreadable"
    template = _("请求正文不是完整的 JSON，什么都没有做。请用 UTF-8 编码，检查括号、引号和逗号后再发。")


class _Api(NinjaAPI):
    """Names an operation after its function, and fields as they were sent."""

    def validation_error_from_error_contexts(
        self, error_contexts: list[ValidationErrorContext[Any]]
    ) -> ValidationError:
        """What could not be read, each with the path, kind and words of a `FieldProblem`."""
        return ValidationError(
            [
                {
                    "field": field_name(
                        _place(context, error), getattr(context.model, "__read_from_single_attr__", None)
                    ),
                    "problem": error["type"],
                    "text": field_text(error["type"], error.get("ctx", {})),
                }
                for context in error_contexts
                for error in context.pydantic_validation_error.errors(include_url=False, include_input=False)
            ]
        )

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


def _place(context: ValidationErrorContext[Any], error: Any) -> tuple[str | int, ...]:
    """Where a field stood: the part of the request and the path in it."""
    model: Any = context.model
    flat: dict[tuple[str | int, ...], tuple[str | int, ...]] = model.__ninja_flatten_map_reverse__
    return (str(model.__ninja_param_source__), *flat.get(error["loc"], error["loc"]))


@api.exception_handler(DoorstepError)
def refused(request: HttpRequest, error: DoorstepError) -> HttpResponse:
    """A refusal with its code, its sentence and what it is about."""
    return _answer(error)


@api.exception_handler(ValidationError)
def unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What could not be read, field by field."""
    return _answer(Unreadable(), fields=error.errors)


@api.exception_handler(HttpError)
def not_understood(request: HttpRequest, error: HttpError) -> HttpResponse:
    """A body that is no JSON, or longer than is taken."""
    return _answer(TooLong() if isinstance(error.__cause__, RequestDataTooBig) else BodyUnreadable())


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
    problem = _hoisted(Problem.model_json_schema(ref_template=_REFERENCE), components)
    components.setdefault("Problem", problem)
    for methods in document["paths"].values():
        for operation in methods.values():
            operation["responses"] = {
                **{str(status): answer for status, answer in operation["responses"].items()},
                **_refusals(),
            }
    return document


def _refusals() -> dict[str, Any]:
    """What every operation may answer besides what it is for: status -> response."""
    content = {"application/json": {"schema": {"$ref": _REFERENCE.format(model="Problem")}}}
    words = {
        401: _("令牌缺失、无效、已过期或已停用"),
        403: _("这个身份或令牌不能做这一步"),
        404: _("没有找到，或者不在范围内"),
        409: _("按规则现在不能做，text 里写明为什么、怎么办"),
        413: _("一次发来的内容太大"),
        422: _("看不懂发来的内容，或者请求编号不对，见 fields"),
        503: _("没能确认是否已记下，请用同一编号再发"),
    }
    return {str(status): {"description": text, "content": content} for status, text in words.items()}


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
        "orders": _("点单"),
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
