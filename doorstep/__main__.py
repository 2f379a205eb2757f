"""The `doorstep` command: what can an operator do with it?"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

from doorstep.config.place import data_folder
from doorstep.config.postgres.diagnosis import disk_full
from doorstep.config.preparation import check_reachable, database_up, ensure_field_key, prepare
from doorstep.config.serving import end_with_parent, serve, work
from doorstep.config.supervisor import up
from doorstep.config.troubles import Trouble, is_full_disk

COMMANDS = {
    "up": "启动整个系统：数据库、网站、后台任务 / everything up: database, site, worker  [--demo]",
    "serve": "只启动网站 / the web server alone",
    "worker": "只启动后台任务 / the background worker alone",
    "migrate": "更新数据表 / bring the tables up to date",
    "demo": "载入演示城市 / load the demo city  [--full]",
    "begin": "给一个市建单位和第一个账号 / the offices of a city and its first account  CODE [--account NAME]",
    "import-roster": "导入党员名册 / import a roster  FILE --unit CODE [--dry-run] [--json] [--allow-demo-ids]",
    "load-travel": "导入路网时间 / load travel times  FILE.csv [--source TEXT] [--dry-run]",
    "coverage": "某单位某年的覆盖情况 / coverage of a unit  UNIT YEAR [--on DAY] [--left] [--json]",
    "figures": "体系总数 / headline numbers of the network  --json",
    "check-invariants": "核对全部不变量 / prove every stated invariant  --json",
    "flow": "事件与处理 / which events call which handlers",
}
OWN = {"up", "serve", "worker"}  # commands of ours that no app has
WITHOUT_DATABASE = {"flow"}
HELP = {"-h", "--help"}
_NOT_MIGRATED = (
    "数据表还没有建好，或不是这一版的。请先运行 doorstep migrate，再做一次",
    "the tables are missing or of another version: run `doorstep migrate` first",
)
REFUSED = 2  # the exit code for a file that is no roster


def main() -> None:
    """Run the command named by the arguments; exits with 2 when there is none of that name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doorstep.config.settings")
    name, *rest = sys.argv[1:] or ["--help"]
    try:
        try:
            if name in HELP or (name not in COMMANDS and name != "prepare"):
                _print_help()
                sys.exit(0 if name in HELP else 2)
            _run(name, rest)
        finally:
            sys.stdout.flush()
    except Trouble as trouble:
        sys.exit(f"doorstep: {trouble}")
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read along has gone, as `head` does; what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(128 + signal.SIGPIPE)
    except Exception as error:
        if not is_full_disk(error):
            raise
        sys.exit(f"doorstep: {disk_full(data_folder())}")


def _run(name: str, rest: list[str]) -> None:
    if name in OWN and HELP & set(rest):
        print(f"用法 / usage: doorstep {name}\n\n  {COMMANDS[name]}")
        return
    if name == "up":
        up(with_demo="--demo" in rest)
        return
    signal.signal(signal.SIGTERM, _leave)
    if name == "import-roster" and not HELP & set(rest):
        _look_at_roster(rest)
    if name in WITHOUT_DATABASE or HELP & set(rest):
        _run_django(name, rest)
        return
    end_with_parent()
    with database_up():
        if name == "serve":
            serve()
        elif name == "worker":
            work()
        elif name == "prepare":
            check_reachable()
            prepare(with_demo="--demo" in rest)
        else:
            check_reachable()
            ensure_field_key()
            _run_django(name, rest)
            if name == "migrate" and not rest:
                _run_django("load-divisions", [])


def _run_django(name: str, rest: list[str]) -> None:
    """The apps' own commands carry the same names with underscores."""
    from django.db import ProgrammingError
    from psycopg.errors import UndefinedColumn, UndefinedTable

    from doorstep.config.named_commands import NamedCommands

    try:
        NamedCommands(["doorstep", name, *rest]).execute()
    except ProgrammingError as error:
        if isinstance(error.__cause__, UndefinedColumn | UndefinedTable):
            raise Trouble(*_NOT_MIGRATED) from None
        raise


def _look_at_roster(rest: list[str]) -> None:
    """A file that is no roster is refused before the database and the framework are started for it."""
    from doorstep.directory.jobs.roster_glance import refusal_of

    if refused := refusal_of(rest):
        sys.stderr.write(f"{refused}\n")
        sys.exit(REFUSED)


def _leave(_number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + signal.SIGTERM)


def _print_help() -> None:
    print("用法 / usage: doorstep COMMAND …\n")
    for name, text in COMMANDS.items():
        print(f"  {name:<18}{text}")


if __name__ == "__main__":
    main()
