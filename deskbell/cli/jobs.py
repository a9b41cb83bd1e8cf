"""Ordinary background jobs: procrastinate's worker, the rescue of what a dead one left, housekeeping."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading

from django.contrib.sessions.models import Session
from django.db import close_old_connections
from procrastinate import App, JobContext
from procrastinate.connector import BaseConnector
from procrastinate.contrib.django import app as tasks
from procrastinate.contrib.django.django_connector import DjangoConnector

from deskbell.helpcenter import asked
from deskbell.lib import clock
from deskbell.realtime import publish
from deskbell.realtime.beating import beat
from deskbell.tickets import solving

HEARTBEAT, STALLED = 2.0, 10.0  # seconds
LONGEST_PAUSE = 5.0
log = logging.getLogger(__name__)


def run_until(stop: threading.Event) -> None:
    """Do jobs in this thread until `stop` is set; outlives the database."""
    pause = 0.2
    while not stop.is_set():
        try:
            # An app beside Django's: deferring in this process stays inside Django's transactions.
            asyncio.run(_work(tasks.with_connector(_own_connections()), stop))
            pause = 0.2
        except Exception as error:  # noqa: BLE001 - whatever it was, the jobs must go on
            log.warning("The jobs lost the database and will go on soon: %s", error)
            stop.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


def _own_connections() -> BaseConnector:
    assert isinstance(tasks.connector, DjangoConnector)
    return tasks.connector.get_worker_connector()


async def _work(app: App, stop: threading.Event) -> None:
    async with app.open_async():
        working = asyncio.create_task(
            app.run_worker_async(
                install_signal_handlers=False,
                delete_jobs="successful",
                update_heartbeat_interval=HEARTBEAT,
                stalled_worker_timeout=STALLED,
                shutdown_graceful_timeout=3,
            )
        )
        while not (stop.is_set() or working.done()):
            await asyncio.sleep(0.2)
        working.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await working


@tasks.periodic(cron="* * * * * */10")
@tasks.task(name="rescue", queueing_lock="rescue", pass_context=True)
async def rescue(context: JobContext, timestamp: int) -> None:
    """Give back the jobs of a worker that has died: procrastinate alone would leave them."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
        await manager.retry_job(job)


@tasks.periodic(cron="* * * * * */30")
@tasks.task(name="beat", queueing_lock="beat")
def beat_of_jobs(timestamp: int) -> None:
    """Say that jobs are done: whoever watches over the desk sees when they are not (E8)."""
    close_old_connections()
    beat("jobs")
    close_old_connections()


@tasks.periodic(cron="*/5 * * * *")
@tasks.task(name="housekeeping", queueing_lock="housekeeping")
def housekeeping(timestamp: int) -> None:
    """Forget old live events, sessions and searches, and close what was solved long ago."""
    close_old_connections()
    publish.prune()
    Session.objects.filter(expire_date__lt=clock.now()).delete()
    solving.close_what_was_solved_long_ago()
    asked.trim()
    close_old_connections()
