"""What do the records of an old .xls workbook tell before it is parsed?"""

from __future__ import annotations

import struct
from array import array

from doorstep.directory.rules.sheet_parts import column_letters
from doorstep.directory.rules.upload_guard import FileRefused

_END = 0xFFFFFFFA  # from here on a sector number is a sign, no sector
_HEADER_SECTORS = 109
_FILEPASS = 0x002F
_FORMULAS = (0x0006, 0x0206, 0x0406)
_ERROR_OR_BOOLEAN = 0x0205
_NOT_AVAILABLE = 42
_NAMES = ("Workbook", "Book")
_ENTRY = 128


def inspect_records(content: bytes) -> None:
    """Refuse an encrypted workbook and one with formulas; raises FileRefused."""
    try:
        stream = _workbook_stream(content)
        _walk(stream)
    except (struct.error, IndexError, ValueError, OverflowError):
        raise FileRefused("file.damaged") from None


def _walk(stream: bytes) -> None:
    position, end = 0, len(stream)
    while position + 4 <= end:
        kind, length = struct.unpack_from("<HH", stream, position)
        if kind == _FILEPASS:
            raise FileRefused("file.encrypted")
        if kind in _FORMULAS and length >= 4:
            row, column = struct.unpack_from("<HH", stream, position + 4)
            raise FileRefused("file.formula", cell=f"{column_letters(column)}{row + 1}")
        if kind == _ERROR_OR_BOOLEAN and length >= 8 and _is_lost(*stream[position + 10 : position + 12]):
            row, column = struct.unpack_from("<HH", stream, position + 4)
            raise FileRefused("file.error_value", cell=f"{column_letters(column)}{row + 1}")
        if kind == 0 and length == 0:
            return
        position += 4 + length


def _is_lost(value: int, is_error: int) -> bool:
    """An error that stands in place of a value; #N/A says that there is none."""
    return bool(is_error) and value != _NOT_AVAILABLE


def _workbook_stream(content: bytes) -> bytes:
    """The bytes of the stream that holds the workbook, gathered from its sectors."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    if size not in (512, 4096):
        raise ValueError(size)
    table = _sector_table(content, size)
    directory = _chain(content, table, struct.unpack_from("<I", content, 48)[0], size)
    for at in range(0, len(directory), _ENTRY):
        length = struct.unpack_from("<H", directory, at + 64)[0]
        name = directory[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
        if name in _NAMES:
            start, count = struct.unpack_from("<II", directory, at + 116)
            return _chain(content, table, start, size)[:count]
    raise FileRefused("file.damaged")


def _sector_table(content: bytes, size: int) -> array[int]:
    """For every sector, which one follows it."""
    sectors = list(struct.unpack_from(f"<{_HEADER_SECTORS}I", content, 76))
    extra, count = struct.unpack_from("<II", content, 68)
    for _ in range(min(count, len(content) // size)):
        if extra >= _END:
            break
        part = struct.unpack_from(f"<{size // 4}I", content, (extra + 1) * size)
        sectors += part[:-1]
        extra = part[-1]
    table = array("I")
    for sector in sectors:
        if sector < _END:
            table.frombytes(content[(sector + 1) * size : (sector + 2) * size])
    return table


def _chain(content: bytes, table: array[int], sector: int, size: int) -> bytes:
    parts: list[bytes] = []
    # A chain cannot be longer than the file; a longer one goes round in circles.
    for _ in range(len(content) // size + 1):
        if sector >= _END:
            return b"".join(parts)
        parts.append(content[(sector + 1) * size : (sector + 2) * size])
        sector = table[sector]
    raise ValueError("endless chain")
