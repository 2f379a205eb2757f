"""What happens to units, people and accounts."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from doorstep.core.events import event


@event("directory.roster_committed", _("导入名册"))
@dataclass(frozen=True, slots=True)
class RosterCommitted:
    """A roster import was written."""

    roster_import_id: int


@event("directory.roster_undone", _("撤销名册导入"))
@dataclass(frozen=True, slots=True)
class RosterUndone:
    """A roster import was taken back."""

    roster_import_id: int


@event("directory.roster_exported", _("导出名册"))
@dataclass(frozen=True, slots=True)
class RosterExported:
    """A roster left with full ID numbers, for a stated reason."""

    unit_id: int
    task_id: str


@event("directory.member_moved", _("转接组织关系"))
@dataclass(frozen=True, slots=True)
class MemberMoved:
    """A person's primary unit changed."""

    person_id: int


@event("directory.member_left", _("学员离开"))
@dataclass(frozen=True, slots=True)
class MemberLeft:
    """A person belongs to no unit of the network any more."""

    person_id: int


@event("directory.member_returned", _("恢复学员"))
@dataclass(frozen=True, slots=True)
class MemberReturned:
    """The leaving of a person was taken back."""

    person_id: int


@event("directory.post_changed", _("改职务"))
@dataclass(frozen=True, slots=True)
class PostChanged:
    """A person took up or left a post."""

    person_id: int


@event("directory.unit_moved", _("单位改隶属"))
@dataclass(frozen=True, slots=True)
class UnitMoved:
    """A unit stands under another parent now."""

    unit_id: int


@event("directory.unit_founded", _("新建单位"))
@dataclass(frozen=True, slots=True)
class UnitFounded:
    """A unit came into being."""

    unit_id: int


@event("directory.unit_renamed", _("单位改名"))
@dataclass(frozen=True, slots=True)
class UnitRenamed:
    """A unit is called otherwise."""

    unit_id: int


@event("directory.unit_ended", _("撤销单位"))
@dataclass(frozen=True, slots=True)
class UnitEnded:
    """A unit is no more."""

    unit_id: int


@event("directory.unit_reopened", _("恢复单位"))
@dataclass(frozen=True, slots=True)
class UnitReopened:
    """The end of a unit was taken back."""

    unit_id: int


@event("directory.account_opened", _("开账号"))
@dataclass(frozen=True, slots=True)
class AccountOpened:
    """A person can sign in now."""

    account_id: int


@event("directory.role_granted", _("授予身份"))
@dataclass(frozen=True, slots=True)
class RoleGranted:
    """An account holds a role at a unit."""

    role_grant_id: int


@event("directory.role_ended", _("收回身份"))
@dataclass(frozen=True, slots=True)
class RoleEnded:
    """A role grant has ended."""

    role_grant_id: int


@event("directory.password_changed", _("改密码"))
@dataclass(frozen=True, slots=True)
class PasswordChanged:
    """An account has a new password; its other sessions end."""

    account_id: int


@event("directory.signed_in", _("登录"))
@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody signed in."""

    account_id: int


@event("directory.signed_out", _("退出登录"))
@dataclass(frozen=True, slots=True)
class SignedOut:
    """Somebody signed out."""

    account_id: int


@event("directory.sign_in_failed", _("登录失败"))
@dataclass(frozen=True, slots=True)
class SignInFailed:
    """A sign-in was refused; the name typed is not kept."""

    locked: bool


@event("directory.field_revealed", _("查看完整证件或手机号"))
@dataclass(frozen=True, slots=True)
class FieldRevealed:
    """A masked field was shown in full, for a stated reason."""

    person_id: int
    field: str


@event("directory.token_issued", _("发设备令牌"))
@dataclass(frozen=True, slots=True)
class TokenIssued:
    """An access token was made."""

    token_id: int


@event("directory.token_revoked", _("收回设备令牌"))
@dataclass(frozen=True, slots=True)
class TokenRevoked:
    """An access token was revoked."""

    token_id: int
