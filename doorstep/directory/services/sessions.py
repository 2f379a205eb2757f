"""What is kept of signing in and out, and of doors opened by a token."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from django.db import transaction

from doorstep.core import clock
from doorstep.core.actors import Actor, system_actor
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.directory.events import SignedIn, SignedOut, SignInFailed
from doorstep.directory.models import AccessToken, Account
from doorstep.directory.queries import actor_of_account

# How often the use of a token is noted at most: a write for each request would cost more than the request.
_NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def note_sign_in(*, account: Account) -> None:
    """Somebody signed in."""
    actor = actor_of_account(account)
    record(SignedIn(account.pk), actor=actor, place=_place(actor), county="", subject=("account", account.pk))


@transaction.atomic
def note_sign_in_failure(*, locked: bool = False) -> None:
    """A sign-in was refused; what was typed is not kept."""
    record(SignInFailed(locked), actor=system_actor("sign-in"), place="", county="")


@transaction.atomic
def note_sign_out(*, actor: Actor) -> None:
    """Somebody signed out."""
    require(actor, "directory.own_account")
    record(
        SignedOut(actor.account_id or 0),
        actor=actor,
        place=_place(actor),
        county="",
        subject=("account", actor.account_id or 0),
    )


def _place(actor: Actor) -> str:
    return actor.grants[0].place if actor.grants else ""


def actor_by_token(*, secret: str) -> Actor | None:
    """Who an access token acts for, narrowed to its scopes; None when it is unknown, expired or revoked.

    That it was used is noted, at most once a minute.
    """
    moment = clock.now()
    token = (
        AccessToken.objects.select_related("account")
        .filter(digest=sha256(secret.encode("utf-8", "replace")).digest(), revoked_at__isnull=True)
        .filter(expires_at__gt=moment, account__is_active=True)
        .first()
    )
    if token is None:
        return None
    if token.used_at is None or moment - token.used_at >= _NOTED_EVERY:
        AccessToken.objects.filter(pk=token.pk).update(used_at=moment)
    return replace(actor_of_account(token.account), kind="token", scopes=frozenset(token.scopes))
