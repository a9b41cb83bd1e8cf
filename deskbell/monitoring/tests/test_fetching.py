"""Asking vendors: real requests to a server on this machine, and what must never be asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.db import connection

from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.monitoring.models import Vendor
from deskbell.monitoring.tests import vendor_payloads as feeds
from deskbell.monitoring.vendors import catalogue, editing, fetching, polling
from tests.town import Town, at

Serve = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """A vendor's server on this machine; `asked` holds the headers of each request."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.serve: Serve = lambda request: reply(request, b"hello")
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(dict(self.headers))
                try:
                    outer.serve(self)
                except (BrokenPipeError, ConnectionResetError):
                    return  # the desk has hung up, as it should

            def log_message(self, *_: object) -> None:
                return

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_port}"


def reply(request: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name.replace("_", "-"), value)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    thread = Thread(target=made.http.serve_forever, daemon=True)
    thread.start()
    yield made
    made.http.shutdown()
    made.http.server_close()
    thread.join()


@pytest.fixture
def inside(settings: Any) -> None:
    """Let the tests reach their server; everything else is as it is."""
    settings.MAY_REACH = ["127.0.0.1"]


def test_a_server_inside_is_not_asked(server: Server) -> None:
    answer = fetching.fetch(server.address)
    assert answer.content is None and "own network" in answer.why
    assert server.asked == []


def test_a_redirect_into_a_private_network_is_not_followed(server: Server, inside: None) -> None:
    server.serve = lambda r: reply(r, b"", 302, Location="http://169.254.169.254/latest/meta-data")
    assert "own network" in fetching.fetch(server.address).why


def test_a_redirect_to_a_file_is_not_followed(server: Server, inside: None) -> None:
    server.serve = lambda r: reply(r, b"", 302, Location="file:///etc/passwd")
    assert "no web address" in fetching.fetch(server.address).why


def test_redirects_end(server: Server, inside: None) -> None:
    server.serve = lambda r: reply(r, b"", 302, Location="/again")
    assert "on and on" in fetching.fetch(server.address).why
    assert len(server.asked) == fetching.MOST_REDIRECTS + 1


def test_what_is_as_it_was_is_not_sent_again(server: Server, inside: None) -> None:
    server.serve = lambda r: reply(
        r, b"hello", ETag='"7"', Last_Modified="Tue, 24 Nov 2026 14:00:00 GMT"
    )
    first = fetching.fetch(server.address)
    assert (first.content, first.etag) == (b"hello", '"7"')
    server.serve = lambda r: reply(r, b"", 304)
    again = fetching.fetch(server.address, etag=first.etag, modified=first.modified)
    assert (again.content, again.why, again.etag) == (None, "", '"7"')
    assert server.asked[-1]["If-None-Match"] == '"7"'
    assert server.asked[-1]["If-Modified-Since"] == "Tue, 24 Nov 2026 14:00:00 GMT"


def test_more_than_two_megabytes_are_not_read(server: Server, inside: None) -> None:
    server.serve = lambda r: reply(r, b"x" * (fetching.MOST + 1))
    assert "longer than" in fetching.fetch(server.address).why


@pytest.mark.parametrize("slow", ["headers", "body"])
def test_a_server_that_trickles_is_cut_off(
    server: Server, inside: None, monkeypatch: pytest.MonkeyPatch, slow: str
) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.5)

    def trickle(request: BaseHTTPRequestHandler) -> None:
        if slow == "body":
            request.send_response(200)
            request.send_header("Content-Length", "1000")
            request.end_headers()
        for _ in range(100):
            request.wfile.write(b"x")
            request.wfile.flush()
            time.sleep(0.05)

    server.serve = trickle
    answer = fetching.fetch(server.address)
    assert answer.content is None and answer.why


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503])
def test_an_error_is_a_failure_with_its_number(server: Server, inside: None, status: int) -> None:
    server.serve = lambda r: reply(r, b"operational", status)
    assert fetching.fetch(server.address).why == f"It answers {status}."


def test_a_name_that_leads_nowhere_is_a_failure() -> None:
    assert fetching.fetch("https://nowhere.invalid/feed").why.startswith("It can't be reached")


@pytest.mark.django_db(transaction=True)
def test_a_feed_is_asked_once_a_minute_at_most(town: Town, server: Server, inside: None) -> None:
    server.serve = lambda r: reply(r, feeds.summary(), ETag='"7"')
    vendor = editing.add_from_catalogue("Zoom")
    Vendor.objects.update(address=server.address, every=1, next_at=clock.now())
    seconds = polling.step()
    polling.step()
    vendor.refresh_from_db()
    assert len(server.asked) == 1 and 0 < seconds <= polling.LONGEST_SLEEP
    assert vendor.last_at is not None and vendor.etag == '"7"'
    with moved_to(at("2036-11-24 09:00")):
        polling.step()
    assert len(server.asked) == 2 and server.asked[1]["If-None-Match"] == '"7"'


@pytest.mark.django_db(transaction=True)
def test_a_step_asks_one_batch_and_comes_round_at_once_for_the_next(
    town: Town, server: Server, inside: None
) -> None:
    """E8: a loop that waits for many servers in one step would seem dead."""
    server.serve = lambda r: reply(r, feeds.summary())
    for entry in catalogue.entries()[: polling.AT_ONCE + 1]:
        editing.add_from_catalogue(entry.name)
    Vendor.objects.update(address=server.address, feed="statuspage", next_at=clock.now())
    assert polling.step() < 1
    assert len(server.asked) == polling.AT_ONCE
    polling.step()
    assert len(server.asked) == polling.AT_ONCE + 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_ask_a_feed_once(town: Town, server: Server, inside: None) -> None:
    def slowly(request: BaseHTTPRequestHandler) -> None:
        time.sleep(0.2)
        reply(request, feeds.summary())

    server.serve = slowly
    editing.add_from_catalogue("Zoom")
    Vendor.objects.update(address=server.address, next_at=clock.now())
    workers = [Thread(target=_step) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(server.asked) == 1


def _step() -> None:
    polling.step()
    connection.close()
