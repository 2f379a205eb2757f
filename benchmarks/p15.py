"""P15: from a fresh clone to a usable site, and the second start."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.processes import free_port
from benchmarks.reports import Report, run_alone

ROOT = Path(__file__).resolve().parents[1]
FIRST_SECONDS, SECOND_SECONDS = 90, 8
PATIENCE = 600  # seconds until a start counts as failed
SETTINGS = ("DATABASE_URL", "DOORSTEP_DATA", "DOORSTEP_PORT", "DOORSTEP_STARTED", "VIRTUAL_ENV", "PYTHONPATH")


def measure(quick: bool) -> Report:
    """Seconds until `ready:` and a page answers, in a clone of this checkout with the package cache as it is."""
    load = round(os.getloadavg()[0], 1)
    with tempfile.TemporaryDirectory(prefix="doorstep-p15-") as folder:
        Path(folder).chmod(0o755)  # the account of the embedded database goes through it
        clone = Path(folder) / "doorstep"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        first, second = start(clone), start(clone)
    return Report(
        id="P15",
        value={"first_seconds": round(first, 1), "second_seconds": round(second, 1)},
        goal=f"first start <= {FIRST_SECONDS} s, second <= {SECOND_SECONDS} s",
        holds=first <= FIRST_SECONDS and second <= SECOND_SECONDS,
        detail={
            "cores": os.cpu_count(),
            "load_before": load,
            "note": "package cache warm when this machine has set the product up before",
        },
    )


def start(clone: Path) -> float:
    """Seconds from `bin/start` to a sign-in page; the system is stopped again before this returns.

    Raises RuntimeError with the last lines of its output when it ends, or takes too long, without being ready.
    """
    env = {key: value for key, value in os.environ.items() if key not in SETTINGS}
    env["DOORSTEP_PORT"] = str(free_port())
    begun = time.monotonic()
    with (clone.parent / "output").open("w+b") as output:
        process = subprocess.Popen(
            [clone / "bin" / "start"], env=env, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            _wait_until_ready(process, Path(output.name), begun + PATIENCE)
            with urllib.request.urlopen(f"http://127.0.0.1:{env['DOORSTEP_PORT']}/login/", timeout=30) as answer:
                answer.read()
            return time.monotonic() - begun
        finally:
            _stop(process)


def _wait_until_ready(process: subprocess.Popen[bytes], output: Path, end: float) -> None:
    while not any(line.startswith("ready:") for line in output.read_text("utf-8", "replace").splitlines()):
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError("\n".join(output.read_text("utf-8", "replace").splitlines()[-20:]))
        time.sleep(0.05)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


if __name__ == "__main__":
    run_alone(measure)
