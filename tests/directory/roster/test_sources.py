"""Workbooks whose parser stumbles, and a workbook read by two readers at once."""

from __future__ import annotations

import struct
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from doorstep.directory.rules import roster_source
from doorstep.directory.rules.roster_source import XlsxSource, open_source
from doorstep.directory.rules.upload_guard import FileRefused
from tests.directory.roster.books import write_xls

# Before it lie the file's head, its table of sectors, its directory and the record that opens the workbook.
FIRST_RECORD = 512 * 3 + 20


def with_record(path: Path, record: bytes) -> Path:
    """An old workbook whose own records, not its sheet's, begin with this one."""
    content = bytearray(write_xls(path, [["姓名"]]).read_bytes())
    stream = bytes(content[FIRST_RECORD:])
    end = len(stream)
    shifted = bytearray((record + stream)[:end])
    place = shifted.index(struct.pack("<H", 0x0085)) + 4
    struct.pack_into("<I", shifted, place, struct.unpack_from("<I", shifted, place)[0] + len(record))
    content[FIRST_RECORD:] = shifted
    path.write_bytes(content)
    return path


def test_a_record_over_which_the_parser_falls_is_a_damaged_file(tmp_path: Path) -> None:
    whole = with_record(tmp_path / "whole.xls", struct.pack("<HHH", 0x0022, 2, 0))
    assert list(open_source(whole, "whole.xls").rows("党员")) == [(1, ["姓名"])]
    short = with_record(tmp_path / "short.xls", struct.pack("<HH", 0x0022, 0))
    with pytest.raises(FileRefused) as found:
        open_source(short, "short.xls")
    assert (found.value.code, found.value.__suppress_context__) == ("file.damaged", True)


def test_a_value_excel_lost_is_read_as_its_sign_and_not_as_an_empty_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for number, text in enumerate(("姓名", "#REF!", "#N/A"), 1):
        page.cell(number, 1, text)
    assert [page.cell(number, 1).data_type for number in (1, 2, 3)] == ["s", "e", "e"]
    book.save(path)
    assert list(open_source(path, "a.xlsx").rows("Sheet")) == [(1, ["姓名"]), (2, ["#REF!"]), (3, ["#N/A"])]


@pytest.mark.parametrize(
    ("value", "is_error", "is_refused"), [(23, 1, True), (42, 1, False), (1, 0, False)], ids=["#REF!", "#N/A", "true"]
)
def test_an_old_workbook_with_a_lost_value_is_refused(
    tmp_path: Path, value: int, is_error: int, is_refused: bool
) -> None:
    cell = struct.pack("<HHHHHBB", 0x0205, 8, 1, 5, 0, value, is_error)
    path = write_xls(tmp_path / "a.xls", [["姓名"]], extra=cell)
    if not is_refused:
        assert open_source(path, "a.xls").sheets() == ["党员"]
        return
    with pytest.raises(FileRefused) as found:
        open_source(path, "a.xls")
    assert (found.value.code, found.value.params) == ("file.error_value", {"cell": "F2"})


def test_who_stops_the_reading_is_not_told_of_a_damaged_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stopped:
        @staticmethod
        def from_filelike(book: object) -> None:
            raise KeyboardInterrupt

    path = write_xls(tmp_path / "a.xls", [["姓名"]])
    monkeypatch.setattr(roster_source, "CalamineWorkbook", Stopped)
    with pytest.raises(KeyboardInterrupt):
        open_source(path, "a.xls")


def test_a_second_reader_takes_the_texts_of_the_first(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("党员").write_column(0, 0, ["姓名", "林甲", "林乙"])
    first = open_source(path, "a.xlsx")
    assert isinstance(first, XlsxSource)
    rows = [(1, ["姓名"]), (2, ["林甲"]), (3, ["林乙"])]
    second = first.reopened()
    assert second is not first
    assert list(zip(first.rows("党员"), second.rows("党员"), strict=True)) == [(row, row) for row in rows]
    assert second._package.strings() is first._package.strings()
