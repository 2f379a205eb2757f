"""How a file that somebody hands in is put on the disk: readable by this account of the machine alone."""

from __future__ import annotations

from django.conf import settings


def put_away(name: str, content: bytes) -> None:
    """Write a file below MEDIA_ROOT; called last, so that rows are taken back when it cannot be written."""
    target = settings.MEDIA_ROOT / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch(mode=0o600)
    target.write_bytes(content)
