"""Run the queue's jobs within a test: the real queue, the real tables, the worker's own code."""

from __future__ import annotations

from django.db import connection


def run_queued_jobs() -> None:
    """Run queued jobs, and those they queue, until none is left."""
    from procrastinate.contrib.django import app

    worker = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False, concurrency=1)
    connection.close()
