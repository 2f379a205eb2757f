"""Was the commit acknowledged? Not when PostgreSQL answers it with a WARNING: a standby may not have seen it."""

from __future__ import annotations

from typing import Any

from django.db import OperationalError
from django.db.backends.postgresql import base


class CommitUnsure(OperationalError):
    """The server answered COMMIT with a warning: the work is written here, but may be lost with this server."""


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose commit raises CommitUnsure when the server warned."""

    def _commit(self) -> None:
        connection: Any = self.connection
        if connection is None:
            return
        warnings: list[str] = []

        def note(notice: Any) -> None:
            if notice.severity_nonlocalized == "WARNING":
                warnings.append(notice.message_primary or "")

        connection.add_notice_handler(note)
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            connection.remove_notice_handler(note)
        if warnings:
            raise CommitUnsure(warnings[0])
