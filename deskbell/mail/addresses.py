"""The desk's own names in the world of mail: its addresses, and the Message-IDs that it makes."""

from __future__ import annotations

import re
import secrets
import time

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from deskbell.mail.door.known import is_for
from deskbell.mail.models import SupportAddress
from deskbell.tickets.models import Ticket

MARK = "X-Deskbell-Desk"
MARKED = re.compile(rb"^X-Deskbell-Desk:[ \t]*([0-9a-f]{24})\s*$", re.IGNORECASE | re.MULTILINE)
SECONDS_KEPT = 3.0  # for which the table of addresses is believed
HEAD = 256 * 1024  # bytes in which it is looked for
NO_ANSWER = re.compile(r"^(no|do[-_.]?not)[-_.]?reply\b|^bounces?[-_.+@]", re.IGNORECASE)
DELIVERABLE = re.compile(r"^[^\s@<>()\",;:]{1,250}@[^\s@<>()\",;:]{1,250}$")
REPLY = re.compile(r"\+([0-9]{1,15})-([0-9a-f]{20})@", re.IGNORECASE)
DIGITS_OF_PROOF = (
    20  # 80 bits: a mail each millisecond would guess it in thirty million million years
)

_known: tuple[float, dict[str, SupportAddress]] = (-float("inf"), {})


def is_ours(address: str) -> bool:
    """Is it one of the desk's support addresses, with or without a plus part?"""
    return is_for(settings.SUPPORT_ADDRESS, address) or own_address(address) is not None


def own_address(address: str) -> SupportAddress | None:
    """Which of the desk's addresses this is, whatever stands behind a plus; None for all others.

    One that was retired is still the desk's: it must not write to itself.
    """
    mailbox, _, domain = address.strip().lower().rpartition("@")
    known = all_addresses()
    return known.get(f"{mailbox}@{domain}") or known.get(f"{mailbox.partition('+')[0]}@{domain}")


def all_addresses() -> dict[str, SupportAddress]:
    """Every address of the desk, retired or not, read anew after a few seconds: each mail asks several
    times, and they change once a year."""
    global _known
    read_at, known = _known
    if time.monotonic() - read_at >= SECONDS_KEPT:
        known = {row.address: row for row in SupportAddress.objects.select_related("team")}
        _known = time.monotonic(), known
    return known


def desk_mark() -> str:
    """What each mail of this desk carries, so that the desk knows it when it comes back."""
    return salted_hmac("deskbell.mail.desk_mark", "", secret=settings.SECRET_KEY).hexdigest()[:24]


def reply_address(ticket: Ticket, support_address: str = "") -> str:
    """Where answers to this ticket go: `support+81-1f3a…@example.org`. Whoever writes there has had a
    mail of the ticket, so it finds the ticket also where a mail program has lost its References.

    Nobody can make one up: the number is signed by the desk's key. `support_address` is the one of
    the desk's addresses that the ticket came to; without it, the first one.
    """
    mailbox, _, domain = (support_address or settings.SUPPORT_ADDRESS).rpartition("@")
    return f"{mailbox}+{ticket.number}-{_proof_of(ticket.number, settings.SECRET_KEY)}@{domain}"


def number_in_reply_address(address: str) -> int | None:
    """The number of the ticket for which the desk has made this address, or None."""
    found = REPLY.search(address)
    if found is None or not is_ours(address):
        return None
    number, proof = int(found[1]), found[2].lower()
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return number if any(constant_time_compare(_proof_of(number, k), proof) for k in keys) else None


def is_marked(raw: bytes | memoryview) -> bool:
    """Has this mail left this very desk? By the mark in its own head, not in what it forwards."""
    head = re.split(rb"\r?\n\r?\n", bytes(raw[:HEAD]), maxsplit=1)[0]
    found = MARKED.search(head)
    return found is not None and constant_time_compare(found[1].decode(), desk_mark())


def is_deliverable(address: str) -> bool:
    """Does it look like one mail address and nothing else?"""
    return bool(DELIVERABLE.match(address))


def wants_no_answer(address: str) -> bool:
    """Does its name say that nobody reads there?"""
    return bool(NO_ANSWER.match(address))


def new_message_id(address: str = "") -> str:
    """A Message-ID of the desk's own, never used before, on the domain from which the mail leaves."""
    domain = (address or settings.SUPPORT_ADDRESS).rpartition("@")[2]
    return f"<{secrets.token_hex(16)}@{domain}>"


def _proof_of(number: int, key: str | bytes) -> str:
    """Hexadecimal, because some mail servers write the part before the @ in lower case."""
    made = salted_hmac("deskbell.mail.reply_address", str(number), secret=key, algorithm="sha256")
    return made.hexdigest()[:DIGITS_OF_PROOF]
