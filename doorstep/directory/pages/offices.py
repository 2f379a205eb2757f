"""Units, accounts with their roles, one's own tokens, the activity log."""

from __future__ import annotations

import secrets
from typing import Any, cast

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from doorstep.core.clock import today
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.listing import listing_of
from doorstep.core.permissions import all_actions, may, visible_to
from doorstep.core.requests import DoorstepRequest
from doorstep.core.turning import said_above
from doorstep.core.views import view_rule
from doorstep.directory.models import Account, RoleGrant, Unit
from doorstep.directory.pages.lists import ACCOUNTS, ACTIVITY, UNITS
from doorstep.directory.queries import (
    accounts_visible_to,
    children_of,
    home_units,
    line_of,
    person_by_id,
    unit_by_id,
    units_visible_to,
)
from doorstep.directory.rules.tree import MEMBER_HOMES, kinds_below
from doorstep.directory.services.accounts import end_role, grant_role, issue_token, open_account, revoke_token


class RoleForm(forms.Form):
    """A role at a unit."""

    role = forms.ChoiceField(label=_("身份"), choices=RoleGrant.Role.choices)
    unit = forms.CharField(label=_("单位编码"), max_length=40, help_text=_("单位页标题下可以查到"))

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._units = units

    def clean_unit(self) -> Unit:
        """The unit with this code, if one may see it."""
        unit = self._units.filter(code=self.cleaned_data["unit"].strip()).first()
        if unit is None:
            raise forms.ValidationError(_("没有找到这个编码的单位。请到“单位”里查一下编码。"))
        return cast(Unit, unit)


class AccountForm(RoleForm):
    """A new account with its first role."""

    username = forms.RegexField(
        label=_("用户名"), regex=r"^[\w.\-]{3,40}$", error_messages={"invalid": _("3–40 个字母、数字、点或横线。")}
    )
    display_name = forms.CharField(label=_("姓名"), max_length=60)
    phone = forms.RegexField(
        label=_("手机号"), regex=r"^1[3-9]\d{9}$", required=False, error_messages={"invalid": _("手机号是 11 位数字。")}
    )
    field_order = ["username", "display_name", "phone", "role", "unit"]


class MemberAccountForm(forms.Form):
    """The account of a member: name, branch and role are known."""

    username = AccountForm.base_fields["username"]
    phone = AccountForm.base_fields["phone"]


# What a token may be narrowed to: words, and the verbs of the actions that remain.
SCOPES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "read": (_("只查看"), ("view_",)),
    "arrive": (_("只签到"), ("check_in", "arrive")),
    "all": (_("本人能做的全部"), ("",)),
}


def _actions(scope: str) -> list[str]:
    """The actions of a scope; none means all the account may do."""
    verbs = SCOPES[scope][1]
    return [] if verbs == ("",) else [one for one in all_actions() if one.split(".")[1].startswith(verbs)]


class TokenForm(forms.Form):
    """A name, a device, a reach and a life for a token."""

    name = forms.CharField(label=_("用途"), max_length=60)
    device = forms.CharField(label=_("装在哪台设备上"), max_length=60, required=False)
    scope = forms.ChoiceField(label=_("能做什么"), choices=[(key, words) for key, (words, _verbs) in SCOPES.items()])
    days = forms.IntegerField(label=_("有效天数"), min_value=1, max_value=365, initial=90)


@view_rule("directory.view_unit", kind="list")
@require_GET
def units(request: DoorstepRequest) -> HttpResponse:
    """The units one may see."""
    return render(request, "web/list.html", {"listing": listing_of(UNITS, request.actor, request.GET.dict())})


@view_rule("directory.view_unit", kind="unit")
@require_GET
def unit(request: DoorstepRequest, unit_id: int) -> HttpResponse:
    """One unit: where it stands and what stands below it."""
    found = unit_by_id(unit_id, request.actor)
    seen = set(units_visible_to(request.actor).filter(parent=found).values_list("pk", flat=True))
    below = [child for child in children_of(found) if child.pk in seen]
    past = found.placements.select_related("parent").order_by("-valid_from")
    context: dict[str, Any] = {"unit": found, "line": line_of(found), "children": below, "placements": past}
    context["sees_people"] = may(request.actor, "directory.view_person", at=found.path)
    takes_people = found.kind in MEMBER_HOMES and found.valid_to is None
    context["may_enter"] = takes_people and may(request.actor, "directory.edit_person", at=found.path)
    context["may_found"] = may(request.actor, "directory.found_unit", at=found.path)
    context["may_have_units"] = bool(kinds_below(found.kind))
    above = [one for one in context["line"] if one.pk != found.pk]
    context["may_move"] = bool(above) and may(request.actor, "directory.move_unit", at=found.path)
    context["may_end"] = bool(above) and may(request.actor, "directory.found_unit", at=above[-1].path)
    return render(request, "directory/unit.html", context)


