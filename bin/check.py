"""Does everything hold? Runs each check in turn and stops at the first that does not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from doorstep.config.bundle import build_bundle
from doorstep.config.postgres import throwaway
from doorstep.config.preparation import progress
from doorstep.config.troubles import Trouble

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / ".venv" / "bin"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_CHROME = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
PACKAGES = ("chromium", "fonts-noto-cjk")
STYLE = {
    "ruff check": ["ruff", "check", "--quiet", "."],
    "ruff format": ["ruff", "format", "--check", "--quiet", "."],
    "djlint": ["djlint", "--lint", "--quiet", "doorstep"],
    "mypy": ["mypy", "doorstep", "bin/environment.py", "bin/check.py"],
    "tsc": ["python", "-m", "doorstep.config.bundle", "--check"],
    "import-linter": ["lint-imports", "--no-logo"],
}
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
    for name, command in STYLE.items():
        step(name, command)
    (ROOT / "var" / "coverage").mkdir(parents=True, exist_ok=True)
    step("coverage erase", ["coverage", "erase"])
    processes = str(min(4, max(2, os.cpu_count() or 1)))
    spread = ["-n", processes, "--dist", "loadfile", "--no-loadscope-reorder"]
    step("pytest", ["coverage", "run", "-m", "pytest", "-q", *spread])
    step("coverage combine", ["coverage", "combine", "--quiet"])
    step("coverage report", ["coverage", "report"])
    step("coverage of rules and services", ["coverage", "report", *CORE_ROOMS])


def step(name: str, command: list[str]) -> None:
    """Run one check; ends everything with its exit code when it fails."""
    began = time.monotonic()
    words = [str(PROGRAMS / command[0]), *command[1:]]
    status = subprocess.run(words, cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode
    print(f"{'ok  ' if status == 0 else 'FAIL'} {name}: {time.monotonic() - began:.1f} s", flush=True)
    if status:
        sys.exit(status)


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
