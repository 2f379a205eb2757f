"""How do the web server and the background worker run?"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

from doorstep.config.bundle import check_bundle_is_there
from doorstep.config.place import data_folder
from doorstep.config.troubles import Trouble

if TYPE_CHECKING:
    from procrastinate import App

log = logging.getLogger(__name__)

# Threads that render pages, of all processes together; arrivals need none.
PAGE_THREADS = 16
FEWEST_THREADS = 8
MOST_WORKERS = 8  # each holds connections of its own
JOBS_AT_ONCE = 6
STOP_SECONDS = 10
HEARTBEAT_SECONDS = 3
STALLED_SECONDS = 20
LARGEST_PORT = 65535


def web_port() -> int:
    """DOORSTEP_PORT, 8000 when unset; raises Trouble when it is not a port."""
    chosen = os.environ.get("DOORSTEP_PORT") or "8000"
    if not chosen.isdecimal() or not 0 < int(chosen) <= LARGEST_PORT:
        raise Trouble(
            f"DOORSTEP_PORT={chosen} 不是端口号：请用 1 到 {LARGEST_PORT} 之间的数",
            f"DOORSTEP_PORT={chosen} is not a port: use a number from 1 to {LARGEST_PORT}",
        )
    return int(chosen)


def web_host() -> str:
    """DOORSTEP_HOST, this machine only when unset."""
    return os.environ.get("DOORSTEP_HOST") or "127.0.0.1"


def web_size() -> tuple[int, int]:
    """How many web processes, and threads for pages in each; DOORSTEP_WEB_WORKERS and DOORSTEP_WEB_THREADS win."""
    workers = int(os.environ.get("DOORSTEP_WEB_WORKERS") or min(MOST_WORKERS, os.cpu_count() or 1))
    threads = int(os.environ.get("DOORSTEP_WEB_THREADS") or max(FEWEST_THREADS, PAGE_THREADS // workers))
    return workers, threads


def serve() -> None:
    """Serve the site until a signal; pages in WSGI threads, because Django under ASGI costs four times the CPU."""
    check_bundle_is_there()
    with contextlib.suppress(OSError):
        (data_folder() / "static").mkdir(parents=True, exist_ok=True)  # looked for by what serves the static files
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    workers, _threads = web_size()
    Granian(
        "doorstep.config.application:application",
        address=web_host(),
        port=web_port(),
        interface=Interfaces.RSGI,
        workers=workers,
        workers_kill_timeout=STOP_SECONDS,
        websockets=False,
        log_level=LogLevels.error,
    ).serve()


def work() -> None:
    """Run background jobs until a signal; jobs of a worker that was killed are taken up again."""
    import django

    django.setup()
    from procrastinate.contrib.django import app

    from doorstep.config.worker_queue import worker_connector

    with app.replace_connector(worker_connector()):
        asyncio.run(_work(app))


async def _work(app: App) -> None:
    over = asyncio.Event()
    async with app.open_async():
        rescue = asyncio.create_task(_take_up_stalled_jobs(app, over))
        try:
            await app.run_worker_async(
                concurrency=JOBS_AT_ONCE,
                delete_jobs="successful",
                shutdown_graceful_timeout=STOP_SECONDS,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=STALLED_SECONDS,
            )
        finally:
            # Told as well as cancelled: while the database is away, a cancellation can come back as a lost
            # connection, and a loop that only goes on would keep a worker that does nothing from ending.
            over.set()
            rescue.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await rescue


async def _take_up_stalled_jobs(app: App, over: asyncio.Event) -> None:
    """Until `over`, put jobs back in the queue whose worker has not been heard of; every job is repeatable."""
    while not over.is_set():
        try:
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
                log.warning("job %s (%s) lost its worker and is run again", job.id, job.task_name)
                await app.job_manager.retry_job(job)
        except Exception:
            log.exception("looking for stalled jobs failed")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), HEARTBEAT_SECONDS)


def end_with_parent() -> None:
    """Stop when the supervisor is gone: it holds the other end of our standard input."""
    if os.environ.get("DOORSTEP_SUPERVISED") != "1":
        return

    def wait_for_end() -> None:
        while os.read(sys.stdin.fileno(), 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait_for_end, daemon=True, name="parent-watch").start()
