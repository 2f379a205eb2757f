"""Loads travel times between bases or divisions, for operators."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from doorstep.bases.queries.belts import road
from doorstep.bases.queries.travel import TravelChange, error_over, known_codes, travel_change
from doorstep.bases.rules.travel import COLUMNS, LONGEST, BadRow, EstimateError, TravelRow, read_travel
from doorstep.bases.services.travel import load_travel
from doorstep.core.actors import system_actor

REFUSED = 2
MOST_BYTES = 64 * 1024 * 1024  # some two million pairs, more than any city asks
MOST_TOLD = 20
_WORDS = {
    "head": f"表头要是 {','.join(COLUMNS)}，现在是“%s” / the head must be {','.join(COLUMNS)}",
    "columns": f"要有 {len(COLUMNS)} 列，现在有 %s 列 / wrong number of columns",
    "unknown": "没有编码为“%s”的阵地或区划 / no base or division with this code",
    "same": "起点和终点都是“%s” / from and to are the same",
    "minutes": f"分钟要是 1 到 {LONGEST} 的整数，现在是“%s” / minutes must be whole",
    "twice": "“%s”前面已经有了 / this pair stands above already",
}


class Command(BaseCommand):
    """`doorstep load-travel FILE.csv [--source TEXT] [--dry-run]`.

    The file has the columns from, to, minutes: codes of bases or divisions, whole minutes. Any bad line refuses the
    whole file, each named with its number, and the exit code is 2. Coordinates stay as they are (WGS 84). The
    output compares the times with the estimate (straight line x detour at a mean speed, policies `travel.*`).
    """

    help = "Load travel times between bases or divisions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, where it comes from, and whether to write."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", default="", help="where the times come from; the name of the file if left out")
        parser.add_argument("--dry-run", action="store_true", help="check and compare only, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read all, refuse all or write all, and say how good the estimate is."""
        path: Path = options["file"]
        rows = self._read(path)
        if options["dry_run"]:
            change = travel_change(rows)
        else:
            source = options["source"] or path.name
            change = load_travel(rows=rows, source=source[:200], actor=system_actor("load travel"))
        self.stdout.write(_changed(change, options["dry_run"]))
        self.stdout.write(_compared(error_over(rows, road())))

    def _read(self, path: Path) -> list[TravelRow]:
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            self._refuse(f"没有找到文件 {path}，或它大过 64 MB / no such file, or too large")
        try:
            lines = path.read_text("utf-8-sig").splitlines()
        except UnicodeDecodeError:
            self._refuse("文件不是 UTF-8 编码，请另存为 UTF-8 / the file is not UTF-8")
        rows, bad = read_travel(lines, known_codes())
        if bad:
            self._refuse("\n".join(_told(bad)))
        return rows

    def _refuse(self, words: str) -> None:
        self.stderr.write(words)
        sys.exit(REFUSED)


def _told(bad: list[BadRow]) -> list[str]:
    """The bad lines, the first ones by name."""
    told = [f"第 {row.line} 行 / line {row.line}: {_WORDS[row.code] % row.value}" for row in bad[:MOST_TOLD]]
    more = len(bad) - len(told)
    told += [f"另有 {more} 行有错 / {more} more"] if more else []
    return [*told, f"{len(bad)} 行有错，整个文件都没有写入 / {len(bad)} bad lines, nothing was written"]


def _changed(change: TravelChange, is_dry: bool) -> str:
    done = "试算，没有写入 / tried, nothing written" if is_dry else "已写入 / written"
    new, changed = len(change.new), len(change.changed)
    return f"{done}: 新增 / new {new}, 变更 / changed {changed}, 不变 / same {change.same}"


def _compared(error: EstimateError | None) -> str:
    if error is None:
        return "没有两端都有坐标的，不能和估计比 / no pair with coordinates at both ends, nothing to compare"
    return (
        f"和估计比 {error.count} 对 / estimate compared over {error.count} pairs: "
        f"平均差 / mean {error.mean:.1f} min, 中位 / median {error.middle:.1f} min, "
        f"九成在内 / 90 % within {error.nine_tenths:.1f} min, 偏 / bias {error.bias:+.1f} min"
    )
