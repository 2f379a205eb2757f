"""How accounts, roles and access tokens come and go."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import sha256

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.crypto import blind_index, seal
from doorstep.core.errors import Invalid, NotFound, Refused
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.directory.events import (
    AccountOpened,
    PasswordChanged,
    RoleEnded,
    RoleGranted,
    TokenIssued,
    TokenRevoked,
)
from doorstep.directory.models import AccessToken, Account, Person, RoleGrant, Unit


class NameTaken(Refused):
    """The user name or phone belongs to another account."""

    code = "account_name_taken"
    template = _("用户名或手机号“%(name)s”已有账号。请换一个，或直接给原账号加身份。")


class PasswordTooWeak(Invalid):
    """The new password does not meet the rules."""

    code = "password_too_weak"
    template = _("%(why)s")


class WrongPassword(Invalid):
    """The present password was typed wrongly."""

    code = "wrong_password"
    template = _("现在的密码不对，请再输一次。")


class GrantTooHigh(Refused):
    """Nobody can give a role that reaches further than their own."""

    code = "grant_too_high"
    template = _("您不能授予比自己更高的身份。请由上一级来办。")


_RANK = {"city": 4, "county": 3, "township": 2, "auditor": 4, "base": 1, "teacher": 1, "secretary": 1, "trainee": 0}


def _must_be_own(account: Account, actor: Actor) -> None:
    if not actor.is_system and actor.account_id != account.pk:
        raise NotFound


@transaction.atomic
def open_account(
    *,
    username: str,
    display_name: str,
    unit: Unit,
    role: str,
    password: str,
    phone: str = "",
    person: Person | None,
    actor: Actor,
) -> Account:
    """A new account with a first role at `unit`; it must change `password` at the first sign-in.

    Raises NameTaken, GrantTooHigh.
    """
    require(actor, "directory.open_account", at=unit.path)
    index = blind_index(phone, field="mobile") or None
    if Account.objects.filter(username=username).exists():
        raise NameTaken(name=username)
    if index and Account.objects.filter(phone_index=index).exists():
        raise NameTaken(name=phone[:3] + "****" + phone[-4:])
    if person and Account.objects.filter(person=person).exists():
        raise NameTaken(name=person.name)
    account = Account(
        username=username,
        display_name=display_name,
        person=person,
        phone_sealed=seal(phone, field="mobile"),
        phone_index=index,
        must_change_password=True,
        created_at=clock.now(),
    )
    account.set_password(password)
    account.save()
    record(AccountOpened(account.pk), actor=actor, place=unit.path, county=unit.county, subject=("account", account.pk))
    grant_role(account=account, role=role, unit=unit, since=clock.today(), actor=actor)
    return account


@transaction.atomic
def grant_role(*, account: Account, role: str, unit: Unit, since: date, actor: Actor) -> RoleGrant:
    """`account` holds `role` at `unit` from `since` on. Raises GrantTooHigh."""
    require(actor, "directory.grant_role", at=unit.path)
    own = max((_RANK[g.role] for g in actor.grants if unit.path.startswith(g.place)), default=0)
    if not actor.is_system and (_RANK[role] > own or actor.account_id == account.pk):
        raise GrantTooHigh
    row = RoleGrant.objects.create(
        account=account, role=role, unit=unit, valid_from=since, granted_by_id=actor.account_id
    )
    record(
        RoleGranted(row.pk),
        actor=actor,
        place=unit.path,
        county=unit.county,
        subject=("account", account.pk),
        detail={"role": role},
    )
    return row


@transaction.atomic
def end_role(*, grant: RoleGrant, actor: Actor) -> None:
    """End a role today and all sessions of the account with it."""
    require(actor, "directory.grant_role", at=grant.unit.path)
    close_grant(grant, actor)


def close_grant(grant: RoleGrant, actor: Actor) -> None:
    """Write that a role ends today, and with it all sessions of the account; one of today has never been."""
    RoleGrant.objects.filter(pk=grant.pk).update(valid_to=max(clock.today(), grant.valid_from + timedelta(days=1)))
    if grant.valid_from >= clock.today():
        RoleGrant.objects.filter(pk=grant.pk).delete()
    Account.objects.filter(pk=grant.account_id).update(session_epoch=F("session_epoch") + 1)
    record(
        RoleEnded(grant.pk),
        actor=actor,
        place=grant.unit.path,
        county=grant.unit.county,
        subject=("account", grant.account_id),
        detail={"role": grant.role},
    )


@transaction.atomic
def change_password(*, account: Account, current: str, new: str, actor: Actor) -> Account:
    """One's own new password; every other session ends. Raises WrongPassword, PasswordTooWeak."""
    require(actor, "directory.own_account")
    _must_be_own(account, actor)
    locked = Account.objects.select_for_update().get(pk=account.pk)
    if not locked.check_password(current):
        raise WrongPassword
    try:
        validate_password(new, locked)
    except ValidationError as problem:
        raise PasswordTooWeak(why=" ".join(problem.messages)) from None
    locked.set_password(new)
    locked.must_change_password = False
    locked.session_epoch += 1
    locked.save(update_fields=["password", "must_change_password", "session_epoch"])
    place = actor.grants[0].place if actor.grants else ""
    record(PasswordChanged(locked.pk), actor=actor, place=place, county="", subject=("account", locked.pk))
    return locked


def set_preferences(*, account: Account, type_size: str | None, language: str | None, actor: Actor) -> None:
    """One's own type size and language."""
    require(actor, "directory.own_account")
    _must_be_own(account, actor)
    changed = {}
    if type_size in Account.TypeSize.values:
        changed["type_size"] = type_size
    if language in ("zh-hans", "zh-hant", "en"):
        changed["language"] = language
    if changed:
        Account.objects.filter(pk=account.pk).update(**changed)


@transaction.atomic
def issue_token(
    *, account: Account, name: str, scopes: Sequence[str], days: int, device: str = "", actor: Actor
) -> tuple[AccessToken, str]:
    """A token for one's own account and its secret, shown once; `scopes` are actions, none = all one may do."""
    require(actor, "directory.own_account")
    _must_be_own(account, actor)
    secret = "ds_" + secrets.token_urlsafe(32)
    token = AccessToken.objects.create(
        account=account,
        name=name[:60],
        device=device[:60],
        digest=sha256(secret.encode()).digest(),
        scopes=list(scopes),
        created_at=clock.now(),
        expires_at=clock.now() + timedelta(days=days),
    )
    place = actor.grants[0].place if actor.grants else ""
    record(TokenIssued(token.pk), actor=actor, place=place, county="", subject=("token", token.pk))
    return token, secret


@transaction.atomic
def revoke_token(*, token_id: int, actor: Actor) -> None:
    """Make one's own token useless from now on; raises NotFound for anybody else's."""
    require(actor, "directory.own_account")
    token = AccessToken.objects.filter(pk=token_id, account_id=actor.account_id or 0).first()
    if token is None:
        raise NotFound
    AccessToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=clock.now())
    place = actor.grants[0].place if actor.grants else ""
    record(TokenRevoked(token.pk), actor=actor, place=place, county="", subject=("token", token.pk))
