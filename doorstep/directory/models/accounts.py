"""Who may sign in, and act where."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from doorstep.directory.models.network import Person, Unit


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by their user name; making one is a service."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """The account with this user name."""
        return self.get(username=username)


class Account(AbstractBaseUser):
    """What a natural person signs in with: user name or phone, and a password."""

    class TypeSize(models.TextChoices):
        """How large the interface is set."""

        NORMAL = "normal", _("标准")
        LARGE = "large", _("大字版")

    username = models.CharField(max_length=60, unique=True)
    display_name = models.CharField(max_length=60)
    person = models.OneToOneField(Person, null=True, on_delete=models.PROTECT, related_name="account")
    phone_sealed = models.BinaryField(default=b"")
    phone_index = models.BinaryField(max_length=32, null=True, unique=True)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)
    language = models.CharField(max_length=10, default="zh-hans")
    type_size = models.CharField(max_length=8, choices=TypeSize.choices, default=TypeSize.NORMAL)
    session_epoch = models.PositiveIntegerField(default=0, help_text=_("变动后所有登录失效"))
    created_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = AccountManager()

    def get_session_auth_hash(self) -> str:
        """Changes with the password and whenever all sessions are to end."""
        return f"{super().get_session_auth_hash()}:{self.session_epoch}"


class RoleGrant(models.Model):
    """A role an account holds at a unit, between two dates."""

    class Role(models.TextChoices):
        """What one may be."""

        CITY = "city", _("市级培训管理")
        COUNTY = "county", _("县级培训管理")
        TOWNSHIP = "township", _("乡镇党校")
        BASE = "base", _("阵地管理")
        TEACHER = "teacher", _("教师")
        SECRETARY = "secretary", _("支部书记")
        TRAINEE = "trainee", _("学员")
        AUDITOR = "auditor", _("审计")

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=10, choices=Role.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="role_grants")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    granted_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["account", "valid_to"], name="role_grant_account")]


class AccessToken(models.Model):
    """A door key for a machine or device: scoped, revocable, kept only as a digest."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    device = models.CharField(max_length=60, blank=True)
    digest = models.BinaryField(max_length=32, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
