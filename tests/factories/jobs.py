"""Run the queue's jobs within a test: the real queue, the real tables, the worker's own code."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from django.db import connection


def run_queued_jobs() -> None:
    """Run queued jobs, and those they queue, until none is left.

    In a thread of its own: a browser test of the same process may keep a running loop in this one.
    """
    with ThreadPoolExecutor(max_workers=1) as elsewhere:
        elsewhere.submit(_run).result()


def _run() -> None:
    from procrastinate.contrib.django import app

    from doorstep.config.worker_queue import worker_connector

    with app.replace_connector(worker_connector()):
        app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False, concurrency=1)
    connection.close()
