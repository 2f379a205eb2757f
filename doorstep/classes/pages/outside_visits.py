"""A visit of somebody from outside: a number proved by a code, a cookie of its own, no account and no other page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.core import signing
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from doorstep.classes.models import OutsideCode, OutsideNumber
from doorstep.classes.pages.forms import DressedForm
from doorstep.classes.queries.outside import STRANGER, figure, outside_actor, visit_of
from doorstep.classes.rules.outside import is_too_quick
from doorstep.classes.services.outside_codes import end_visit, keep_visit, prove_number, send_code
from doorstep.classes.services.outside_refusals import FilledTooQuick
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import DoorstepError
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.views import view_rule
from doorstep.directory.sign_in import address_of

COOKIE, SALT = "doorstep_outside", "doorstep.outside"
HERE = "/outside/"
LONGEST_NEXT = 60


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever proved a number: the visit, the number, and the actor it makes."""

    visit: OutsideCode
    number: OutsideNumber
    actor: Actor


def _token(request: DoorstepRequest) -> str:
    return str(request.get_signed_cookie(COOKIE, "", salt=SALT) or "")


def visitor_of(request: DoorstepRequest) -> Visitor | None:
    """Who visits, when a number was proved not too long ago."""
    visit = visit_of(_token(request))
    if visit is None or visit.number is None:
        return None
    visitor = Visitor(visit, visit.number, outside_actor(visit.number))
    keep_visit(visit=visit, actor=visitor.actor)
    return visitor


def for_visitors(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of somebody who proved a number, as its second argument; anybody else proves one first."""

    @never_cache
    @wraps(view)
    def asked(request: DoorstepRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Let visitors in, and send others to prove a number."""
        visitor = visitor_of(request)
        if visitor is None:
            return redirect(f"{reverse('classes:outside_number')}?{urlencode({'next': request.path})}")
        return view(request, visitor, *args, **kwargs)

    return asked


def _next_of(request: DoorstepRequest) -> str:
    """The page of this part to go on to; any other address is left aside."""
    wanted = str(request.POST.get("next") or request.GET.get("next") or "")
    is_ours = wanted.startswith(HERE) and len(wanted) <= LONGEST_NEXT
    is_safe = is_ours and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_safe else reverse("classes:outside")


def opened_now() -> str:
    """When a form was opened, signed, to be sent back with it."""
    return signing.dumps(clock.now().isoformat(), salt=SALT)


def must_be_a_person(opened: str) -> None:
    """Raise FilledTooQuick where a form came back faster than a person fills it in, or without saying when."""
    try:
        moment = datetime.fromisoformat(signing.loads(opened, salt=SALT))
    except (signing.BadSignature, ValueError):
        raise FilledTooQuick from None
    if is_too_quick(moment, clock.now(), figure("form_seconds")):
        raise FilledTooQuick


class NumberForm(DressedForm):
    """A mobile number; `website` is filled by machines alone."""

    phone = forms.CharField(
        label=gettext_lazy("手机号"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel-national"}),
        help_text=gettext_lazy("验证码发到这个号码，接单的单位凭它联系您。不用注册。"),
    )
    website = forms.CharField(max_length=200, required=False)
    opened = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)

    @property
    def is_by_machine(self) -> bool:
        """Whether the field nobody sees was filled."""
        return bool(self.cleaned_data["website"])


class CodeForm(DressedForm):
    """The six digits of the short message."""

    code = forms.CharField(
        label=gettext_lazy("验证码"),
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


def _with_token(answer: HttpResponse, token: str) -> HttpResponse:
    answer.set_signed_cookie(
        COOKIE, token, salt=SALT, path=HERE, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return answer


@never_cache
@sensitive_post_parameters("phone")
@view_rule("", kind="none", public=True, post="classes.prove_number")
def number(request: DoorstepRequest) -> HttpResponse:
    """Give a mobile number; a code is sent to it, and what follows is the same for every number."""
    form = NumberForm(posted(request))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            must_be_a_person(form.cleaned_data["opened"])
            token = "-" if form.is_by_machine else _sent(request, form.cleaned_data["phone"])
        except DoorstepError as problem:
            form.add_error("phone", problem.text)
            status = problem.status
        else:
            return _with_token(redirect(f"{reverse('classes:outside_code')}?{_asked(request)}"), token)
    shown = {"form": form, "next": _next_of(request), "opened": opened_now(), "codes": figure("codes_number")}
    return render(
        request, "classes/outside_number.html", shown, status=status if status > 200 or not form.errors else 422
    )


def _asked(request: DoorstepRequest) -> str:
    return urlencode({"next": _next_of(request)})


def _sent(request: DoorstepRequest, phone: str) -> str:
    return send_code(phone=phone, address=address_of(request) or "", actor=STRANGER)


@never_cache
@sensitive_post_parameters("code")
@view_rule("", kind="none", public=True, post="classes.prove_number")
def code(request: DoorstepRequest) -> HttpResponse:
    """Type the code in; then one is where one wanted to go."""
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            prove_number(token=_token(request) or "-", digits=form.cleaned_data["code"], actor=STRANGER)
        except DoorstepError as problem:
            form.add_error("code", problem.text)
        else:
            return redirect(_next_of(request))
    shown = {"form": form, "next": _next_of(request), "minutes": figure("code_minutes"), "word": _("验证码")}
    return render(request, "classes/outside_code.html", shown, status=422 if form.errors else 200)


@require_POST
@view_rule("", kind="none", public=True, post="classes.order_from_outside")
def leave(request: DoorstepRequest) -> HttpResponse:
    """End the visit; the number has to be proved again."""
    visitor = visitor_of(request)
    if visitor is not None:
        end_visit(visit=visitor.visit, actor=visitor.actor)
    answer = redirect("classes:outside_number")
    answer.delete_cookie(COOKIE, path=HERE)
    return answer
