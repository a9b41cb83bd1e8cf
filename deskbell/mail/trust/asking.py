"""Asking the DNS, with an answer or an `Unanswered` within seconds: a name that doesn't answer may never
hold up the mails behind it, and is never taken for a name that says nothing."""

from __future__ import annotations

import threading
import time
from typing import Protocol

import dns.exception
import dns.resolver

SECONDS = 4.0  # for one question, with all its servers
SECONDS_OF_SILENCE = 120.0  # a name that didn't answer isn't asked again for so long
RESERVED = ("example", "invalid", "localhost", "local", "test")  # RFC 2606 and 6762: nobody's


class Unanswered(Exception):
    """The DNS could not be asked; nothing follows from that."""


class Dns(Protocol):
    """Whoever knows the answers: the network's resolver, or a table in a test."""

    def ask(self, name: str, kind: str) -> list[object]:
        """All records of this kind ("TXT", "A" ...): TXT as tuples of bytes, MX as (preference,
        name), others as text. Empty if there are none. Raises Unanswered."""


class Resolver:
    """The machine's own resolver, which remembers for as long as the answers say."""

    def __init__(self) -> None:
        self._silent: dict[str, float] = {}
        self._lock = threading.Lock()
        self._resolver: dns.resolver.Resolver | None = None

    def ask(self, name: str, kind: str) -> list[object]:
        name = name.rstrip(".").lower()
        if name.rpartition(".")[2] in RESERVED:
            return []
        if time.monotonic() < self._silent.get(name, 0):
            raise Unanswered(f"{name} did not answer a moment ago.")
        try:
            answer = self._ready().resolve(name, kind, lifetime=SECONDS, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError, ValueError, UnicodeError) as error:
            self._remember_silence(name)
            raise Unanswered(f"The DNS did not answer for {name}: {error}") from error
        return [_plain(record, kind) for record in answer]

    def _ready(self) -> dns.resolver.Resolver:
        with self._lock:
            if self._resolver is None:
                self._resolver = dns.resolver.Resolver()
                self._resolver.cache = dns.resolver.LRUCache(10_000)
            return self._resolver

    def _remember_silence(self, name: str) -> None:
        with self._lock:
            if len(self._silent) > 10_000:
                self._silent.clear()
            self._silent[name] = time.monotonic() + SECONDS_OF_SILENCE


def texts(dns_: Dns, name: str) -> list[str]:
    """The TXT records of a name, each with its pieces joined."""
    found = []
    for record in dns_.ask(name, "TXT"):
        assert isinstance(record, tuple)
        found.append(b"".join(record).decode("utf-8", "replace"))
    return found


def _plain(record: object, kind: str) -> object:
    match kind:
        case "TXT":
            return tuple(record.strings)  # type: ignore[attr-defined]
        case "MX":
            return (record.preference, record.exchange.to_text(True))  # type: ignore[attr-defined]
        case "PTR":
            return record.target.to_text(True)  # type: ignore[attr-defined]
        case _:
            return record.to_text()  # type: ignore[attr-defined]
