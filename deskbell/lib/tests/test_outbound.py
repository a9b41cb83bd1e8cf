"""The desk asks addresses that strangers wrote, and is never led inside by them."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any

import pytest

from deskbell.lib import outbound
from deskbell.lib.errors import Refused
from deskbell.lib.outbound import Request, Unreachable, fetch


class Site(BaseHTTPRequestHandler):
    """A small web site with the faults that real ones have."""

    asked: list[tuple[str, str, str | None]] = []

    def do_GET(self) -> None:
        Site.asked.append((self.command, self.path, self.headers.get("Authorization")))
        match self.path:
            case "/there":
                self._send(200, b"hello")
            case "/moved":
                self._send(302, b"", "/there")
            case "/inside":
                self._send(302, b"", "http://169.254.169.254/latest/meta-data/")
            case "/round":
                self._send(302, b"", "/round")
            case "/large":
                self._send(200, b"x" * (outbound.LARGEST + 1))
            case "/slow":
                self._drip()

    do_POST = do_GET

    def _send(self, status: int, content: bytes, location: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        try:
            for _ in range(100):
                self.wfile.write(b".")
                time.sleep(0.05)
        except OSError:
            pass

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    Site.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "ff02::1",
        "::127.0.0.1",
        "64:ff9b:1::7f00:1",
        "fec0::1",
        "192.0.0.192",
        "168.63.129.16",
    ],
)
def test_an_address_inside_is_told_in_each_of_its_forms(address: str) -> None:
    assert not outbound.is_outside(ip_address(address))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "64:ff9b::5db8:d70e"])
def test_an_address_outside_may_be_asked(address: str) -> None:
    assert outbound.is_outside(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://017700000001/",
        "http://127.1/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://localhost/",
        "http://１２７.0.0.1/",  # what asks reads digits of other scripts as digits
        "http://127。0。0。1/",
        "http://127.0.0.①/",
        "http://169.254.169.²⁵⁴/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "http://",
        "http://[",
        "http://user:secret@example.org/",
        "gopher://example.org/",
    ],
)
def test_an_address_inside_or_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        fetch(Request(url))


@pytest.mark.parametrize("to", ["127.0.0.1", "10.0.0.1", "::1", "fe80::1%lo"])
def test_no_socket_is_made_for_an_address_inside_however_it_was_written(to: str) -> None:
    info = (socket.AF_INET6 if ":" in to else socket.AF_INET, socket.SOCK_STREAM, 6, "", (to, 80))
    with pytest.raises(OSError, match="inside the desk's own network"):
        outbound.OutsideOnly().socket_for(info)


def test_a_name_that_leads_inside_is_refused_although_its_letters_do_not_tell(
    site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is connected to is what was checked: the name is resolved once."""
    resolved: list[str] = []
    real: Any = socket.getaddrinfo

    def pretend(host: str, *args: Any, **more: Any) -> Any:
        if host == "rebinding.example.org":
            resolved.append(host)
            host = "127.0.0.1"
        return real(host, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", pretend)
    with pytest.raises(Refused, match="inside"):
        fetch(Request(site.replace("127.0.0.1", "rebinding.example.org") + "/there"))
    assert len(resolved) == 1 and Site.asked == []


def test_a_host_that_the_operator_named_may_be_asked(site: str, settings: Any) -> None:
    settings.MAY_REACH = ["127.0.0.0/8"]
    assert fetch(Request(site + "/there")).content == b"hello"


def test_a_redirect_is_followed_only_if_asked_for_and_never_inside(
    site: str, settings: Any
) -> None:
    settings.MAY_REACH = ["127.0.0.1"]
    assert fetch(Request(site + "/moved")).status == 302
    found = fetch(Request(site + "/moved", redirects=3))
    assert (found.status, found.content, found.url) == (200, b"hello", site + "/there")
    with pytest.raises(Refused, match="inside"):
        fetch(Request(site + "/inside", redirects=3))
    with pytest.raises(Unreachable, match="on and on"):
        fetch(Request(site + "/round", redirects=3))


def test_an_answer_that_is_too_long_or_never_ends_is_given_up(site: str, settings: Any) -> None:
    settings.MAY_REACH = ["127.0.0.1"]
    with pytest.raises(Unreachable, match="longer"):
        fetch(Request(site + "/large"))
    with pytest.raises(Unreachable, match="within"):
        fetch(Request(site + "/slow", within=0.5))


def test_nobody_there_is_said_in_a_sentence(settings: Any) -> None:
    settings.MAY_REACH = ["127.0.0.1"]
    with pytest.raises(Unreachable):
        fetch(Request("http://127.0.0.1:1/"))


def test_a_proxy_of_the_environment_is_not_asked(
    site: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MAY_REACH = ["127.0.0.1"]
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1/")
    assert fetch(Request(site + "/there")).is_ok


def test_a_name_server_that_never_answers_ends_with_the_time_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The system's resolver can't be cancelled: nobody waits for its thread."""
    over, gave_up = threading.Event(), []

    def never(*args: Any, **more: Any) -> Any:
        over.wait(20)
        gave_up.append(True)
        raise socket.gaierror("It gave up.")

    monkeypatch.setattr(socket, "getaddrinfo", never)
    with pytest.raises(Unreachable, match="No answer within"):
        fetch(Request("http://lost.example/", within=0.2))
    assert gave_up == []
    over.set()
