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

    worker = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False, concurrency=1)
    connection.close()
