"""What the log keeps of signing in and out."""

from __future__ import annotations

from django.db import transaction

from doorstep.core.actors import Actor, system_actor
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.directory.events import SignedIn, SignedOut, SignInFailed
from doorstep.directory.models import Account
from doorstep.directory.queries import actor_of_account


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
