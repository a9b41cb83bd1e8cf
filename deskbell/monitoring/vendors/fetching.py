"""Asking a vendor for its feed: at an address outside that was looked at first, for 10 s and 2 MB at most.

The connection goes to the very address that was judged, so a name can't lead elsewhere in between; each
redirect is judged again.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.client import HTTPException
from threading import Timer
from time import monotonic
from urllib.parse import SplitResult, urljoin, urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

MOST, SECONDS, MOST_REDIRECTS = 2 * 1024 * 1024, 10.0, 3
AGENT = "Deskbell (status feeds)"


@dataclass(frozen=True)
class Answer:
    """What a vendor answered. `why` is a sentence if it failed; `content` is None if nothing is new."""

    content: bytes | None = None
    etag: str = ""
    modified: str = ""
    why: str = ""


class _Failed(Exception):
    """Why the feed can't be had; the sentence is shown to people."""


def fetch(address: str, *, etag: str = "", modified: str = "") -> Answer:
    """Ask for a feed unless it is as it was. Never raises: that it failed is data."""
    headers = {"User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "identity"}
    if etag:
        headers["If-None-Match"] = etag
    if modified:
        headers["If-Modified-Since"] = modified
    until = monotonic() + SECONDS
    try:
        for _ in range(MOST_REDIRECTS + 1):
            found = _ask(address, headers, until)
            if isinstance(found, Answer):
                return found
            address = found
        return Answer(why="It sends from one address to the next, without an end.")
    except _Failed as error:
        return Answer(why=str(error))
    except TimeoutError:
        return Answer(why=f"No whole answer came within {SECONDS:.0f} seconds.")
    except (HTTPError, HTTPException, OSError, ValueError) as error:
        return Answer(why=f"It can't be reached: {error}"[:300])


def is_outside(address: str) -> bool:
    """May a feed lie at this IP address? Not on this machine, nor in a private network."""
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_global and not found.is_multicast


def _ask(address: str, headers: dict[str, str], until: float) -> Answer | str:
    """The answer, or the address to which it redirects."""
    parts = urlsplit(address)
    with _connected(parts, until) as connection:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(
            "GET", target, headers={"Host": parts.netloc, **headers}, preload_content=False
        )
        answer = connection.getresponse()
        if answer.status in {301, 302, 303, 307, 308} and "Location" in answer.headers:
            return urljoin(address, answer.headers["Location"])
        etag = answer.headers.get("ETag", "")[:300]
        modified = answer.headers.get("Last-Modified", "")[:100]
        if answer.status == 304:
            return Answer(etag=etag or headers.get("If-None-Match", ""), modified=modified)
        if answer.status != 200:
            raise _Failed(f"It answers {answer.status}.")
        kept = bytearray()
        while chunk := answer.read1(65536, decode_content=False):
            kept += chunk
            if len(kept) > MOST:
                raise _Failed("It has more than 2 MB.")
            if monotonic() > until:
                raise TimeoutError
        if monotonic() > until:
            raise TimeoutError
        return Answer(bytes(kept), etag, modified)


@contextmanager
def _connected(parts: SplitResult, until: float) -> Iterator[HTTPConnection]:
    """A connection that is cut when the time is over, however slowly the other side speaks."""
    host = parts.hostname
    if parts.scheme not in {"http", "https"} or not host or parts.username:
        raise _Failed("Its address is none that begins with https://.")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    left = max(0.1, until - monotonic())
    where = _look_up(host, port)
    connection = (
        HTTPSConnection(where, port, timeout=left, server_hostname=host, ssl_context=_context())
        if parts.scheme == "https"
        else HTTPConnection(where, port, timeout=left)
    )
    connection.connect()
    cut = Timer(left, _cut, [connection.sock])
    cut.daemon = True
    cut.start()
    try:
        yield connection
    finally:
        cut.cancel()
        connection.close()


def _look_up(host: str, port: int) -> str:
    """An IP address of the host, if all of them lie outside."""
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found or not all(is_outside(each) for each in found):
        raise _Failed("Its address leads into a private network.")
    return found[0]


def _cut(sock: socket.socket) -> None:
    """End a connection below its TLS, from another thread."""
    try:
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
    except OSError:
        return  # it has ended by itself


@cache
def _context() -> ssl.SSLContext:
    return ssl.create_default_context()
