"""What happens to the demo city."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.core.events import event


@event("demo.city_built")
@dataclass(frozen=True, slots=True)
class CityBuilt:
    """An empty database was filled with the demo city."""

    members: int
    seed: int
    as_of: str
