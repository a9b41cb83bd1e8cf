"""The worker's loops: woken at once, never ended by a fault, stopped in order."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction

from deskbell.postgres.cluster import Cluster
from deskbell.realtime.loops import Step, run_forever
from deskbell.realtime.wake import wake

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_step_is_called_as_soon_as_the_change_that_wakes_it_commits() -> None:
    calls: list[float] = []
    with loops(mail=lambda: calls.append(time.monotonic()) or 60.0):  # type: ignore[func-returns-value]
        settle(calls)
        before = len(calls)
        with transaction.atomic():
            wake("mail")
            time.sleep(0.2)
            assert len(calls) == before
        eventually(lambda: len(calls) == before + 1, seconds=8)


def test_waking_one_loop_leaves_the_others_asleep() -> None:
    mail: list[int] = []
    clocks: list[int] = []
    with loops(mail=lambda: mail.append(1) or 60.0, clocks=lambda: clocks.append(1) or 60.0):  # type: ignore[func-returns-value]
        settle(mail, clocks)
        before = len(clocks)
        wake("mail")
        eventually(lambda: len(mail) > 1)
        time.sleep(0.2)
        assert len(clocks) == before


def test_a_step_names_the_pause_until_its_next_call() -> None:
    calls: list[float] = []
    with loops(clocks=lambda: calls.append(time.monotonic()) or 0.05):  # type: ignore[func-returns-value]
        eventually(lambda: len(calls) > 8)
    assert calls[-1] - calls[-2] < 0.5


def test_loops_that_are_stopped_while_their_first_step_runs_come_home_at_once() -> None:
    begun, finish, stop = threading.Event(), threading.Event(), threading.Event()

    def step() -> float:
        begun.set()
        finish.wait(5)
        return 60.0

    thread = threading.Thread(target=run_forever, args=({"mail": step}, stop))
    thread.start()
    assert begun.wait(5)
    stop.set()
    time.sleep(0.2)
    finish.set()
    thread.join(2)
    assert not thread.is_alive()


def test_a_step_that_fails_is_called_again_and_takes_no_other_with_it() -> None:
    failed: list[int] = []
    well: list[int] = []

    def fail() -> float:
        failed.append(1)
        raise OperationalError("away") if len(failed) == 1 else ValueError("a fault")

    with loops(mail=fail, clocks=lambda: well.append(1) or 0.05):  # type: ignore[func-returns-value]
        eventually(lambda: len(failed) >= 3 and len(well) >= 3)


def test_after_a_restart_of_postgresql_everyone_is_woken_and_can_be_woken_again() -> None:
    calls: list[float] = []
    with loops(mail=lambda: calls.append(time.monotonic()) or 60.0):  # type: ignore[func-returns-value]
        settle(calls)
        before = len(calls)
        cluster = Cluster(Path(os.environ["DESKBELL_DATA"]), durable=False)
        cluster.stop("fast")
        cluster.ensure_running()
        connection.close()
        eventually(lambda: len(calls) > before)
        settle(calls)
        before = len(calls)
        wake("mail")
        eventually(lambda: len(calls) > before, seconds=8)


def loops(**steps: Step) -> AbstractContextManager[None]:
    """These loops run inside the block, and have come home in time after it."""

    @contextmanager
    def running():  # type: ignore[no-untyped-def]
        stop = threading.Event()
        thread = threading.Thread(target=run_forever, args=(steps, stop))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(3)
            assert not thread.is_alive()

    return running()


def settle(*calls: list[float] | list[int]) -> None:
    """Wait until the start, and the wake-up when the connection stands, are over."""
    eventually(lambda: all(len(one) >= 2 for one in calls))
    time.sleep(0.1)


def eventually(holds: Callable[[], bool], seconds: float = 10) -> None:
    limit = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < limit, "it never came true"
        time.sleep(0.01)
