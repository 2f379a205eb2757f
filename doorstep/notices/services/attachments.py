"""Files that go with a circular: looked at first, kept with it, never changed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING

from doorstep.core import clock
from doorstep.core.pictures import PictureNotTaken, bare_picture, put_away
from doorstep.core.policies import policies_at
from doorstep.notices.models import Circular, CircularFile
from doorstep.notices.rules.attachments import kind_of_attachment
from doorstep.notices.services import refusals

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

Upload = tuple[IO[bytes], str]
Kept = tuple[CircularFile, bytes]
FOLDER = "circulars"
_MB = 1024 * 1024


def read_files(files: Sequence[Upload], unit: Unit) -> list[Kept]:
    """The files once they may be kept, with their content; a photograph loses what the camera wrote into it.

    Raises CircularFileNotTaken, CircularFilesTooMany. Source: policies circular.most_files, circular.file_mb.
    """
    if not files:
        return []
    figures = policies_at(("circular.most_files", "circular.file_mb"), on=clock.today(), place=unit.path)
    if len(files) > (most := figures["circular.most_files"].integer):
        raise refusals.CircularFilesTooMany(most=most)
    return [
        _read(upload, name, number, figures["circular.file_mb"].integer)
        for number, (upload, name) in enumerate(files, 1)
    ]


def _read(upload: IO[bytes], name: str, number: int, most: int) -> Kept:
    content = upload.read(most * _MB + 1)
    kind = kind_of_attachment(content)
    try:
        bare = bare_picture(content, name=name)
    except PictureNotTaken:
        kind = ""
    if not kind or len(content) > most * _MB:
        raise refusals.CircularFileNotTaken(name=name, most=most)
    row = CircularFile(number=number, file_name=name[-120:], file_size=len(bare))
    row.file = f"{FOLDER}/{uuid.uuid4().hex}.{kind}"
    return row, bare


def keep_files(circular: Circular, kept: Sequence[Kept]) -> None:
    """Write the rows, then the files, so that rows are taken back when a file cannot be written."""
    for row, _content in kept:
        row.circular = circular
    CircularFile.objects.bulk_create([row for row, _content in kept])
    for row, content in kept:
        put_away(row.file, content)
