"""Who is acting: a person with dated grants at places, a token, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["account", "token", "system", "anonymous", "outside"]


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held at a place; the place is a materialised path ending in `/`.

    `title` and `key` (the name of the place, the id of the grant) are for showing and choosing only.
    """

    role: str
    place: str
    title: str = ""
    key: int = 0


@dataclass(frozen=True, slots=True)
class Actor:
    """The acting party of one request, command or job.

    `scopes` narrows a token to some actions (empty = all the account may do).
    An `outside` actor has no account: it is a telephone number that was proved, and reaches its own orders alone.
    A `system` actor passes every check and says in `name` why it acts.
    """

    account_id: int | None
    person_id: int | None
    name: str
    grants: tuple[Grant, ...] = ()
    kind: Kind = "account"
    scopes: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_system(self) -> bool:
        """True for the product's own work (jobs, demo city, migrations of data)."""
        return self.kind == "system"

    def holds(self, role: str) -> bool:
        """True when any grant is for `role`."""
        return any(grant.role == role for grant in self.grants)


ANONYMOUS = Actor(account_id=None, person_id=None, name="", kind="anonymous")


def system_actor(reason: str) -> Actor:
    """The product acting for itself; `reason` goes into the activity log."""
    return Actor(account_id=None, person_id=None, name=reason, kind="system")
