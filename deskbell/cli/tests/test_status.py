"""The status page on its own port: the same answers as on the desk's, while there is no database at all."""

from __future__ import annotations

import http.client
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from deskbell.cli.tests.desks import Desk, eventually, free_port
from deskbell.incidents.status_page.folder import Folder
from deskbell.incidents.status_page.serving import StatusPage
from deskbell.incidents.tests import status_pages

PAGE = b'<!doctype html><html lang="en"><body><h1>Well</h1>' + b"<p>word</p>" * 200


@dataclass
class Page:
    """The running process, and its folder."""

    port: int
    root: Path

    def ask(
        self, path: str, method: str = "GET", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request(method, path, headers=named)
        answer = line.getresponse()
        body = answer.read()
        line.close()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, body

    def answers(self) -> bool:
        try:
            return self.ask("/status")[0] == 200
        except OSError:
            return False


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    data, port = tmp_path_factory.mktemp("desk"), free_port()
    folder = Folder(data / "status")
    folder.write("index.html", PAGE)
    folder.write("404.html", b"Nothing here")
    folder.write("api/v2/summary.json", b"{}")
    desk = Desk(data, DESKBELL_STATUS_PORT=str(port), DESKBELL_URL="https://desk.example")
    # Nothing listens there: whatever asked the database would fail.
    desk.environment["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none"
    command = [sys.executable, "-m", "deskbell", "status"]
    process = subprocess.Popen(command, env=desk.environment)
    running = Page(port, folder.root)
    try:
        eventually(running.answers, seconds=60)
        yield running
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.mark.parametrize("path", ["/status", "/status/api/v2/summary.json", "/status/nothing"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_it_answers_as_the_desks_own_port_does(
    page: Page, path: str, method: str, encoding: str
) -> None:
    asked = {"accept_encoding": encoding} if encoding else {}
    there = status_pages.ask(StatusPage(page.root), path, method, **asked)
    status, headers, body = page.ask(path, method, **asked)
    assert (status, body) == (there.status, there.body)
    assert there.headers.items() <= headers.items()


def test_who_has_it_is_told_so(page: Page) -> None:
    etag = page.ask("/status")[1]["etag"]
    status, headers, body = page.ask("/status", if_none_match=etag)
    assert (status, headers["etag"], body) == (304, etag, b"")


def test_what_is_not_the_page_is_sent_on(page: Page) -> None:
    status, headers, _ = page.ask("/status/subscribe?lang=es")
    assert (status, headers["location"]) == (
        307,
        "https://desk.example/status/subscribe?lang=es",
    )
    for path in ("/", "/inbox", "/statuses"):
        assert (page.ask(path)[0], page.ask(path)[1]["location"]) == (307, "/status")


def test_a_new_page_is_there_at_once(page: Page) -> None:
    Folder(page.root).write("news.html", b"One")
    assert page.ask("/status/news")[2] == b"One"
    Folder(page.root).write("news.html", b"Two, and longer")
    eventually(lambda: page.ask("/status/news")[2] == b"Two, and longer", seconds=20)


def test_without_a_port_it_says_what_to_set(tmp_path: Path) -> None:
    ended = Desk(tmp_path).command("status")
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert "DESKBELL_STATUS_PORT" in ended.stderr
