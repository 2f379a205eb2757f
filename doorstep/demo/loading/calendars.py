"""Addresses of calendars that people of the planned city have made; no secret leads to any of them."""

from __future__ import annotations

from datetime import timedelta

from doorstep.core import clock
from doorstep.demo.loading.copying import run

TABLES = ("classes_calendarfeed",)

# What stands as a digest is the digest of nothing anybody could send.
_OWN = """
INSERT INTO classes_calendarfeed (account_id, kind, digest, made_at, read_at)
SELECT id, 'person', sha256(('demo person ' || id)::bytea), %(made)s, %(read)s
FROM directory_account WHERE person_id IS NOT NULL ORDER BY id
"""
_OF_BASES = """
INSERT INTO classes_calendarfeed (account_id, kind, base_id, digest, made_at, read_at)
SELECT DISTINCT g.account_id, 'base', b.id, sha256(('demo base ' || g.account_id || ' ' || b.id)::bytea),
       %(made)s, %(read)s
FROM directory_rolegrant g JOIN bases_base b ON b.unit_id = g.unit_id AND b.kind <> 'belt'
WHERE g.role IN ('base', 'township') AND b.valid_to IS NULL ORDER BY 1, 3
"""


def load_feeds() -> None:
    """Those with a calendar of their own read it on their phones, and so do those who keep a base."""
    moment = clock.now()
    for statement in (_OWN, _OF_BASES):
        run(statement, made=moment - timedelta(days=40), read=moment - timedelta(hours=3))
