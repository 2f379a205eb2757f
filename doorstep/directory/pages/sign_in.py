"""Signing in and out, one's own password, type size, language and role."""

from __future__ import annotations

from typing import cast

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from doorstep.core.errors import DoorstepError
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.directory.models import Account
from doorstep.directory.services.accounts import change_password, set_preferences
from doorstep.directory.services.sessions import note_sign_in, note_sign_in_failure, note_sign_out


class SignInForm(forms.Form):
    """A user name or phone number, and a password."""

    username = forms.CharField(
        label=_("用户名或手机号"),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("密码"), max_length=200, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )


class PasswordForm(forms.Form):
    """The present password and a new one, twice."""

    current = forms.CharField(
        label=_("现在的密码"), max_length=200, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )
    new = forms.CharField(
        label=_("新密码"), max_length=200, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )
    again = forms.CharField(
        label=_("新密码再输一次"), max_length=200, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def clean_again(self) -> str:
        """Both new passwords are the same."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("new"):
            raise forms.ValidationError(_("两次输入的新密码不一样，请重新输入。"))
        return again


def _next_of(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return wanted
    return str(settings.LOGIN_REDIRECT_URL)


@never_cache
@sensitive_post_parameters("password")
@view_rule("", kind="none", public=True)
def sign_in(request: DoorstepRequest) -> HttpResponse:
    """Sign in; the same answer for an unknown name and a wrong password."""
    if request.user.is_authenticated:
        return redirect(_next_of(request))
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        account = authenticate(request, **form.cleaned_data)
        if account is not None:
            login(request, account)
            note_sign_in(account=account)
            return redirect(_next_of(request))
        note_sign_in_failure(locked=getattr(request, "axes_locked_out", False))
        form.add_error(None, _("用户名或密码不对。请检查后再试；连续输错 5 次要等 15 分钟。"))
    if request.method == "POST":
        status = 422
    said = {"form": form, "next": _next_of(request), "is_unsaved": "unsaved" in request.GET}
    return render(request, "directory/sign_in.html", said, status=status)


@require_POST
@view_rule("", kind="own_account")
def sign_out(request: DoorstepRequest) -> HttpResponse:
    """Sign out and leave nothing behind in the browser."""
    note_sign_out(actor=request.actor)
    logout(request)
    response = redirect("directory:sign_in")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@never_cache
@sensitive_post_parameters()
@view_rule("directory.own_account", kind="own_account")
def password(request: DoorstepRequest) -> HttpResponse:
    """Change one's own password."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = change_password(
                account=cast(Account, request.user),
                current=form.cleaned_data["current"],
                new=form.cleaned_data["new"],
                actor=request.actor,
            )
        except DoorstepError as problem:
            form.add_error("current" if problem.code == "wrong_password" else "new", problem.text)
        else:
            update_session_auth_hash(request, account)
            if "next" in request.GET:
                return redirect(_next_of(request))
            return render(request, "directory/password_done.html")
    status = 422 if request.method == "POST" else 200
    return render(request, "directory/password.html", {"form": form}, status=status)


@require_POST
@view_rule("", kind="none", public=True)
def preferences(request: DoorstepRequest) -> HttpResponse:
    """Type size and language: kept with the account, or in a cookie for a visitor."""
    size, language = request.POST.get("type_size"), request.POST.get("language")
    if request.user.is_authenticated:
        set_preferences(account=request.user, type_size=size, language=language, actor=request.actor)
    response = HttpResponse(status=204) if request.headers.get("HX-Request") else redirect(_next_of(request))
    if size in ("normal", "large"):
        response.set_cookie("type_size", size, max_age=365 * 24 * 3600, samesite="Lax", httponly=True)
    if language in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 24 * 3600, samesite="Lax")
    return response


@require_POST
@view_rule("", kind="own_account")
def switch_role(request: DoorstepRequest) -> HttpResponse:
    """Work under another of one's own roles from now on."""
    request.session["role"] = request.POST.get("role", "")[:20]
    return redirect(_next_of(request))
