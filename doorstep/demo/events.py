"""What happens to the demo city."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from doorstep.core.events import event


@event("demo.city_built", _("装入演示数据"))
@dataclass(frozen=True, slots=True)
class CityBuilt:
    """An empty database was filled with the demo city."""

    members: int
    seed: int
    as_of: str
