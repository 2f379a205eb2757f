"""Of one's own will or assigned: what a line of the count holds, and what share was chosen."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal


@dataclass(frozen=True, slots=True)
class WillCount:
    """Seats and orders by how they came about; person-times and persons are never added to each other.

    `chosen` and `assigned` are person-times; `choosers` are persons who chose at least once, `persons` all of them.
    """

    chosen: int = 0
    assigned: int = 0
    choosers: int = 0
    persons: int = 0
    orders_own: int = 0
    orders_assigned: int = 0

    @property
    def person_times(self) -> int:
        """All seats."""
        return self.chosen + self.assigned

    @property
    def orders(self) -> int:
        """All orders."""
        return self.orders_own + self.orders_assigned

    @property
    def chosen_share(self) -> Decimal | None:
        """Percent of the seats that were chosen, one digit, never rounded up; None without any."""
        return share_of(self.chosen, self.person_times)

    @property
    def own_share(self) -> Decimal | None:
        """Percent of the orders that were one's own."""
        return share_of(self.orders_own, self.orders)


def share_of(part: int, whole: int) -> Decimal | None:
    """Percent of a whole, one digit, never rounded up; None of nothing."""
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1"), ROUND_DOWN) if whole else None
