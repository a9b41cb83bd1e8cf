"""Ordinary background jobs: the one place that knows what runs them.

A room's `jobs.py` holds jobs of a few lines that load by id and call one verb. A worker that dies
leaves its job to another, so each must bear being run again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from django.db import InterfaceError, OperationalError, close_old_connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.tasks import Task

P = ParamSpec("P")
# The database went away for a while: nothing is wrong with the job.
AGAIN = RetryStrategy(
    max_attempts=20, wait=2, linear_wait=2, retry_exceptions=[OperationalError, InterfaceError]
)


def job(name: str) -> Callable[[Callable[P, object]], Task[P, None, P]]:
    """Make a function a job; its arguments are plain JSON. It is tried again when the database was away."""

    def register(function: Callable[P, object]) -> Task[P, None, P]:
        @wraps(function)
        def run(*args: P.args, **arguments: P.kwargs) -> None:
            close_old_connections()
            try:
                function(*args, **arguments)
            finally:
                close_old_connections()

        return app.task(name=name, retry=AGAIN)(run)

    return register


def nightly(name: str, at: str) -> Callable[[Callable[[], object]], object]:
    """Make a function without arguments a job that runs at each `at`, a cron line in UTC, once
    however many workers there are."""

    def register(function: Callable[[], object]) -> object:
        @wraps(function)
        def run(timestamp: int) -> None:
            close_old_connections()
            try:
                function()
            finally:
                close_old_connections()

        return app.periodic(cron=at)(app.task(name=name, queueing_lock=name)(run))

    return register


def soon(task: Task[Any, Any, Any], **arguments: Any) -> None:
    """Ask for a job: it begins when the present transaction commits, and never if that fails."""
    task.defer(**arguments)
