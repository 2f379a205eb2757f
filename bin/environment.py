"""Is the virtual environment of this checkout there and current, and if not, how is it made?

Needs nothing but Python 3.11: `environment.py runtime` for running the site, `environment.py dev` for the tests too.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".venv"
PYTHON = HOME / "bin" / "python"
MARK = HOME / "made-from.txt"
LOCKS = {"runtime": ROOT / "requirements.txt", "dev": ROOT / "requirements-dev.txt"}
# Read by sh and by Python alike: a path with spaces, or a long one, does not fit into a #! line.
COMMAND = """#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
from doorstep.__main__ import main

main()
"""


def main() -> None:
    """Make or bring up to date what the first argument names; says so only when there is something to do."""
    kind = sys.argv[1]
    try:
        with open(ROOT / ".venv.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not is_current(kind):
                make(kind)
            link_checkout()
            compile_checkout()
    except OSError as error:
        stop(f"无法建立运行环境（{error}）：请检查磁盘空间和权限", f"cannot make the environment ({error})")


def stop(chinese: str, english: str) -> None:
    """End with one line that says what to do."""
    sys.exit(f"doorstep: {chinese} / {english}")


def progress(chinese: str, english: str) -> None:
    """One line with the seconds since the door was opened."""
    started = float(os.environ.get("DOORSTEP_STARTED") or time.time())
    print(f"[{time.time() - started:5.1f} s] {chinese} / {english}", flush=True)


def is_current(kind: str) -> bool:
    """Whether the environment works and holds what the lock file says; one made for tests serves for running too."""
    enough = {mark_of("dev"), mark_of(kind)}
    return MARK.exists() and MARK.read_text("ascii") in enough and works()


def mark_of(kind: str) -> str:
    """What an environment made from this lock file is marked with."""
    return f"{kind} {hashlib.sha256(LOCKS[kind].read_bytes()).hexdigest()}\n"


def works() -> bool:
    """Whether its Python runs; it does not after the Python it was made from has gone or the folder was moved."""
    try:
        shown = subprocess.run(
            [PYTHON, "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    return shown.returncode == 0 and Path(shown.stdout.strip()).resolve() == HOME.resolve()


def make(kind: str) -> None:
    """Install exactly what the lock file names, every file checked by its hash."""
    if HOME.exists() and not works():
        progress("运行环境已损坏，重新建立", "the environment is broken and is made again")
        shutil.rmtree(HOME)
    if not HOME.exists():
        progress("建立运行环境 .venv", "making the environment .venv")
        if run(sys.executable, "-m", "venv", HOME) != 0:
            shutil.rmtree(HOME, ignore_errors=True)
            stop(
                "这个 Python 不能建立虚拟环境：在 Debian/Ubuntu 上请先运行 apt-get install python3-venv",
                "this Python cannot make virtual environments: on Debian/Ubuntu run apt-get install python3-venv first",
            )
    MARK.unlink(missing_ok=True)
    progress("安装依赖（按锁定文件逐个核对）", "installing packages, each checked against the lock file")
    if not install_with_uv(LOCKS[kind]) and not install_with_pip(LOCKS[kind]):
        stop(
            "依赖安装失败，原因见上：请检查网络后重试",
            "installing packages failed, see above: check the network and try again",
        )
    MARK.write_text(mark_of(kind), "ascii")
    progress("依赖已就绪", "packages are there")


def install_with_uv(lock: Path) -> bool:
    """Ten times as fast as pip; uv itself comes from pip, at the locked version and hash."""
    uv = HOME / "bin" / "uv"
    if not uv.exists():
        pinned = re.search(r"^uv==[^\n]*\n(?: {4}--hash[^\n]*\n?)+", LOCKS["dev"].read_text("utf-8"), re.M)
        if not pinned:
            return False
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as wanted:
            wanted.write(pinned.group(0).rstrip().rstrip("\\") + "\n")
            wanted.flush()
            pip(["--require-hashes", "--no-deps", "-r", wanted.name], quiet=True)
    if not uv.exists():
        return False
    # Compiled once here, as pip does: where Python may not write bytecode, each start would compile 700 modules again.
    return run(uv, "pip", "sync", "--quiet", "--compile-bytecode", "--require-hashes", "--python", PYTHON, lock) == 0


def install_with_pip(lock: Path) -> bool:
    """Slow but always there."""
    progress("改用 pip 安装（较慢）", "using pip instead (slower)")
    run(PYTHON, "-m", "ensurepip", "--upgrade", quiet=True)
    return pip(["--require-hashes", "-r", str(lock)])


def pip(arguments: list[str], *, quiet: bool = False) -> bool:
    """Run the environment's own pip."""
    command = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments]
    return run(PYTHON, *command, quiet=quiet) == 0


def run(*command: str | Path, quiet: bool = False) -> int:
    """Run a program and give its exit code."""
    output = subprocess.DEVNULL if quiet else None
    words = [str(part) for part in command]
    return subprocess.run(words, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False).returncode


def link_checkout() -> None:
    """Make `import doorstep` and the `doorstep` command of the environment mean this checkout."""
    packages = next((HOME / "lib").glob("python*/site-packages"))
    write(packages / "doorstep-checkout.pth", f"{ROOT}\n", 0o644)
    command = COMMAND.format(python=PYTHON)
    write(HOME / "bin" / "doorstep", command, 0o755)


def compile_checkout() -> None:
    """Where Python may not write bytecode, each process would compile the whole product again: once here instead."""
    if sys.dont_write_bytecode:
        run(PYTHON, "-m", "compileall", "-q", ROOT / "doorstep")


def write(path: Path, text: str, mode: int) -> None:
    """Write a file unless it is already so."""
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")
        path.chmod(mode)


if __name__ == "__main__":
    main()
