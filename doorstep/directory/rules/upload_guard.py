"""Is an uploaded file a roster we can open safely, and if not, what should its owner do?"""

from __future__ import annotations

import re
import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Kind = Literal["xlsx", "xls", "csv"]

MEBI = 1024 * 1024
FILE_LIMIT = 20 * MEBI
UNPACKED_LIMIT = 400 * MEBI
PART_LIMIT = 320 * MEBI
ENTRY_LIMIT = 2000
RATIO_LIMIT = 100
RATIO_FREE = 4 * MEBI  # below this size unpacked, a high ratio hurts nobody
SHEET_ROW_LIMIT = 300_000
SHEET_COLUMN_LIMIT = 200
XML_PART_LIMIT = 8 * MEBI

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES = (
    (b"%PDF", "file.pdf"),
    (b"\x89PNG", "file.picture"),
    (b"\xff\xd8\xff", "file.picture"),
    (b"GIF8", "file.picture"),
    (b"BM", "file.picture"),
    (b"Rar!", "file.archive"),
    (b"7z\xbc\xaf", "file.archive"),
    (b"\x1f\x8b", "file.archive"),
    (b"{\\rtf", "file.document"),
)
_WEB = re.compile(rb"\s*(?:<!doctype html|<html|<table|<\?xml|<meta|<head|mime-version:)", re.IGNORECASE)
_EXTENSIONS = {".xlsx": "xlsx", ".xls": "xls", ".csv": "csv"}
_CORNER = re.compile(rb"<dimension ref=\"[A-Z]+\d+:([A-Z]+)(\d+)\"")


class FileRefused(Exception):
    """A file that is not read; `code` and `params` say why and what to do."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        self.params = params
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet of an .xlsx file: its name, where it lies in the package, its size unpacked."""

    name: str
    part: str
    size: int


def inspect_upload(path: Path, filename: str) -> Kind:
    """The kind of a file by its content, after every check that needs no parsing.

    Raises FileRefused: too large, encrypted, damaged, a bomb, not a table, or an extension that lies.
    Takes milliseconds whatever the file holds.
    """
    size = path.stat().st_size
    if not size:
        raise FileRefused("file.empty")
    if size > FILE_LIMIT:
        raise FileRefused("file.too_large", size=round(size / MEBI, 1), limit=FILE_LIMIT // MEBI)
    extension = Path(filename).suffix.lower()
    if extension in (".et", ".ett"):
        raise FileRefused("file.et")
    with path.open("rb") as file:
        head = file.read(4096)
    kind = _kind_of(path, head)
    if _EXTENSIONS.get(extension) != kind:
        raise FileRefused("file.wrong_extension", extension=extension or filename[-8:], kind=kind)
    return kind


def _kind_of(path: Path, head: bytes) -> Kind:
    if head.startswith(b"PK"):
        _inspect_package(path)
        return "xlsx"
    if head.startswith(_OLE):
        return _inspect_compound(path)
    for signature, code in _SIGNATURES:
        if head.startswith(signature):
            raise FileRefused(code)
    if _WEB.match(head.removeprefix(b"\xef\xbb\xbf")):
        raise FileRefused("file.web_page")
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefused("file.unknown")
    return "csv"


def _inspect_package(path: Path) -> None:
    """Judge a zip package by its directory alone: entries, sizes, ratio, overlaps, encryption, macros."""
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, struct.error, NotImplementedError, UnicodeDecodeError):
        raise FileRefused("file.damaged") from None
    if len(entries) > ENTRY_LIMIT:
        raise FileRefused("file.bomb")
    names = {entry.filename for entry in entries}
    if len(names) != len(entries) or len({entry.header_offset for entry in entries}) != len(entries):
        raise FileRefused("file.bomb")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise FileRefused("file.encrypted")
    _check_sizes(entries)
    _check_content(names)


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    largest = max((entry.file_size for entry in entries), default=0)
    if unpacked > RATIO_FREE and unpacked > RATIO_LIMIT * max(packed, 1):
        raise FileRefused("file.bomb")
    if unpacked > UNPACKED_LIMIT or largest > PART_LIMIT:
        raise FileRefused("file.too_many_rows", limit=SHEET_ROW_LIMIT)


def _check_content(names: set[str]) -> None:
    if "xl/workbook.bin" in names:
        raise FileRefused("file.other_sheet", kind=".xlsb")
    if any(name.startswith("word/") or name.startswith("ppt/") for name in names):
        raise FileRefused("file.document")
    if "mimetype" in names or "content.xml" in names:
        raise FileRefused("file.other_sheet", kind=".ods")
    if "EncryptedPackage" in names:
        raise FileRefused("file.encrypted")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise FileRefused("file.macros")
    if "xl/workbook.xml" not in names:
        raise FileRefused("file.damaged" if "[Content_Types].xml" in names else "file.archive")


def _inspect_compound(path: Path) -> Kind:
    """Tell an old workbook from an encrypted one and from an old Word document by its directory names."""
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise FileRefused("file.encrypted")
    if "WordDocument".encode("utf-16-le") in content or "PowerPoint".encode("utf-16-le") in content:
        raise FileRefused("file.document")
    if "Workbook".encode("utf-16-le") in content or b"B\0o\0o\0k\0\0\0" in content:
        return "xls"
    raise FileRefused("file.damaged")


def check_corner(head: bytes) -> None:
    """Refuse a sheet whose own dimension says it is far too large; raises FileRefused."""
    if not (corner := _CORNER.search(head)):
        return
    if int(corner[2]) > SHEET_ROW_LIMIT:
        raise FileRefused("file.too_many_rows", rows=int(corner[2]), limit=SHEET_ROW_LIMIT)
