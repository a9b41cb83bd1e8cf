"""TLS as checks see it: whom to trust, and until when a certificate is good."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from cryptography import x509


def context_for(asks: Mapping[str, Any]) -> ssl.SSLContext:
    """By what a check asks: `verify` (usually yes) and `ca`, further authorities in PEM."""
    return _context(bool(asks.get("verify", True)), str(asks.get("ca", "")))


@lru_cache(maxsize=64)
def _context(verify: bool, ca: str) -> ssl.SSLContext:
    """Made once: reading the authorities takes longer than a check."""
    made = ssl.create_default_context()
    if ca:
        made.load_verify_locations(cadata=ca)
    if not verify:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    return made


def warning_of(secured: ssl.SSLObject | None, days: int, now: datetime) -> str:
    """A sentence if the other side's certificate ends within so many days; 0 days never warn."""
    der = secured.getpeercert(True) if secured is not None and days else None
    if not der:
        return ""
    ends = _ends(der)
    left = ends - now
    if left.days >= days:
        return ""
    when = f"{ends:%b} {ends.day}, {ends.year}"
    if left.total_seconds() < 0:
        return f"Its certificate has ended on {when}."
    return f"Its certificate ends on {when}, in {left.days} {'day' if left.days == 1 else 'days'}."


@lru_cache(maxsize=2048)
def _ends(der: bytes) -> datetime:
    return x509.load_der_x509_certificate(der).not_valid_after_utc
