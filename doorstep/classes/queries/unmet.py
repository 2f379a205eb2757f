"""What was asked for and not had: by topic, place and month, and where it lies on the map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from doorstep.classes.models import Order
from doorstep.directory.queries import network_offices
from doorstep.directory.rules.shaded import Shaded, Told, counties_shaded, townships_shaded

_BANDS = 6


def unmet_by(orders: QuerySet[Order]) -> QuerySet[Any]:
    """Orders that were not had, by `theme`, `county` and `month`, as `orders` and `people`; the most first."""
    rows = orders.annotate(month=TruncMonth("first_on")).order_by()
    groups = rows.values("theme", "county", "month").annotate(orders=Count("pk"), people=Sum("people"))
    return groups.order_by("-people", "month", "theme", "county")


def unmet_map(orders: QuerySet[Order]) -> Shaded | None:
    """Where orders that were not had come from: county by county, or township by township where all are of one.

    The darker, the more people asked in vain, compared with the place from which most did.
    """
    found: Counter[tuple[str, str]] = Counter()
    for county, place, people in orders.order_by().values_list("county", "place", "people"):
        found[county, place] += people
    counties = {county for county, _place in found}
    if not counties:
        return None
    offices = network_offices()
    if len(counties) > 1:
        sums: Counter[str] = Counter()
        for (county, _place), people in found.items():
            sums[county] += people
        names = [office.county for office in offices if office.kind == "county"]
        return counties_shaded((code, _told(sums, code)) for code in names)
    (county,) = counties
    townships = [one for one in offices if one.kind == "township" and one.county == county]
    sums = _below((one.path for one in townships), {place: people for (_county, place), people in found.items()})
    lies = [
        (one.division.short_name, one.division.lng, one.division.lat, _told(sums, one.path))
        for one in townships
        if one.division and one.division.lng is not None and one.division.lat is not None
    ]
    return townships_shaded(county, lies)


def _below(paths: Iterable[str], people: Mapping[str, int]) -> Counter[str]:
    """How many people of each place lie at or below one of some paths."""
    return Counter({path: sum(n for place, n in people.items() if place.startswith(path)) for path in paths})


def _told(sums: Counter[str], place: str) -> Told:
    people, most = sums[place], max(sums.values(), default=0)
    return Told(-(-_BANDS * people // most), _("%(n)s 人次") % {"n": people}) if people else Told(0, "–")
