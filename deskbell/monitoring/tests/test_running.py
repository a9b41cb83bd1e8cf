"""The process of the checks: leases, batches, changes of state, and what becomes of it all at kill -9."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError

from deskbell.lib import clock
from deskbell.monitoring.checks import keeping, running, telling
from deskbell.monitoring.checks.gate import Gate
from deskbell.monitoring.checks.keeping import Outcome
from deskbell.monitoring.checks.running import Asker
from deskbell.monitoring.models import Alert, Check, CheckChange, Component, Timing
from deskbell.monitoring.tests.servers import Pages, serving
from deskbell.monitoring.watched import make_component
from tests import town as cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pages() -> Iterator[Pages]:
    yield Pages()


@pytest.fixture
def portal() -> Component:
    cast.build()
    return make_component("Portal")


class Process:
    """The process of the checks, as a thread with a loop of its own."""

    def __init__(self) -> None:
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self._thread.start()
        assert self._ready.wait(10)

    async def _run(self) -> None:
        self.asker, self._loop = Asker(), asyncio.get_running_loop()
        self._ready.set()
        await self.asker.run()

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self.asker.stop)
        self._thread.join(10)


@contextmanager
def asking(count: int = 1) -> Iterator[list[Process]]:
    processes = [Process() for _ in range(count)]
    try:
        yield processes
    finally:
        for each in processes:
            each.end()


def until(true: Callable[[], object], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def http(component: Component, port: int, name: str = "Page", **more: object) -> Check:
    return Check.objects.create(
        component=component,
        name=name,
        kind="http",
        asks={"url": f"http://127.0.0.1:{port}/", "statuses": "200-299"},
        **{"every": 10, "timeout": 2, "retries": 0, **more},
    )


def again(check: Check) -> None:
    """Let it be due now."""
    Check.objects.filter(pk=check.pk).update(next_at=clock.now(), leased_until=None)


def state(check: Check) -> str:
    check.refresh_from_db()
    return check.state


def test_a_check_is_asked_and_its_verdict_and_timing_are_kept(
    portal: Component, pages: Pages
) -> None:
    with serving(pages.serve) as port:
        check = http(portal, port)
        with asking():
            until(lambda: state(check) == "up")
    assert (check.failures, check.leased_until) == (0, None)
    assert check.last_said == "200, 7 bytes"
    assert check.next_at > clock.now() - timedelta(seconds=1)
    timing = Timing.objects.get()
    assert (timing.verdicts, timing.failures, timing.minutes) == (1, 0, 1)
    assert 0 < timing.least_ms == timing.most_ms == timing.total_ms
    portal.refresh_from_db()
    assert portal.state == "operational"


def test_a_failure_raises_an_alert_and_the_next_success_ends_it(
    portal: Component, pages: Pages
) -> None:
    pages.answers["/"] = (500, {}, "")
    with serving(pages.serve) as port:
        check = http(portal, port)
        with asking():
            until(lambda: state(check) == "down")
            alert = Alert.objects.get()
            assert (alert.is_open, alert.component, alert.title) == (
                True,
                portal,
                "Portal: Page is down",
            )
            assert alert.started_at == check.failing_since
            pages.answers["/"] = (200, {}, "")
            again(check)
            until(lambda: state(check) == "up")
    alert.refresh_from_db()
    assert not alert.is_open
    assert [each.state for each in CheckChange.objects.order_by("id")] == ["down", "up"]
    assert [each.state for each in portal.changes.order_by("id")] == ["major_outage", "operational"]


def test_that_the_network_is_gone_is_told_until_it_has_been_told(
    portal: Component, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database was away just then: the one alert that stands for all checks must not be lost."""
    lost, refused, tell = [True], list[str](), telling.say_network

    async def look_again(gate: Gate) -> bool:
        return lost[0]

    def once_refused(machine: str, *, lost: bool) -> None:
        if not refused:
            refused.append(machine)
            raise OperationalError("the database is away")
        tell(machine, lost=lost)

    monkeypatch.setattr(Gate, "look_again", look_again)
    monkeypatch.setattr(telling, "say_network", once_refused)
    with asking():
        until(lambda: Alert.objects.open().filter(key__startswith="network of").exists())
        lost[0] = False
        until(lambda: not Alert.objects.open().exists())
    assert refused
    assert Alert.objects.count() == 1


def test_a_fault_of_ours_ends_none_of_the_loops(
    portal: Component, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed, keep = list[int](), keeping.keep

    async def once_broken(line: Any, outcomes: list[Outcome]) -> None:
        if not failed:
            failed.append(1)
            raise RuntimeError("a fault of ours")
        await keep(line, outcomes)

    monkeypatch.setattr(keeping, "keep", once_broken)
    with serving(pages.serve) as port:
        check = http(portal, port)
        with asking():
            until(lambda: state(check) == "up")
            again(check)  # a verdict that changes nothing is kept by the loop that broke
            # Two rows, if a minute has ended in between.
            until(lambda: sum(Timing.objects.values_list("verdicts", flat=True)) == 2)
    assert failed


def test_it_ends_when_it_is_told_to_also_while_it_asks_all_that_it_may(
    portal: Component, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it was asking then is due at once for whoever comes next."""
    monkeypatch.setattr(running, "MOST_AT_ONCE", 1)
    pages.silent = True
    with serving(pages.serve) as port:
        for name in ("One", "Two"):
            http(portal, port, name, timeout=60)
        process = Process()
        until(lambda: pages.asked)
        process.end()
    assert not process.is_alive
    assert Check.objects.filter(leased_until=None, next_at__lte=clock.now()).count() == 2
