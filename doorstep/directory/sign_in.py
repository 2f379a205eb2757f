"""Who is signing in: by user name or phone, with an Argon2 hash that fits small machines; and how often one may try."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.conf import settings
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


def name_tried(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The name somebody tries to sign in with; a phone number only as its blind index, for it is kept."""
    typed = str(request.POST.get("username") or (credentials or {}).get("username") or "").strip()
    return blind_index(typed, field="mobile").hex() if typed.isdigit() else typed


def address_of(request: HttpRequest) -> str | None:
    """Where a request comes from: the other end of the line, or what our own proxies say; of IPv6 the network."""
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    proxies = settings.DOORSTEP_PROXIES
    said = forwarded[-proxies].strip() if 0 < proxies <= len(forwarded) else ""
    for text in (said, request.META.get("REMOTE_ADDR", "")):
        try:
            found = ip_address(text)
        except ValueError:
            continue
        found = getattr(found, "ipv4_mapped", None) or found
        return str(found if found.version == 4 else ip_network((found, 64), strict=False).network_address)
    return None


class Throttle(AxesDatabaseHandler):  # type: ignore[misc]
    """Wrong passwords lock the name at the address; many of one address, or of one name anywhere, lock that alone."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Failures as if all had one limit, the first: what comes nearest to its own limit counts."""
        limits = settings.DOORSTEP_SIGN_IN_LIMITS
        counts = [
            sum(attempts.values_list("failures_since_start", flat=True))
            for attempts in self.get_user_attempts(request, credentials)
        ]
        nearest: int = max(limits[0] * count // limit for count, limit in zip(counts, limits, strict=True))
        return nearest

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Who signs in is forgiven their own failures at this address; those of others stay counted."""
        deleted, _ = self.filter_user_attempts(request, credentials)[0].delete()
        return int(deleted)
