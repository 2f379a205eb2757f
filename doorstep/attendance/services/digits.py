"""Counting how often the four digits of a room are typed: they are soon guessed."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from django.db import connection

from doorstep.attendance.models import DigitTries
from doorstep.attendance.services.refusals import TooManyTries
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import require
from doorstep.core.policies import policies_at

_KEYS = ("attendance.typed_tries", "attendance.typed_pause_minutes")

# One statement, so that tries at the same moment, whichever process takes them, are all counted.
_COUNT = """
INSERT INTO attendance_digittries AS t (person_id, count, since) VALUES (%(person)s, 1, %(now)s)
ON CONFLICT (person_id) DO UPDATE SET
    count = CASE WHEN t.since <= %(over)s THEN 1 ELSE least(t.count + 1, %(most)s + 1) END,
    since = CASE WHEN t.since <= %(over)s THEN %(now)s ELSE t.since END
RETURNING count, since
"""


def count_try(*, actor: Actor) -> None:
    """Count one try of the acting person; raises TooManyTries when there were too many in the pause's length.

    Source: policy:attendance.typed_tries, policy:attendance.typed_pause_minutes.
    """
    require(actor, "attendance.own_code", owner=actor.person_id)
    rows, now = policies_at(_KEYS, on=clock.today()), clock.now()
    most, pause = rows[_KEYS[0]].integer, timedelta(minutes=rows[_KEYS[1]].integer)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"person": actor.person_id, "now": now, "over": now - pause, "most": most})
        count, since = cursor.fetchone()
    if count > most:
        raise TooManyTries(minutes=max(1, ceil((since + pause - now) / timedelta(minutes=1))))


def forget_tries(*, actor: Actor) -> None:
    """The digits were right: the acting person starts anew."""
    require(actor, "attendance.own_code", owner=actor.person_id)
    DigitTries.objects.filter(person=actor.person_id).delete()
