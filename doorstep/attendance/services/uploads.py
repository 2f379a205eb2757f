"""One answer for one upload: its key is claimed, its arrivals written and its answer kept in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from doorstep.attendance.services.arrival_book import Arrival, ArrivalBook, Cursor, Outcome
from doorstep.attendance.services.refusals import NotAcknowledged
from doorstep.core import clock
from doorstep.core.errors import TokenRefused
from doorstep.core.replays import KeyReused

# The text that answers these outcomes.
Answered = Callable[[list[Outcome]], str]

_OWNER = "SELECT account_id FROM directory_accesstoken WHERE digest = %(digest)s::bytea"

# As `core.replays.answer_once` does, in one round trip: a known key counts its replay, which is a write, and the
# unique index makes a second one wait here until the first has committed or given up.
_CLAIM = """
INSERT INTO core_idempotencykey AS kept (account_id, key, fingerprint, status, answer, replays, created_at)
SELECT t.account_id, %(key)s::text, %(fingerprint)s::bytea, 0, '""', 0, %(now)s::timestamptz
FROM directory_accesstoken t JOIN directory_account a ON a.id = t.account_id AND a.is_active
WHERE t.digest = %(digest)s::bytea AND t.revoked_at IS NULL AND t.expires_at > %(now)s::timestamptz
ON CONFLICT (account_id, key) DO UPDATE SET replays = kept.replays + 1
RETURNING kept.id, kept.fingerprint, kept.status, kept.answer #>> '{}'"""

_KEEP = "UPDATE core_idempotencykey SET status = 200, answer = to_jsonb(%(answer)s::text) WHERE id = %(id)s::bigint"


@dataclass(frozen=True, slots=True)
class Upload:
    """Arrivals of one request, its key, the digest of its token and the fingerprint of all that it says."""

    key: str
    digest: bytes
    fingerprint: bytes
    arrivals: Sequence[Arrival]


def owner_of(cursor: Cursor, digest: bytes) -> int:
    """The account a token belongs to, whether or not the token still opens a door; raises TokenRefused."""
    cursor.execute(_OWNER, {"digest": digest})
    for (account_id,) in cursor.fetchall():
        return int(account_id)
    raise TokenRefused


class UploadBook:
    """Writes uploads with the cursor of an open transaction."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor

    def take_once(self, upload: Upload, answered: Answered) -> str:
        """Write the arrivals and keep under the key what `answered` says of them; a known key is answered as before.

        An answer with an arrival of which nothing is known for sure is not kept, so that it may be sent again.
        Raises TokenRefused, KeyReused.
        """
        given = {"key": upload.key, "digest": upload.digest, "fingerprint": upload.fingerprint, "now": clock.now()}
        self._cursor.execute(_CLAIM, given)
        claimed = self._cursor.fetchall()
        if not claimed:
            raise TokenRefused
        ((kept, fingerprint, status, answer),) = claimed
        if bytes(fingerprint) != upload.fingerprint:
            raise KeyReused
        if status:
            return str(answer)
        outcomes = ArrivalBook(self._cursor).take(upload.arrivals, upload=upload.key) if upload.arrivals else []
        answer = answered(outcomes)
        if not any(isinstance(outcome.error, NotAcknowledged) for outcome in outcomes):
            self._cursor.execute(_KEEP, {"answer": answer, "id": kept})
        return answer
