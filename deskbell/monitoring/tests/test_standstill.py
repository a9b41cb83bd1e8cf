"""The process of the checks dies, hangs, or loses PostgreSQL: what was said before is no truth any more,
and none of it raises a false alarm (E8)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from deskbell.lib import clock
from deskbell.monitoring.checks.standstill import LATE, SEEN_FOR, Standstill
from deskbell.monitoring.models import Alert, Check, Component
from deskbell.monitoring.tests.servers import Pages, serving
from deskbell.monitoring.watched import make_component
from deskbell.postgres.cluster import Cluster
from deskbell.realtime.models import Beat
from deskbell.tickets.models import Ticket
from tests import town as cast
from tests.house.rooms import ROOT

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def portal() -> Component:
    cast.build()
    return make_component("Portal")


@pytest.fixture
def pages() -> Iterator[tuple[Pages, int]]:
    made = Pages()
    with serving(made.serve) as port:
        yield made, port


@contextmanager
def process() -> Iterator[subprocess.Popen[bytes]]:
    """`deskbell checks`, as the supervisor starts it, against the database of this test."""
    given = connection.settings_dict
    address = f"postgresql://{given['USER']}@/{given['NAME']}?host={given['HOST']}"
    address += f"&port={given['PORT']}" if given["PORT"] else ""
    own = os.environ | {"DATABASE_URL": address, "DESKBELL_DATA": str(settings.DATA)}
    started = subprocess.Popen(
        [sys.executable, "-m", "deskbell", "checks"], cwd=ROOT, env=own, stderr=subprocess.DEVNULL
    )
    try:
        yield started
    finally:
        started.send_signal(signal.SIGCONT)
        started.kill()
        started.wait(10)


def check_of(component: Component, port: int, **more: object) -> Check:
    return Check.objects.create(
        component=component,
        name="Page",
        kind="http",
        asks={"url": f"http://127.0.0.1:{port}/", "statuses": "200-299"},
        **{"every": 10, "timeout": 2, "retries": 0, **more},
    )


def until(true: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def state(check: Check) -> str:
    check.refresh_from_db()
    return check.state


def let_pass(check: Check) -> None:
    """As if its turn had come so long ago that it counts."""
    Check.objects.filter(pk=check.pk).update(next_at=clock.now() - LATE - timedelta(seconds=1))


def look_long_enough() -> None:
    """A worker that looks again and again."""
    now = [0.0]
    worker = Standstill(lambda: now[0])
    while now[0] <= SEEN_FOR + 10:
        worker.step()
        now[0] += 10


def alerts() -> list[tuple[str, bool]]:
    return [(each.title, each.is_open) for each in Alert.objects.order_by("id")]


def test_killed_what_it_watched_is_unknown_and_one_alert_says_so_until_it_is_back_e8(
    portal: Component, pages: tuple[Pages, int]
) -> None:
    check = check_of(portal, pages[1])
    with process() as asking:
        until(lambda: state(check) == "up")
        asking.send_signal(signal.SIGKILL)
        asking.wait(10)
    let_pass(check)
    look_long_enough()
    portal.refresh_from_db()
    assert (state(check), portal.state) == ("unknown", "unknown")
    assert alerts() == [("The desk’s own checks stand still", True)]
    assert Ticket.objects.get().impact == "urgent"
    with process():
        until(lambda: state(check) == "up")
    look_long_enough()
    portal.refresh_from_db()
    assert portal.state == "operational"
    assert alerts() == [("The desk’s own checks stand still", False)]


def test_hanging_it_is_seen_and_its_late_answer_counts_no_more_e8(
    portal: Component, pages: tuple[Pages, int]
) -> None:
    served, port = pages
    check = check_of(portal, port, timeout=3)
    with process() as asking:
        until(lambda: state(check) == "up")
        served.silent = True
        Check.objects.update(next_at=clock.now(), leased_until=None)
        until(lambda: len(served.asked) > 1)
        asking.send_signal(signal.SIGSTOP)
        let_pass(check)
        look_long_enough()
        assert state(check) == "unknown"
        served.silent = False
        asking.send_signal(signal.SIGCONT)
        until(lambda: state(check) == "up")
    look_long_enough()
    assert alerts() == [("The desk’s own checks stand still", False)]


def test_failures_before_a_standstill_are_not_in_a_row_with_those_after(
    portal: Component, pages: tuple[Pages, int]
) -> None:
    check = check_of(portal, pages[1], retries=2, failures=2, state="up")
    let_pass(check)
    look_long_enough()
    assert (state(check), check.failures) == ("unknown", 0)


def test_postgresql_restarted_in_the_middle_raises_no_alarm(
    portal: Component, pages: tuple[Pages, int]
) -> None:
    check = check_of(portal, pages[1])
    with process() as asking:
        until(lambda: state(check) == "up")
        restart_postgres()
        Check.objects.update(next_at=clock.now(), leased_until=None)
        before = check.last_at
        until(lambda: state(check) == "up" and check.last_at != before)
        assert asking.poll() is None
        until(lambda: Beat.objects.filter(name="checks").exists())
    assert alerts() == []


def test_a_worker_that_could_not_look_blames_nobody_at_once(
    portal: Component, pages: tuple[Pages, int]
) -> None:
    """PostgreSQL was away for minutes, or the whole machine slept: the checks are about to catch up."""
    check = check_of(portal, pages[1], state="up")
    now = [0.0]
    worker = Standstill(lambda: now[0])
    worker.step()
    let_pass(check)
    for seconds in (600, 610, 620, 700):
        now[0] = seconds
        worker.step()
    assert (state(check), alerts()) == ("up", [])


@pytest.mark.parametrize("kept", [{"state": "paused"}, {"kind": "heartbeat"}])
def test_what_nobody_is_to_ask_does_not_stand_still(
    portal: Component, pages: tuple[Pages, int], kept: dict[str, str]
) -> None:
    check = check_of(portal, pages[1], state="up")
    Check.objects.update(**kept)
    let_pass(check)
    look_long_enough()
    assert (state(check), alerts()) == (kept.get("state", "up"), [])


def restart_postgres() -> None:
    """A fast restart, which breaks every connection."""
    cluster = Cluster(Path(os.environ["DESKBELL_DATA"]), durable=False)
    cluster.stop("fast")
    cluster.ensure_running()
    connection.close()
