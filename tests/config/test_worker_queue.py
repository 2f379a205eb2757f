"""What a running job enqueues is enqueued in its own transaction, as in a request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import psycopg
import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app

from doorstep.config.worker_queue import worker_connector
from doorstep.coverage.jobs import fold
from tests.factories.loops import waited
from tests.factories.programs import forget_jobs, jobs_left

pytestmark = pytest.mark.django_db(transaction=True)


class TakenBack(Exception):
    """What a handler that failed raises."""


async def in_a_worker(work: Callable[[], int]) -> int:
    """What `work` returns in a thread of a worker, whose queue is open."""
    with app.replace_connector(worker_connector()):
        async with app.open_async():
            return await asyncio.to_thread(work)


def jobs_others_see() -> int:
    """How many jobs another connection sees."""
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as other:
        row = other.execute("SELECT count(*) FROM procrastinate_jobs").fetchone()
    assert row is not None
    return int(row[0])


def enqueue_and_commit() -> int:
    try:
        with transaction.atomic():
            fold.defer()
            return jobs_others_see()
    finally:
        connection.close()


def enqueue_and_take_back() -> int:
    try:
        with suppress(TakenBack), transaction.atomic():
            fold.defer()
            raise TakenBack
        return jobs_others_see()
    finally:
        connection.close()


def test_a_job_is_seen_only_after_what_it_is_about_is_committed() -> None:
    forget_jobs()
    assert waited(in_a_worker(enqueue_and_commit)) == 0
    assert jobs_left() == [("coverage.fold", "todo")]
    forget_jobs()


def test_a_job_goes_with_what_is_taken_back() -> None:
    forget_jobs()
    assert waited(in_a_worker(enqueue_and_take_back)) == 0
    assert jobs_left() == []
