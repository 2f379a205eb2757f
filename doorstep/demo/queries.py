"""What the demo city's command needs to know of the database."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.demo.rules.accounts import ACCOUNTS
from doorstep.directory.models import Account, Person, RoleGrant, Unit


@dataclass(frozen=True, slots=True)
class AccountLine:
    """A demo account as the operator reads it."""

    username: str
    password: str
    role: str
    unit: str

    def __str__(self) -> str:
        return f"account: {self.username} {self.password} {self.role} {self.unit}"


def is_empty_database() -> bool:
    """True when nobody has begun to use the database: no unit, no person, no account."""
    return not (Unit.objects.exists() or Person.objects.exists() or Account.objects.exists())


def account_lines() -> list[AccountLine]:
    """The demo accounts that exist, with the passwords they were made with."""
    known = {account.username: account for account in ACCOUNTS}
    grants = RoleGrant.objects.filter(account__is_demo=True, account__username__in=known)
    return [
        AccountLine(g.account.username, known[g.account.username].password, g.role, g.unit.short_name)
        for g in grants.select_related("account", "unit").order_by("account_id", "pk")
    ]
