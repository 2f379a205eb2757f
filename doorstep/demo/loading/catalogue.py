"""What can be ordered in the planned city."""

from __future__ import annotations

from doorstep.demo.loading.copying import copy_rows
from doorstep.demo.rules.city import City

TABLES = ("catalogue_course",)


def load_catalogue(city: City) -> None:
    """Write the tables of the menu."""
    copy_rows(
        "catalogue_course",
        "id code title mode minutes kind unit_id place is_active",
        ((c.id, c.code, c.title, c.mode, c.minutes, c.kind, c.unit.id, c.unit.path, True) for c in city.courses),
    )
