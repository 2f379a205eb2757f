"""Does everything hold? Runs the checks and stops at the first that does not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, LiteralString
from urllib.parse import urlsplit

import psycopg

from doorstep.config.bundle import build_bundle
from doorstep.config.postgres import throwaway
from doorstep.config.preparation import progress
from doorstep.config.troubles import Trouble

PROCESSES = min(4, max(2, os.cpu_count() or 1))
ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / ".venv" / "bin"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_CHROME = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
PACKAGES = ("chromium", "fonts-noto-cjk")
# Beside each other, the longest first.
STYLE = {
    "mypy": ["mypy", "doorstep", "bin/environment.py", "bin/check.py"],
    "ruff check": ["ruff", "check", "--quiet", "."],
    "ruff format": ["ruff", "format", "--check", "--quiet", "."],
    "tsc": ["python", "-m", "doorstep.config.bundle", "--check"],
    "import-linter": ["lint-imports", "--no-logo"],
    "djlint": ["djlint", "--lint", "--quiet", "doorstep"],
    "migrate": ["python", "manage.py", "migrate", "--verbosity=0"],
}
# The migrated tables that the processes of the tests copy, each for itself.
TABLES: Final = "doorstep_tables"
# What decides and what writes is covered whole. The tenth of a percent is for branches that depend on which of two
# threads or processes is quicker, such as a wait that ends just as it is answered.
CORE_ROOMS = [
    "--include=doorstep/*/rules.py,doorstep/*/rules/*,doorstep/*/services.py,doorstep/*/services/*,doorstep/*/permissions.py",
    "--precision=2",
    "--fail-under=99.9",
]


def main() -> None:
    """Run all checks, or with arguments pytest alone; the exit code is that of the first failure."""
    arguments = sys.argv[1:]
    try:
        bring_browser()
        if build_bundle():
            progress("前端已构建", "front end built")
        with ExitStack() as stack:
            stack.enter_context(test_folder())
            stack.enter_context(test_database())
            if arguments:
                step("pytest", ["python", "-m", "pytest", *arguments])
            else:
                check_everything()
    except Trouble as trouble:
        sys.exit(f"doorstep: {trouble}")


def check_everything() -> None:
    """Style, types and structure first: they fail fastest."""
    with migrated_tables() as url:
        together(STYLE, {**os.environ, "DATABASE_URL": url})
        run_tests()


def run_tests() -> None:
    """All tests, and whether they pass everything that decides."""
    (ROOT / "var" / "coverage").mkdir(parents=True, exist_ok=True)
    step("coverage erase", ["coverage", "erase"])
    spread = ["-n", str(PROCESSES), "--dist", "loadfile", "--no-loadscope-reorder"]
    step("pytest", ["coverage", "run", "-m", "pytest", "-q", *spread])
    step("coverage combine", ["coverage", "combine", "--quiet"])
    step("coverage report", ["coverage", "report"])
    step("coverage of rules and services", ["coverage", "report", *CORE_ROOMS])


def step(name: str, command: list[str]) -> None:
    """Run one check; ends everything with its exit code when it fails."""
    began = time.monotonic()
    words = [str(PROGRAMS / command[0]), *command[1:]]
    status = subprocess.run(words, cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode
    tell(name, status, time.monotonic() - began)
    if status:
        sys.exit(status)


def tell(name: str, status: int, seconds: float, said: str = "") -> None:
    """What a check said, and one line with how it ended."""
    print(f"{said}{'ok  ' if status == 0 else 'FAIL'} {name}: {seconds:.1f} s", flush=True)


def together(checks: dict[str, list[str]], environment: dict[str, str]) -> None:
    """Run checks beside each other; what each says is shown when it ends.

    One that fails ends everything, when those that were begun are done.
    """

    def ran(name: str) -> tuple[str, int, str, float]:
        began = time.monotonic()
        words = [str(PROGRAMS / checks[name][0]), *checks[name][1:]]
        done = subprocess.run(
            words, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        return name, done.returncode, done.stdout, time.monotonic() - began

    with ThreadPoolExecutor(PROCESSES) as pool:
        for done in as_completed([pool.submit(ran, name) for name in checks]):
            name, status, said, seconds = done.result()
            tell(name, status, seconds, said)
            if status:
                pool.shutdown(cancel_futures=True)
                sys.exit(status)


@contextmanager
def migrated_tables() -> Iterator[str]:
    """An empty database for the step that migrates it; gives its URL. It is copied for each process of the tests."""
    server = os.environ["DATABASE_URL"]
    drop = f"DROP DATABASE IF EXISTS {TABLES}"
    ask(server, drop, f"CREATE DATABASE {TABLES}")
    os.environ["DOORSTEP_TEST_TABLES"] = TABLES
    try:
        yield urlsplit(server)._replace(path=f"/{TABLES}").geturl()
    finally:
        ask(server, drop)


def ask(url: str, *statements: LiteralString) -> None:
    """Run statements that belong into no transaction."""
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


@contextmanager
def test_folder() -> Iterator[None]:
    """Keys and files of the tests live in a folder that is gone afterwards, unless DOORSTEP_DATA names one."""
    if os.environ.get("DOORSTEP_DATA"):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="doorstep-data-") as folder:
        os.environ["DOORSTEP_DATA"] = folder
        yield


@contextmanager
def test_database() -> Iterator[None]:
    """The server in DATABASE_URL, else a throw-away one."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    with throwaway() as url:
        os.environ["DATABASE_URL"] = url
        yield


def bring_browser() -> None:
    """Make sure of Chromium and a Chinese font: installed when we may, used when there, else named; never skipped."""
    if not (found_chromium() and has_chinese_font()):
        install_packages()
    chromium = found_chromium()
    if not (chromium and has_chinese_font()):
        raise Trouble(
            f"浏览器测试需要 Chromium 和中文字体：请先运行 sudo apt-get install {' '.join(PACKAGES)}",
            f"browser tests need Chromium and a Chinese font: run sudo apt-get install {' '.join(PACKAGES)} first",
        )
    os.environ["DOORSTEP_CHROMIUM"] = chromium


def install_packages() -> None:
    """By the system's package manager, where that is ours to use."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    progress("安装 Chromium 和中文字体", "installing Chromium and a Chinese font")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *PACKAGES]):
        subprocess.run(["apt-get", "-qq", *command], env=quiet, stdin=subprocess.DEVNULL, check=False)


def found_chromium() -> str | None:
    """The path of an installed Chromium or Chrome."""
    if chosen := os.environ.get("DOORSTEP_CHROMIUM"):
        return chosen
    for name in CHROMIUM_NAMES:
        if path := shutil.which(name):
            return path
    return str(MAC_CHROME) if MAC_CHROME.exists() else None


def has_chinese_font() -> bool:
    """Whether the system can draw Chinese; macOS always can."""
    if sys.platform == "darwin":
        return True
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False).stdout.strip())


if __name__ == "__main__":
    main()