@view_rule("directory.view_account", kind="list")
@require_GET
def accounts(request: DoorstepRequest) -> HttpResponse:
    """The accounts one looks after."""
    return render(request, "web/list.html", {"listing": listing_of(ACCOUNTS, request.actor, request.GET.dict())})


@view_rule("directory.open_account", kind="own_place")
def account_new(request: DoorstepRequest) -> HttpResponse:
    """Open an account, for the member `?person=` or for somebody new; its first password is shown once."""
    if not any(may(request.actor, "directory.open_account", at=grant.place) for grant in request.actor.grants):
        raise NotPermitted
    known = _member(request)
    form = _account_form(request, is_member=bool(known))
    if request.method == "POST" and form.is_valid():
        first = secrets.token_urlsafe(9)
        with said_above(form):
            account = open_account(
                **{"person": None, **form.cleaned_data, **known}, password=first, actor=request.actor
            )
            return render(request, "directory/account_opened.html", {"account": account, "password": first})
    status = 422 if request.method == "POST" else 200
    return render(request, "directory/account_new.html", {"form": form, **known}, status=status)


def _account_form(request: DoorstepRequest, *, is_member: bool) -> forms.Form:
    if is_member:
        return MemberAccountForm(request.POST or None)
    return AccountForm(request.POST or None, units=units_visible_to(request.actor))


def _member(request: DoorstepRequest) -> dict[str, Any]:
    """The member of `?person=` with name, branch and the role of a trainee there; nothing when none is named."""
    number = request.GET.get("person", "")
    if not number.isdigit():
        return {}
    who = person_by_id(int(number), request.actor)
    home = home_units([who.pk], today()).get(who.pk)
    if home is None:
        raise NotFound
    return {"person": who, "display_name": who.name, "unit": home, "role": RoleGrant.Role.TRAINEE}


def _account(account_id: int, request: DoorstepRequest) -> Account:
    account = accounts_visible_to(request.actor).filter(pk=account_id).first()
    if account is None:
        raise NotFound
    return account


@view_rule("directory.view_account", kind="account", post="directory.grant_role")
def account(request: DoorstepRequest, account_id: int) -> HttpResponse:
    """One account with its roles; POST gives it a role."""
    found = _account(account_id, request)
    form = RoleForm(request.POST or None, units=units_visible_to(request.actor))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with said_above(form):
            grant_role(account=found, role=data["role"], unit=data["unit"], since=today(), actor=request.actor)
            return redirect("directory:account", found.pk)
    grants = visible_to(
        request.actor, "directory.view_account", found.grants.select_related("unit"), place="unit__path"
    )
    status = 422 if request.method == "POST" else 200
    return render(request, "directory/account.html", {"account": found, "grants": grants, "form": form}, status=status)


@view_rule("directory.grant_role", kind="role_grant")
@require_POST
def role_end(request: DoorstepRequest, grant_id: int) -> HttpResponse:
    """End a role."""
    grants = visible_to(
        request.actor, "directory.grant_role", RoleGrant.objects.select_related("unit"), place="unit__path"
    )
    grant = grants.filter(pk=grant_id).first()
    if grant is None:
        raise NotFound
    end_role(grant=grant, actor=request.actor)
    return redirect("directory:accounts")


@view_rule("directory.own_account", kind="own_account")
def tokens(request: DoorstepRequest) -> HttpResponse:
    """One's own tokens for scripts and devices; a new one's secret is shown once."""
    form, secret = TokenForm(request.POST or None), ""
    mine = cast(Account, request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        _token, secret = issue_token(
            account=mine,
            name=data["name"],
            device=data["device"],
            scopes=_actions(data["scope"]),
            days=data["days"],
            actor=request.actor,
        )
        form = TokenForm()
    rows = mine.tokens.order_by("-created_at")
    status = 422 if request.method == "POST" and not secret else 200
    return render(request, "directory/tokens.html", {"form": form, "tokens": rows, "secret": secret}, status=status)


@view_rule("directory.own_account", kind="own_token")
@require_POST
def token_revoke(request: DoorstepRequest, token_id: int) -> HttpResponse:
    """Make one of one's own tokens useless."""
    revoke_token(token_id=token_id, actor=request.actor)
    return redirect("directory:tokens")


@view_rule("directory.view_activity", kind="list")
@require_GET
def activity(request: DoorstepRequest) -> HttpResponse:
    """The activity log, for auditors."""
    return render(request, "web/list.html", {"listing": listing_of(ACTIVITY, request.actor, request.GET.dict())})
