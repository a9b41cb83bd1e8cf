"""One exchange by HTTP for a check: a connection of its own, redirects followed by hand, all of it limited.

Unlike `lib.outbound` it may look inside: what managers watch lies there. It shows nobody what it read.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp

from deskbell.lib.errors import Refused
from deskbell.monitoring.checks import fields
from deskbell.monitoring.checks.common import LARGEST, Failed

MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
USER_AGENT = "Deskbell checks"
_secured: ContextVar[list[ssl.SSLObject]] = ContextVar("secured")


@dataclass(frozen=True)
class Asked:
    """What is sent. `secret` headers go to the host of the address alone."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    secret: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    follow: bool = True
    context: ssl.SSLContext | bool = True


@dataclass(frozen=True)
class Answered:
    """What came back: names of headers in lower case, `url` after redirects, the TLS of the first host."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    url: str
    secured: ssl.SSLObject | None
    is_cut: bool = False
    cookies: Mapping[str, str] = field(default_factory=dict)  # that the last host has set

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")


class Connector(aiohttp.TCPConnector):
    """Remembers the TLS of each connection for whoever asked for it: a short answer has let go of the
    connection before its headers can be looked at."""

    async def connect(self, *args: Any, **kwargs: Any) -> Any:
        connection = await super().connect(*args, **kwargs)
        seen = _secured.get(None)
        if seen is not None and connection.transport is not None:
            secured = connection.transport.get_extra_info("ssl_object")
            if secured is not None:
                seen.append(secured)
        return connection


def session() -> aiohttp.ClientSession:
    """For all checks of a process; close it at the end. Nothing is kept between two requests."""
    return aiohttp.ClientSession(
        connector=Connector(
            force_close=True, limit=0, ttl_dns_cache=10, socket_factory=_not_of_the_link
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None),
        trust_env=False,
    )


def _not_of_the_link(info: tuple[Any, Any, Any, Any, Any]) -> socket.socket:
    """The socket for an address just before it is connected, whatever its name was. Raises OSError."""
    family, kind, protocol, _, address = info
    try:
        fields.refuse_link_local(str(address[0]))
    except Refused as error:
        raise OSError(str(error)) from None
    return socket.socket(family, kind, protocol)


async def fetch(http: aiohttp.ClientSession, asked: Asked) -> Answered:
    """Raises Failed, or what aiohttp does; the caller limits the time."""
    seen: list[ssl.SSLObject] = []
    token = _secured.set(seen)
    try:
        return await _follow(http, asked, seen)
    finally:
        _secured.reset(token)


async def _follow(http: aiohttp.ClientSession, asked: Asked, seen: list[ssl.SSLObject]) -> Answered:
    url, method, body = asked.url, asked.method, asked.body
    for _ in range(MOST_REDIRECTS + 1):
        headers = {"User-Agent": USER_AGENT, **asked.headers}
        if urlsplit(url)[:2] == urlsplit(asked.url)[:2]:
            headers |= asked.secret
        async with http.request(
            method,
            url,
            headers=headers,
            data=body or None,
            allow_redirects=False,
            ssl=asked.context,
        ) as answer:
            where = answer.headers.get("Location")
            if asked.follow and answer.status in REDIRECTS and where:
                url = _next(url, where)
                if answer.status == 303 or (method == "POST" and answer.status in {301, 302}):
                    method, body = "GET", b""
                continue
            content, is_cut = await _read(answer)
            told = {name.lower(): value for name, value in answer.headers.items()}
            cookies = {name: morsel.value for name, morsel in answer.cookies.items()}
            secured = seen[0] if seen else None
            return Answered(answer.status, told, content, url, secured, is_cut, cookies)
    raise Failed(f"It leads on and on: {MOST_REDIRECTS} redirects were followed.")


def _next(url: str, where: str) -> str:
    try:
        return fields.web_address(urljoin(url, where))
    except (Refused, ValueError):
        raise Failed(f"It leads to “{where[:100]}”, which is no web address.") from None


async def _read(answer: aiohttp.ClientResponse) -> tuple[bytes, bool]:
    kept = bytearray()
    async for chunk in answer.content.iter_any():
        kept += chunk
        if len(kept) > LARGEST:
            return bytes(kept[:LARGEST]), True
    return bytes(kept), False
