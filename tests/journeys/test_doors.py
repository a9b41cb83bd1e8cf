"""The doors of a real desk: bodies without a length, senders that stall, kill -9 counted body by body."""

from __future__ import annotations

import http.client
import json
import os
import socket
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import psycopg
import pytest

from deskbell.postgres.cluster import Cluster
from tests.journeys.running_desk import RunningDesk, running_desk, wait_for
from tests.journeys.test_killing import kill_part

KILLS = int(os.environ.get("TEST_KILLS", "3"))
BETWEEN_KILLS = 1.5  # seconds
SENDERS = 6
STALLED = 8  # more than Django has threads


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    with running_desk(tmp_path_factory.mktemp("doors")) as desk:
        add_sources(desk, ["alertmanager", "grafana", "pagerduty"])
        yield desk


@pytest.mark.parametrize(
    ("path", "secret"),
    [
        ("/alerts/alertmanager/s3cret-alertmanager", {}),
        ("/alerts/grafana/s3cret-grafana", {}),
        ("/v2/enqueue", {"routing_key": "s3cret-pagerduty"}),
        ("/generic/2010-04-15/create_event.json", {"service_key": "s3cret-pagerduty"}),
    ],
)
def test_a_body_in_chunks_without_a_length_is_kept_whole(
    running: RunningDesk, path: str, secret: dict[str, str]
) -> None:
    content = json.dumps({"text": path * 2000, **secret}).encode()
    status = post(running, path, [content[:100], content[100:30_000], content[30_000:]])
    assert 200 <= status < 300
    assert content in contents(running)


def test_a_wrong_secret_is_told_even_behind_a_large_body(running: RunningDesk) -> None:
    assert post(running, "/alerts/alertmanager/guess", [b"x" * 100]) == 404


def test_senders_who_stall_hold_up_neither_pages_nor_alerts(running: RunningDesk) -> None:
    with ExitStack() as stalled:
        for path in ["/sign-in", "/alerts/alertmanager/s3cret-alertmanager"] * STALLED:
            one = stalled.enter_context(connected(running))
            one.sendall(
                f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                f"Cookie: csrftoken={'x' * 32}\r\nContent-Length: 1000\r\n\r\n{{".encode()
            )
        with urllib.request.urlopen(f"{running.url}/sign-in", timeout=15) as page:
            assert page.status == 200
        assert post(running, "/alerts/alertmanager/s3cret-alertmanager", [b"{}"]) == 200


def test_each_body_that_was_answered_is_there_exactly_once_whatever_is_killed(
    running: RunningDesk,
) -> None:
    """Each is sent once, so one that was not answered is there once or not at all."""
    stop = threading.Event()
    with ThreadPoolExecutor(SENDERS) as senders:
        sent = [senders.submit(send_until, running, sender, stop) for sender in range(SENDERS)]
        for _ in range(KILLS):
            time.sleep(BETWEEN_KILLS)
            kill_part("web")(running)
        wait_for(lambda: is_up(running) or None, "the web process to come back")
        stop.set()
        answered = [each for one in sent for each in one.result()]
    kept = Counter(contents(running))
    assert len(answered) > 10 * KILLS
    assert [each for each in answered if kept[each] != 1] == []
    assert [each for each, times in kept.items() if b"counted" in each and times > 1] == []


def send_until(desk: RunningDesk, sender: int, stop: threading.Event) -> list[bytes]:
    """Send one body after the other; answers those that the desk said it had."""
    answered, number = [], 0
    while not stop.is_set():
        number += 1
        content = json.dumps({"counted": f"{sender} {number}", "alerts": []}).encode()
        try:
            if post(desk, "/alerts/alertmanager/s3cret-alertmanager", [content]) == 200:
                answered.append(content)
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)  # it is down for a moment
    return answered


def post(desk: RunningDesk, path: str, chunks: Sequence[bytes]) -> int:
    """In chunks, without a length."""
    door = http.client.HTTPConnection("127.0.0.1", desk.http_port, timeout=15)
    try:
        door.request(
            "POST",
            path,
            iter(chunks),
            {"Content-Type": "application/json", "Transfer-Encoding": "chunked"},
            encode_chunked=True,
        )
        return door.getresponse().status
    finally:
        door.close()


def connected(desk: RunningDesk) -> socket.socket:
    return socket.create_connection(("127.0.0.1", desk.http_port), timeout=15)


def is_up(desk: RunningDesk) -> bool:
    try:
        with urllib.request.urlopen(f"{desk.url}/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def add_sources(desk: RunningDesk, kinds: Sequence[str], impact: str = "low") -> None:
    with psycopg.connect(Cluster(desk.data).dsn()) as database:
        for kind in kinds:
            database.execute(
                "INSERT INTO monitoring_source"
                " (name, kind, token, impact, settings, sealed, paused, created_at)"
                " VALUES (%s, %s, %s, %s, '{}', '', false, now())",
                [f"Our {kind}", kind, f"s3cret-{kind}", impact],
            )


def contents(desk: RunningDesk) -> list[bytes]:
    """What the desk has kept, byte by byte."""
    with psycopg.connect(Cluster(desk.data).dsn()) as database:
        rows = database.execute("SELECT content FROM monitoring_body").fetchall()
        return [bytes(row[0]) for row in rows]
