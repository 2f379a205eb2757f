"""Travel times as an operator loads them: dated, with their source; the same list again changes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from doorstep.bases.events import TravelLoaded
from doorstep.bases.models import TravelPair
from doorstep.bases.queries.travel import TravelChange, travel_change
from doorstep.bases.rules.travel import TravelRow
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.directory.queries import top_place

_LOCK = 0x74726176  # one list at a time
_BATCH = 2000


@transaction.atomic
def load_travel(*, rows: Sequence[TravelRow], source: str, actor: Actor) -> TravelChange:
    """Let these times hold from today on; those known before are ended, not overwritten. Gives what changed."""
    require(actor, "bases.load_travel")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    today, change = clock.today(), travel_change(rows)
    ended, fresh = [], [_pair(row, source) for row in change.new]
    for pair, row in change.changed:
        if pair.valid_from == today:
            pair.minutes, pair.source = row.minutes, source
        else:
            pair.valid_to = today
            fresh.append(_pair(row, source))
        ended.append(pair)
    TravelPair.objects.bulk_update(ended, ["minutes", "source", "valid_to"], batch_size=_BATCH)
    TravelPair.objects.bulk_create(fresh, batch_size=_BATCH)
    if change.new or change.changed:
        happened = TravelLoaded(len(change.new), len(change.changed))
        place, county = top_place()
        record(happened, actor=actor, place=place, county=county, detail={"source": source, "same": change.same})
    return change


def _pair(row: TravelRow, source: str) -> TravelPair:
    return TravelPair(
        origin=row.origin, target=row.target, minutes=row.minutes, source=source, valid_from=clock.today()
    )
