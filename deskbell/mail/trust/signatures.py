"""What speaks for a mail: SPF by the address it came from, DKIM by its signatures, ARC by its chain."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

import dkim
import spf

from deskbell.mail.trust.asking import Dns, Unanswered
from deskbell.mail.trust.head import fields

MOST_SIGNATURES = 8  # each costs a question and a calculation
MOST_SEALS = 10
SILENT = logging.Logger("dkim", level=logging.CRITICAL + 1)


@dataclass(frozen=True)
class Evidence:
    """One check. `domain` is whose it is; `result` is pass, fail, none, or unknown: could not be asked.

    `hard`: the domain itself says that such a mail is not its own (SPF's -all).
    """

    method: str
    result: str
    domain: str
    hard: bool = False


def check_spf(peer: str, sender: str, helo: str, dns: Dns) -> Evidence | None:
    """May this address send for that domain? None for a peer of our own network: it says nothing."""
    if not is_from_outside(peer):
        return None
    domain = (sender.rpartition("@")[2] or helo).lower()
    if not domain:
        return None
    query = _Query(i=peer, s=sender, h=helo or domain, querytime=15, dns=dns)
    try:
        result = str(query.check()[0])
    except Exception:  # noqa: BLE001 - a record that breaks the library proves nothing
        result = "permerror"
    if query.was_unanswered or result == "temperror":
        return Evidence("SPF", "unknown", domain)
    return Evidence("SPF", "pass" if result == "pass" else "fail", domain, hard=result == "fail")


def check_dkim(raw: bytes, dns: Dns) -> list[Evidence]:
    """Each signature with whose it is. A key that can't be asked for is unknown, never a fail."""
    count = min(len(fields(raw, b"DKIM-Signature")), MOST_SIGNATURES)
    return [_signature(raw, index, dns) for index in range(count)]


def check_arc(raw: bytes, trusted: frozenset[str], dns: Dns) -> str:
    """What the last server of an unbroken ARC chain had found, if that server is one we trust; else ""."""
    try:
        if not 0 < len(fields(raw, b"ARC-Seal")) <= MOST_SEALS:
            return ""
        chain = dkim.ARC(raw, logger=SILENT)
        validity, seals, _ = chain.verify(dnsfunc=_keys(dns))
    except Exception:  # noqa: BLE001 - a chain that can't be followed proves nothing
        return ""
    sealer = seals[0]["as-domain"].decode("ascii", "replace").lower() if seals else ""
    if validity != dkim.CV_Pass or sealer not in trusted:
        return ""
    return str(seals[0]["aar-value"].decode("ascii", "replace"))


def is_from_outside(peer: str) -> bool:
    """Is it an address of the internet, and not of this machine or its network?"""
    try:
        return ip_address(peer).is_global
    except ValueError:
        return False


def _signature(raw: bytes, index: int, dns: Dns) -> Evidence:
    keys, domain = _Keys(dns), ""
    try:
        signed = dkim.DKIM(raw, logger=SILENT)
        good = bool(signed.verify(idx=index, dnsfunc=keys))
        # With l= anyone can write below what was signed; without From in it, it speaks for nobody.
        good = good and b"l" not in signed.signature_fields
        good = good and b"from" in signed.include_headers
        domain = (signed.domain or b"").decode("ascii", "replace").lower()
    except Exception:  # noqa: BLE001 - strangers write what is parsed here
        good = False
    if not good and keys.was_unanswered:
        return Evidence("DKIM", "unknown", domain)
    return Evidence("DKIM", "pass" if good else "fail", domain)


class _Keys:
    """Gives dkimpy the keys, and remembers that one could not be asked for."""

    def __init__(self, dns: Dns) -> None:
        self._dns = dns
        self.was_unanswered = False

    def __call__(self, name: bytes, timeout: float = 0) -> bytes | None:
        try:
            records = self._dns.ask(name.decode("ascii", "replace"), "TXT")
        except Unanswered:
            self.was_unanswered = True
            return None
        return b"".join(records[0]) if records else None  # type: ignore[arg-type]


def _keys(dns: Dns) -> Callable[..., bytes | None]:
    return _Keys(dns)


class _Query(spf.query):  # type: ignore[misc]
    """pyspf's own rules, with our way of asking."""

    def __init__(self, *, dns: Dns, **named: Any) -> None:
        super().__init__(**named)
        self._dns = dns
        self.was_unanswered = False

    def dns(  # replaces pyspf's own, which would ask by itself
        self, name: str, qtype: str, cnames: object = None, ignore_void: bool = False
    ) -> list[object]:
        if not name or any(not 0 < len(label) < 64 for label in str(name).rstrip(".").split(".")):
            return []
        try:
            found = self._dns.ask(str(name), qtype)
        except Unanswered as error:
            self.was_unanswered = True
            raise spf.TempError(str(error)) from error
        if not found and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise spf.PermError("Too many names that say nothing")
        return found
