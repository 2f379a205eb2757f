"""What may go with a circular: judged by what is inside a file, never by what it is called."""

from __future__ import annotations

import zipfile
from io import BytesIO

_SIGNS = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}
_OFFICE = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
_MOST_PARTS = 2000


def kind_of_attachment(content: bytes) -> str:
    """pdf, jpg, png, docx or xlsx; nothing for any other, and for an office file that carries programs."""
    for sign, kind in _SIGNS.items():
        if content.startswith(sign):
            return kind
    return _kind_of_office_file(content) if content.startswith(b"PK\x03\x04") else ""


def _kind_of_office_file(content: bytes) -> str:
    """By the names of its parts; nothing is unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as parts:
            names = {part.filename for part in parts.infolist()}
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return ""
    carries_programs = any(name.lower().endswith(("vbaproject.bin", ".exe", ".dll")) for name in names)
    if carries_programs or len(names) > _MOST_PARTS or "[Content_Types].xml" not in names:
        return ""
    return next((kind for part, kind in _OFFICE.items() if part in names), "")
