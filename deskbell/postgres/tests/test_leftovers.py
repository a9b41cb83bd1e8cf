from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from deskbell.postgres import leftovers
from deskbell.postgres.cluster import Cluster
from deskbell.postgres.tests.starters import START_AND_STAY, outcome, starter, wait_until

OpenDesk = Callable[..., Cluster]


@pytest.fixture
def innocent() -> Iterator[int]:
    """The pid of a living program that isn't PostgreSQL."""
    process = subprocess.Popen(["sleep", "60"])
    yield process.pid
    process.kill()
    process.wait()


def kill(cluster: Cluster) -> int:
    pid = cluster.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    return pid


def answers(cluster: Cluster) -> bool:
    with psycopg.connect(cluster.dsn()) as connection:
        return connection.execute("select 1").fetchone() == (1,)


def test_a_committed_row_survives_the_death_of_the_server(
    open_desk: OpenDesk, desk: Cluster
) -> None:
    durable = open_desk(durable=True)
    durable.ensure_running()
    with psycopg.connect(durable.dsn()) as connection:
        connection.execute("create table promise as select 42 as minutes")
    kill(durable)
    durable.ensure_running()
    with psycopg.connect(durable.dsn()) as connection:
        assert connection.execute("select minutes from promise").fetchone() == (42,)


def test_a_killed_server_is_noticed_at_once_and_back_within_two_seconds(desk: Cluster) -> None:
    desk.ensure_running()
    before = kill(desk)
    wait_until(lambda: not desk.is_running() and not psutil.pid_exists(before), within=5)
    began = time.monotonic()
    desk.ensure_running()
    assert time.monotonic() - began < 10  # a fraction of a second on an idle machine
    assert desk.pid != before
    assert answers(desk)


def test_orphans_that_are_busy_or_frozen_are_ended_before_the_new_start(desk: Cluster) -> None:
    desk.ensure_running()
    with (
        closing(psycopg.connect(desk.dsn())) as busy,
        closing(psycopg.connect(desk.dsn())) as frozen,
    ):
        orphans = {busy.info.backend_pid, frozen.info.backend_pid}
        threading.Thread(target=_loop_forever, args=[busy], daemon=True).start()
        os.kill(frozen.info.backend_pid, signal.SIGSTOP)
        kill(desk)
        began = time.monotonic()
        desk.ensure_running()
        assert time.monotonic() - began < 15  # two seconds on an idle machine
        assert not orphans & {process.pid for process in leftovers.living(desk.folder)}
        assert answers(desk)


def _loop_forever(connection: psycopg.Connection) -> None:
    with suppress(psycopg.Error):
        connection.execute("do $$ begin loop perform 1; end loop; end $$")


def test_a_zombie_is_not_taken_for_the_server(folder: Path, desk: Cluster) -> None:
    careless = starter(folder / "var", START_AND_STAY)
    assert careless.stdout is not None
    pid = int(careless.stdout.readline())
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    assert not desk.is_running()
    desk.ensure_running()
    assert answers(desk)
    assert psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    outcome(careless)


@pytest.mark.parametrize("content", ["", "12", "not a number\n", "\x00\x00", "-1\n", "1\n/x\n"])
def test_a_torn_pid_file_does_not_hinder_the_start(desk: Cluster, content: str) -> None:
    (desk.folder / "postmaster.pid").write_text(content)
    assert not desk.is_running()
    desk.ensure_running()
    assert answers(desk)


def test_a_pid_that_another_program_has_got_is_not_taken_for_the_server(
    desk: Cluster, innocent: int
) -> None:
    desk.ensure_running()
    kill(desk)
    for lock in (desk.folder / "postmaster.pid", desk.sockets / ".s.PGSQL.5432.lock"):
        lines = lock.read_text().splitlines()
        lock.write_text("\n".join([str(innocent), *lines[1:]]) + "\n")
    assert not desk.is_running()
    desk.ensure_running()
    assert answers(desk)
    assert psutil.Process(innocent).name() == "sleep"


def test_a_program_that_stands_in_the_folder_is_neither_waited_for_nor_ended(
    desk: Cluster,
) -> None:
    visitor = subprocess.Popen(["sleep", "60"], cwd=desk.folder)
    desk.ensure_running()
    desk.stop()
    assert visitor.poll() is None
    visitor.kill()
    visitor.wait()


def test_a_server_whose_pid_file_was_lost_is_ended_and_started_anew(desk: Cluster) -> None:
    desk.ensure_running()
    lost = desk.pid
    assert lost is not None
    (desk.folder / "postmaster.pid").unlink()
    desk.ensure_running()
    assert answers(desk)
    assert desk.pid != lost
    assert all(process.pid != lost for process in leftovers.living(desk.folder))


def test_a_server_whose_socket_was_swept_away_is_started_anew(
    desk: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deskbell.postgres.cluster.DEAF_FOR", 0.3)
    desk.ensure_running()
    (desk.sockets / ".s.PGSQL.5432").unlink()
    desk.ensure_running()
    assert answers(desk)


def test_a_starter_waits_for_a_server_that_is_not_ready_yet(desk: Cluster) -> None:
    desk.ensure_running()
    pid = desk.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    waiting = threading.Thread(target=desk.ensure_running)
    waiting.start()
    waiting.join(timeout=0.5)
    assert waiting.is_alive()
    os.kill(pid, signal.SIGCONT)
    waiting.join(timeout=5)
    assert not waiting.is_alive()
    assert desk.pid == pid


@pytest.mark.parametrize("orphan", [True, False], ids=["initdb lives on", "all are killed"])
def test_an_initdb_killed_half_way_leaves_nothing_in_the_way(
    folder: Path, open_desk: OpenDesk, orphan: bool
) -> None:
    data = folder / "var"
    first = starter(data)
    wait_until(lambda: list(data.glob("pg*.new/PG_VERSION")))
    first.kill()
    outcome(first)
    assert leftovers.living(next(data.glob("pg*.new")))
    if not orphan:
        for process in leftovers.living(next(data.glob("pg*.new"))):
            with suppress(psutil.NoSuchProcess):  # initdb's own servers come and go
                process.kill()
    cluster = open_desk()
    assert not cluster.folder.exists()
    cluster.ensure_running()
    assert answers(cluster)
    assert not list(data.glob("*.new"))
