"""What stops the doors from opening, said so that the operator knows what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterator


class Trouble(RuntimeError):
    """Something only the operator can mend; the text is one line, Chinese first, then English."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese} / {english}")
        self.chinese = chinese
        self.english = english


def is_full_disk(error: BaseException | None) -> bool:
    """Whether somewhere at the bottom of an error a disk had no room left, the database's or ours."""
    from psycopg.errors import DiskFull

    return any(
        isinstance(one, DiskFull) or (isinstance(one, OSError) and one.errno in {errno.ENOSPC, errno.EDQUOT})
        for one in _chain(error)
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
