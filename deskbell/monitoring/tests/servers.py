"""Servers on this machine for the checks to ask: they answer as a test tells them to."""

from __future__ import annotations

import asyncio
import secrets
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import uvloop
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from deskbell.lib import clock
from deskbell.monitoring.checks.common import Question, Tools, Verdict, verdict_of
from deskbell.monitoring.checks.http.fetching import session
from deskbell.monitoring.checks.kinds import KINDS

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Loop:
    """An event loop in a thread of its own, as long as the tests run.

    It isn't closed in between: uvloop refuses that while a TLS line is still saying goodbye.
    """

    def __init__(self) -> None:
        self.loop = uvloop.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)


@cache
def servers() -> Loop:
    return Loop()


@cache
def asker() -> Loop:
    return Loop()


@contextmanager
def serving(serve: Serve, *, port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Serve each connection by `serve`; gives the port."""
    guests: set[asyncio.Task[Any]] = set()

    async def guarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        guest = asyncio.current_task()
        assert guest is not None
        guests.add(guest)
        try:
            await serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            guests.discard(guest)
            writer.close()

    async def end() -> None:
        server.close()
        await asyncio.sleep(0.05)  # who has just come in is let in, and then shown out
        staying = list(guests)
        for task in staying:
            task.cancel()
        await asyncio.gather(*staying, return_exceptions=True)

    server = servers().run(asyncio.start_server(guarded, "127.0.0.1", port, ssl=tls))
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        servers().run(end())


class Pages:
    """An HTTP server: `answers` maps a path to (status, headers, body); `asked` is what came, in full."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, dict[str, str], str]] = {}
        self.asked: list[str] = []
        self.silent = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            (
                int(line[15:])
                for line in head.split("\r\n")
                if line.lower().startswith("content-length")
            ),
            0,
        )
        body = (await reader.readexactly(length)).decode()
        self.asked.append(head + body)
        if self.silent:
            await asyncio.sleep(60)
        path = head.split(" ")[1]
        status, headers, text = self.answers.get(path, (200, {}, "Welcome"))
        lines = [
            f"HTTP/1.1 {status} Said",
            f"Content-Length: {len(text.encode())}",
            "Connection: close",
        ]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", text]).encode())
        await writer.drain()


def ask(
    kind: str, asks: dict[str, Any], hidden: dict[str, str] | None = None, within: float = 5
) -> Verdict:
    """One check, asked as the process does."""

    async def go() -> Verdict:
        async with session() as http:
            question = Question(asks, hidden or {}, within)
            return await verdict_of(KINDS[kind].ask, question, Tools(http), clock.now())

    verdict: Verdict = asker().run(go())
    return verdict


class Authority:
    """A certificate authority of our own; `issue` gives a server's TLS for 127.0.0.1 and localhost."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Town authority")])
        now = datetime.now(UTC)
        self._certificate = (
            self._builder(
                self._name, self._key, now - timedelta(days=400), now + timedelta(days=400)
            )
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), False)
            .sign(self._key, hashes.SHA256())
        )
        self.pem = self._certificate.public_bytes(serialization.Encoding.PEM).decode()

    def issue(self, folder: Path, *, days: float = 90) -> ssl.SSLContext:
        """Good for so many days from now; less than none has ended already."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        ends = datetime.now(UTC) + timedelta(days=days)
        names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
        made = (
            self._builder(name, key, ends - timedelta(days=365), ends)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), False
            )
            .sign(self._key, hashes.SHA256())
        )
        file = folder / f"{secrets.token_hex(4)}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + made.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _builder(
        self, name: x509.Name, key: ec.EllipticCurvePrivateKey, begins: datetime, ends: datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(ends)
        )


@contextmanager
def naming(records: dict[tuple[str, str], list[str]]) -> Iterator[int]:
    """A name server: `records` maps (name, type) to their texts. Gives its port."""

    class Server(asyncio.DatagramProtocol):
        def connection_made(self, transport: Any) -> None:
            self._transport = transport

        def datagram_received(self, data: bytes, address: Any) -> None:
            asked = dns.message.from_wire(data)
            question = asked.question[0]
            name, kind = str(question.name).rstrip("."), dns.rdatatype.to_text(question.rdtype)
            answer = dns.message.make_response(asked)
            if not any(known == name for known, _ in records):
                answer.set_rcode(dns.rcode.NXDOMAIN)
            elif (name, kind) in records:
                answer.answer.append(
                    dns.rrset.from_text_list(question.name, 60, "IN", kind, records[name, kind])
                )
            self._transport.sendto(answer.to_wire(), address)

    loop = servers().loop
    opening = loop.create_datagram_endpoint(Server, local_addr=("127.0.0.1", 0))
    transport, _ = servers().run(opening)
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        loop.call_soon_threadsafe(transport.close)
