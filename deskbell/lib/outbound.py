"""Requests that the desk makes to addresses which people or strangers have written.

They may not reach inside: neither the desk's own machine, nor its network, nor what lies behind a
cloud's metadata address. The address that was checked is the one that is connected to, so a name
that resolves to another one a moment later (DNS rebinding) gains nothing, and each redirect is
checked again. Time and size are limited in all, not for each piece.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from django.conf import settings
from yarl import URL

from deskbell.lib.errors import Refused

LONGEST = 10.0  # seconds, from the name's resolution to the last byte
LARGEST = 2 * 1024 * 1024  # bytes of an answer
MOST_REDIRECTS = 5
NAT64 = IPv6Network("64:ff9b::/96")
# Inside although they are counted as global, or were once: clouds' own services among them.
ODD = tuple(
    ip_network(each)
    for each in ("::/96", "64:ff9b:1::/48", "fec0::/10", "192.0.0.0/24", "168.63.129.16/32")
)
_LOOKING_UP = threading.BoundedSemaphore(64)
REDIRECTS = frozenset({301, 302, 303, 307, 308})
USER_AGENT = "Deskbell"


class Unreachable(Exception):
    """No answer came, or none that could be read to its end; the sentence says why."""


class TooLong(Unreachable):
    """The answer is longer than was asked for."""


@dataclass(frozen=True)
class Answer:
    """What came back: `url` is where it came from after redirects, header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    url: str

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True)
class Request:
    """What is asked, and within which limits. `redirects` is how many are followed. `outside_only`: not
    even what the operator named in DESKBELL_MAY_REACH may be asked, since a stranger wrote the address."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""
    within: float = LONGEST
    most: int = LARGEST
    redirects: int = 0
    outside_only: bool = False


def fetch(request: Request) -> Answer:
    """Make the request and wait for its answer. Raises Refused for an address that may not be asked
    or a wrong one, Unreachable when no answer came."""
    return asyncio.run(fetch_async(request))


async def fetch_async(request: Request) -> Answer:
    """The same for callers on a loop."""
    try:
        async with asyncio.timeout(request.within):
            resolver = OutsideOnly(strictly=request.outside_only)
            connector = aiohttp.TCPConnector(
                resolver=resolver, socket_factory=resolver.socket_for, force_close=True
            )
            async with aiohttp.ClientSession(
                connector=connector, trust_env=False, auto_decompress=False
            ) as session:
                return await _follow(session, request)
    except TimeoutError:
        raise Unreachable(f"No answer within {request.within:g} seconds.") from None
    except aiohttp.ClientConnectorDNSError as error:
        raise Unreachable(f"The name {error.host} could not be found.") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}"[:300]) from None


def checked_url(url: str, *, outside_only: bool = False) -> str:
    """The address, if the desk may ask it as far as its letters tell. Raises Refused. `outside_only` as
    in Request."""
    try:
        parts = urlsplit(url)
        # The host as the request will name it: digits of other scripts are digits by then.
        host, port = URL(url).raw_host, parts.port
    except (ValueError, TypeError):
        raise Refused(
            f"“{url[:100]}” is no web address: write it like https://example.org/."
        ) from None
    if parts.scheme not in {"http", "https"} or not host or port == 0:
        raise Refused(f"“{url[:100]}” is no web address: write it like https://example.org/.")
    if parts.username or parts.password:
        raise Refused("Leave the user and password out of the address.")
    literal = _literal(host)
    if literal is not None and not _may_reach(literal, host, strictly=outside_only):
        raise Refused(f"{host} lies inside the desk's own network, and may not be asked.")
    return url


def is_outside(address: IPv4Address | IPv6Address) -> bool:
    """Is this a public address, seen through the forms in which IPv6 can wrap an IPv4 one?"""
    if isinstance(address, IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour
        if wrapped is None and address in NAT64:
            wrapped = IPv4Address(int(address) & 0xFFFFFFFF)
        if wrapped is not None:
            return is_outside(wrapped)
        if address.teredo is not None or address.scope_id:
            return False
    if any(address in network for network in ODD):
        return False
    return address.is_global and not address.is_multicast


class OutsideOnly(AbstractResolver):
    """Resolves names to the addresses that may be reached, and connects to no other: an address that
    stands in place of a name is never resolved."""

    def __init__(self, *, strictly: bool = False) -> None:
        self._strictly = strictly
        self._named: set[str] = set()  # addresses of names that the operator allows

    def socket_for(self, info: tuple[Any, Any, Any, Any, Any]) -> socket.socket:
        """The socket for an address, just before it is connected. Raises OSError."""
        family, kind, protocol, _, address = info
        to = str(address[0])
        may_reach = _may_reach(ip_address(to), to, strictly=self._strictly)
        if to not in self._named and not may_reach:
            raise OSError(f"{to} lies inside the desk's own network, and may not be asked.")
        return socket.socket(family, kind, protocol)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await _looked_up(host, port, family)
        addresses = {str(each[4][0]): each[0] for each in found}
        allowed = {
            address: kind
            for address, kind in addresses.items()
            if _may_reach(ip_address(address), host, strictly=self._strictly)
        }
        if not allowed:
            raise Refused(f"{host} lies inside the desk's own network, and may not be asked.")
        self._named |= allowed.keys()
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=kind,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address, kind in allowed.items()
        ]

    async def close(self) -> None:
        """Nothing is held."""


async def _looked_up(host: str, port: int, family: socket.AddressFamily) -> list[Any]:
    """What the system's resolver says, in a thread that nobody waits for: one whose name server never
    answers takes half a minute and can't be stopped, and the loop's own threads are joined at its end."""
    while not _LOOKING_UP.acquire(blocking=False):
        await asyncio.sleep(0.02)
    loop = asyncio.get_running_loop()
    found: asyncio.Future[list[Any]] = loop.create_future()

    def tell(set_to: Callable[[Any], None], what: object) -> None:
        if not found.done():
            set_to(what)

    def look_up() -> None:
        try:
            told = found.set_result, socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)
        except (OSError, ValueError) as error:
            told = found.set_exception, error  # type: ignore[assignment]
        finally:
            _LOOKING_UP.release()
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(tell, *told)

    threading.Thread(target=look_up, name=f"look up {host}"[:60], daemon=True).start()
    return await found


async def _follow(session: aiohttp.ClientSession, request: Request) -> Answer:
    url = checked_url(request.url, outside_only=request.outside_only)
    method, content = request.method, request.content
    headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **request.headers}
    for _ in range(request.redirects + 1):
        async with session.request(
            method, url, headers=headers, data=content or None, allow_redirects=False
        ) as answer:
            where = answer.headers.get("Location")
            if answer.status in REDIRECTS and where and request.redirects:
                following = checked_url(urljoin(url, where), outside_only=request.outside_only)
                headers = _without_secrets(headers, url, following)
                if answer.status == 303 or (method == "POST" and answer.status in {301, 302}):
                    method, content = "GET", b""
                url = following
                continue
            return Answer(
                answer.status,
                {name.lower(): value for name, value in answer.headers.items()},
                await _read(answer, request.most),
                url,
            )
    raise Unreachable(f"It leads on and on: {request.redirects} redirects were followed.")


async def _read(answer: aiohttp.ClientResponse, most: int) -> bytes:
    kept = bytearray()
    async for chunk in answer.content.iter_chunked(64 * 1024):
        kept += chunk
        if len(kept) > most:
            raise TooLong(f"The answer is longer than {most:,} bytes.")
    return bytes(kept)


def _without_secrets(headers: dict[str, str], before: str, after: str) -> dict[str, str]:
    """What was meant for one host is not shown to the next."""
    if urlsplit(before)[:2] == urlsplit(after)[:2]:
        return headers
    secret = {"authorization", "cookie", "proxy-authorization"}
    return {name: value for name, value in headers.items() if name.lower() not in secret}


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    """The address that a host's letters are, also in the forms that only a C library reads."""
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        pass
    try:
        return (
            IPv4Address(socket.inet_aton(host))
            if host[-1:].isalnum() and host[0].isdigit()
            else None
        )
    except OSError:
        return None


def _may_reach(address: IPv4Address | IPv6Address, host: str, *, strictly: bool) -> bool:
    return is_outside(address) or (not strictly and _is_allowed(address, host))


def _is_allowed(address: IPv4Address | IPv6Address, host: str) -> bool:
    """Has the operator named this host or its network in DESKBELL_MAY_REACH?"""
    for named in settings.MAY_REACH:
        try:
            if address in ip_network(named, strict=False):
                return True
        except ValueError:
            if named.lower() == host.lower():
                return True
    return False
