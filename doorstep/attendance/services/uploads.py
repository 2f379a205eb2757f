"""One answer for one upload: its arrivals are written and its answer is kept under its key in one transaction."""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
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

# A valid token's account and the key are kept beside the answer once. The unique index makes a second one wait here
# until the first has committed or given up.
_HOLDER = """
FROM directory_accesstoken t JOIN directory_account a ON a.id = t.account_id AND a.is_active
WHERE t.digest = %(digest)s::bytea AND t.revoked_at IS NULL AND t.expires_at > %(now)s::timestamptz"""

_KEEP = f"""
INSERT INTO core_idempotencykey (account_id, key, fingerprint, status, answer, replays, created_at)
SELECT t.account_id, %(key)s::text, %(fingerprint)s::bytea, 200, to_jsonb(%(answer)s::text), 0, %(now)s::timestamptz
{_HOLDER}
ON CONFLICT (account_id, key) DO NOTHING
RETURNING id"""

# A replay is a write of its own; another content under the key counts nothing.
_RECALL = f"""
UPDATE core_idempotencykey kept SET replays = replays + (fingerprint = %(fingerprint)s::bytea)::int
WHERE key = %(key)s::text AND account_id = (SELECT t.account_id {_HOLDER})
RETURNING kept.fingerprint, kept.answer #>> '{{}}'"""  # noqa: S608 - no outside text goes in


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


class KeyKnown(Exception):
    """The key was known, or the token holds no more: what was written is to be undone."""


class UploadBook:
    """Writes uploads with a cursor."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor

    def write(self, upload: Upload, answered: Answered) -> str:
        """Write the arrivals and keep under the key what `answered` says of them, in an open transaction.

        An answer with an arrival of which nothing is known for sure is not kept, so that it may be sent again.
        Raises KeyKnown, after which the transaction is to be rolled back.
        """
        outcomes = ArrivalBook(self._cursor).take(upload.arrivals, upload=upload.key) if upload.arrivals else []
        answer = answered(outcomes)
        if not any(isinstance(outcome.error, NotAcknowledged) for outcome in outcomes):
            self._cursor.execute(_KEEP, {**self._given(upload), "answer": _packed(answer)})
            if not self._cursor.fetchall():
                raise KeyKnown
        return answer

    def recall(self, upload: Upload) -> str:
        """The answer that is kept under the key; raises TokenRefused, KeyReused."""
        self._cursor.execute(_RECALL, self._given(upload))
        for fingerprint, answer in self._cursor.fetchall():
            if bytes(fingerprint) != upload.fingerprint:
                raise KeyReused
            return _unpacked(answer)
        raise TokenRefused

    def _given(self, upload: Upload) -> dict[str, object]:
        return {
            "key": upload.key,
            "digest": upload.digest,
            "fingerprint": upload.fingerprint,
            "now": clock.now(),
        }


def _packed(answer: str) -> str:
    """An answer of 50 arrivals is 9 kB of much the same; as a fifth of that the database need not pack it itself."""
    return b64encode(zlib.compress(answer.encode(), level=1)).decode("ascii")


def _unpacked(kept: str) -> str:
    return zlib.decompress(b64decode(kept)).decode()
