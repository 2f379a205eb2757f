"""Over which connections does a worker speak with the queue?"""

from __future__ import annotations

from procrastinate import PsycopgConnector
from procrastinate.connector import BaseConnector
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.utils import connector_params


class WorkerConnector(PsycopgConnector):
    """The worker takes up its jobs over a pool of its own; what a job enqueues goes over the job's connection.

    So within the transaction of the handler that enqueues it, as in a request: over the pool it would be seen, run and
    done before what it is about is committed, and would stay when that is taken back.
    """

    def get_sync_connector(self) -> BaseConnector:
        """That of Django, for everything that is not said from the worker's own loop."""
        return DjangoConnector()


def worker_connector() -> WorkerConnector:
    """A connector to the database of the product, not opened yet."""
    return WorkerConnector(kwargs=connector_params())
