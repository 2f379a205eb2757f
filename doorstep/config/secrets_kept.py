"""How does a secret of this installation get its file, once, whatever starts beside us?"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from doorstep.config.locks import alone


def kept_secret(path: Path, make: Callable[[], str]) -> str:
    """The secret in the 0600 file `path`; the first to ask makes it with `make`, all others read the same one.

    The file gets its name when it is whole, by a rename alone: not every file system knows links.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with alone(path.with_name(".making")):
            if not path.exists():
                write_secret(path, make())
    return path.read_text("ascii").strip()


def write_secret(path: Path, secret: str) -> None:
    """Write or replace a secret's 0600 file in one step; for one process at a time."""
    draft = path.with_name(f"{path.name}.draft")
    draft.unlink(missing_ok=True)  # left by one who died while writing
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
