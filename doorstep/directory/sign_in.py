"""Who is signing in: by user name or phone, with an Argon2 hash that fits small machines."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db.models import Q
from django.http import HttpRequest

from doorstep.core.crypto import blind_index
from doorstep.directory.models import Account


class Argon2Hasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes, one lane (OWASP's profile for shared hosts)."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1


class NameOrPhoneBackend(BaseBackend):
    """Checks a user name or a mobile number against the password; takes equally long when nobody is found."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> Account | None:
        """The account, or None."""
        if not username or password is None or "\0" in username or "\0" in password:
            return None
        typed = username.strip()
        found = Q(username=typed)
        if typed.isdigit():
            found |= Q(phone_index=blind_index(typed, field="mobile"))
        account = Account.objects.filter(found).order_by("pk").first()
        if account is None:
            Account().set_password(password)
            return None
        return account if account.check_password(password) and account.is_active else None

    def get_user(self, user_id: int) -> Account | None:
        """The account of a session, when it may still sign in."""
        return Account.objects.filter(pk=user_id, is_active=True).first()
