"""What happens to units, people and accounts."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.core.events import event


@event("directory.roster_committed")
@dataclass(frozen=True, slots=True)
class RosterCommitted:
    """A roster import was written."""

    roster_import_id: int


@event("directory.roster_undone")
@dataclass(frozen=True, slots=True)
class RosterUndone:
    """A roster import was taken back."""

    roster_import_id: int


@event("directory.roster_exported")
@dataclass(frozen=True, slots=True)
class RosterExported:
    """A roster left with full ID numbers, for a stated reason."""

    unit_id: int
    task_id: str


@event("directory.member_moved")
@dataclass(frozen=True, slots=True)
class MemberMoved:
    """A person's primary unit changed."""

    person_id: int


@event("directory.post_changed")
@dataclass(frozen=True, slots=True)
class PostChanged:
    """A person took up or left a post."""

    person_id: int


@event("directory.unit_moved")
@dataclass(frozen=True, slots=True)
class UnitMoved:
    """A unit stands under another parent now."""

    unit_id: int


@event("directory.unit_founded")
@dataclass(frozen=True, slots=True)
class UnitFounded:
    """A unit came into being."""

    unit_id: int


@event("directory.account_opened")
@dataclass(frozen=True, slots=True)
class AccountOpened:
    """A person can sign in now."""

    account_id: int


@event("directory.role_granted")
@dataclass(frozen=True, slots=True)
class RoleGranted:
    """An account holds a role at a unit."""

    role_grant_id: int


@event("directory.role_ended")
@dataclass(frozen=True, slots=True)
class RoleEnded:
    """A role grant has ended."""

    role_grant_id: int


@event("directory.password_changed")
@dataclass(frozen=True, slots=True)
class PasswordChanged:
    """An account has a new password; its other sessions end."""

    account_id: int


@event("directory.signed_in")
@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody signed in."""

    account_id: int


@event("directory.signed_out")
@dataclass(frozen=True, slots=True)
class SignedOut:
    """Somebody signed out."""

    account_id: int


@event("directory.sign_in_failed")
@dataclass(frozen=True, slots=True)
class SignInFailed:
    """A sign-in was refused; the name typed is not kept."""

    locked: bool


@event("directory.field_revealed")
@dataclass(frozen=True, slots=True)
class FieldRevealed:
    """A masked field was shown in full, for a stated reason."""

    person_id: int
    field: str


@event("directory.token_issued")
@dataclass(frozen=True, slots=True)
class TokenIssued:
    """An access token was made."""

    token_id: int


@event("directory.token_revoked")
@dataclass(frozen=True, slots=True)
class TokenRevoked:
    """An access token was revoked."""

    token_id: int
