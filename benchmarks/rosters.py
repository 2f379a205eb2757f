"""A roster of any length and the times of importing it, each step in a process of its own."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import xlsxwriter

from benchmarks.processes import tree_of
from benchmarks.world import durable_server
from doorstep.directory.rules.id_number import check_digit

ROOT = Path(__file__).resolve().parent.parent
BRANCHES = 900
WRONG_EVERY = 500
SAMPLE_PAUSE = 0.1  # seconds between two looks at memory
HEADINGS = ["序号", "姓名", "公民身份证号码", "性别", "出生日期", "民族", "学历", "人员类别", "所在党支部"]
HEADINGS += ["入党日期", "转正日期", "党内职务", "工作岗位", "联系电话", "家庭住址", "党籍状态"]
_UNITS = """
INSERT INTO directory_unit (id, code, name, short_name, kind, parent_id, path, depth, county, sector, "order",
    external_code, external_scheme, valid_from)
  VALUES (1, 'u1', '中共测试市委组织部', '测试市', 'city', NULL, '1/', 0, '350901', '', 0, '', '', '2020-01-01'),
         (2, 'u2', '中共测试县委组织部', '测试县', 'county', 1, '1/2/', 1, '350901', '', 0, '', '', '2020-01-01'),
         (3, 'u3', '中共测试县测试乡委员会', '测试乡党委', 'township', 2, '1/2/3/', 2, '350901', '', 0, '', '', '2020-01-01');
INSERT INTO directory_unit (id, code, name, short_name, kind, parent_id, path, depth, county, sector, "order",
    external_code, external_scheme, valid_from)
  SELECT 10 + n, 'b' || n, '中共测试县测试乡第' || n || '村支部委员会', '第' || n || '村党支部', 'branch', 3,
         '1/2/3/' || (10 + n) || '/', 3, '350901', '', 0, '', '', '2020-01-01' FROM generate_series(0, %(branches)s - 1) n;
"""


@dataclass(frozen=True)
class Registry:
    """A database with the units of the roster, and the environment of programs that use it."""

    env: dict[str, str]

    def run(self, *args: str) -> dict[str, float]:
        """One import in a process of its own: seconds of its steps, peak memory of the check's processes in MiB."""
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.rosters", *args],
            cwd=ROOT,
            env={**os.environ, **self.env},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return {name: float(value) for name, value in (pair.split("=") for pair in done.stdout.split()[-4:])}


@contextmanager
def registry() -> Iterator[Registry]:
    """A durable server with the units of the roster."""
    with durable_server() as env:
        with psycopg.connect(env["DATABASE_URL"], autocommit=True) as link, psycopg.ClientCursor(link) as cursor:
            cursor.execute(_UNITS, {"branches": BRANCHES})
        yield Registry(env)


def write_roster(path: Path, people: int) -> None:
    """A workbook of `people` made-up members; one in 500 has a slip, so that an answer workbook is written."""
    chance = random.Random(9)
    surnames, given = "陈林黄张李王吴刘蔡杨许郑谢郭洪邱曾廖赖徐", "建国志强秀英丽华美玲伟明芳小红军海燕春梅"
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("党员")
        sheet.write_row(0, 0, ["测试乡党员花名册"])
        sheet.write_row(1, 0, HEADINGS)
        for number in range(people):
            year, month, day = 1940 + number % 60, 1 + number // 60 % 12, 1 + number // 720 % 28
            body = f"350999{year}{month:02d}{day:02d}{number // 20160 % 1000:03d}"
            row = [number + 1, chance.choice(surnames) + chance.choice(given) + chance.choice(given)]
            row += [body + check_digit(body), "男" if int(body[16]) % 2 else "女", f"{year}-{month:02d}-{day:02d}"]
            row += ["余族" if number % WRONG_EVERY == 7 else "汉族", chance.choice(["本科", "大专", "高中", "初中"])]
            row += [
                "正式党员",
                f"中共测试县测试乡第{number % BRANCHES}村支部委员会",
                f"{year + 22}-07-01",
                f"{year + 23}-07-01",
            ]
            row += [
                "无职党员",
                "农牧渔民",
                f"138{number:08d}",
                f"测试县测试乡第{number % BRANCHES}村{number % 300}号",
                "正常",
            ]
            sheet.write_row(number + 2, 0, row)


@contextmanager
def watched_memory() -> Iterator[list[float]]:
    """The most that all processes started within the block held together, in MiB (PSS), as its only item."""
    most, is_over = [0.0], threading.Event()

    def watch() -> None:
        while not is_over.wait(SAMPLE_PAUSE):
            most[0] = max(most[0], sum(map(proportional_memory, tree_of(os.getpid())[1:])))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield most
    finally:
        is_over.set()
        watcher.join()


def proportional_memory(pid: int) -> float:
    """MiB of a process, what it shares with others counted in parts; 0 when it has ended."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) / 1024 for line in rollup.splitlines() if line.startswith("Pss:")), 0)


def _check(path: str) -> None:
    """Take the file in and run the job that checks it, child and all; then skip what is wrong and write the rest."""
    import django

    django.setup()
    from doorstep.core.actors import system_actor
    from doorstep.directory.jobs.roster import check_roster_file
    from doorstep.directory.models import Unit
    from doorstep.directory.services import roster_commit, roster_files

    actor = system_actor("benchmark")
    started = time.monotonic()
    taken = roster_files.start_roster_import(
        unit=Unit.objects.get(code="u3"), upload=Path(path), filename="r.xlsx", allow_demo=True, actor=actor
    )
    with watched_memory() as memory:
        check_roster_file(taken.pk, str(taken.task_id))
    seconds = time.monotonic() - started
    taken.refresh_from_db()
    taken.rows.filter(status__in=roster_commit.OPEN_STATUSES).update(status="skip", action="none")
    started = time.monotonic()
    roster_commit.commit_roster(roster_import=taken, actor=actor)
    write = time.monotonic() - started
    kept = sum(taken.counts.get(action, 0) for action in ("new", "update", "move"))
    print(f"check={seconds} memory={memory[0]} write={write} rows={kept}")


if __name__ == "__main__":
    _check(sys.argv[1])
