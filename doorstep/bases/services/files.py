"""Files that somebody hands in: looked at before they are kept, readable by this account of the machine alone."""

from __future__ import annotations

import uuid
from typing import IO, Protocol

from django.utils.translation import gettext_lazy as _

from doorstep.bases.rules.standards import kind_of_file
from doorstep.core.errors import Invalid
from doorstep.core.pictures import PictureNotTaken, bare_picture, put_away

__all__ = ["LARGEST", "FileNotTaken", "put_away", "read_upload"]

LARGEST = 10 * 1024 * 1024  # bytes of one file


class FileNotTaken(Invalid):
    """A file of a kind, or of a size, that is not taken."""

    code = "evidence_file"
    template = _("“%(name)s”不能收：只收 PDF、JPG 或 PNG，最大 10 MB。请另存成 PDF，或拍照后再传。")


class Named(Protocol):
    """A row that names a kept file."""

    file: str
    file_name: str
    file_size: int


def read_upload(row: Named, upload: IO[bytes], name: str, *, folder: str) -> bytes:
    """The content, once it may be kept: what its first bytes say counts, not what it is called; `row` names the file.

    A photograph loses what the camera wrote into it. Raises FileNotTaken.
    """
    content = upload.read(LARGEST + 1)
    kind = kind_of_file(content)
    if not kind or len(content) > LARGEST:
        raise FileNotTaken(name=name)
    try:
        content = bare_picture(content, name=name)
    except PictureNotTaken:
        raise FileNotTaken(name=name) from None
    row.file, row.file_name, row.file_size = f"{folder}/{uuid.uuid4().hex}.{kind}", name[-120:], len(content)
    return content
