"""Mails that were claimed, read and judged before any transaction began: what takes long is done by then."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.conf import settings

from deskbell.mail.addresses import is_deliverable, is_marked
from deskbell.mail.inbound import proving
from deskbell.mail.inbound.alone import has_a_door, note_what_it_says
from deskbell.mail.inbound.claiming import Claim
from deskbell.mail.inbound.mail import Mail
from deskbell.mail.models import RawMail, Trust
from deskbell.mail.trust.clamav import infection_in

LARGEST = 256 * 1024  # bytes; a larger one is taken alone, and is read then
AT_ONCE = 8  # mails whose senders are proved side by side: that is mostly waiting for the DNS
log = logging.getLogger(__name__)


@dataclass
class Candidate:
    """A mail that waits, perhaps read already. `alone`: it needs a transaction of its own."""

    pk: int
    raw: RawMail | None = None
    mail: Mail | None = None
    alone: bool = True

    @property
    def own_id(self) -> str:
        return self.mail.message_id if self.mail else ""

    @property
    def answered_ids(self) -> tuple[str, ...]:
        """The Message-IDs of what it answers, the nearest last."""
        return (*self.mail.references, *self.mail.in_reply_to) if self.mail else ()


def candidates_of(claims: Iterable[Claim], read: Callable[[RawMail], Mail]) -> list[Candidate]:
    """Read them; `read` may raise. Those that are gone meanwhile are left out."""
    found = [Candidate(claim.pk) for claim in claims if claim.size > LARGEST]
    small = [claim.pk for claim in claims if claim.size <= LARGEST]
    for raw in RawMail.objects.waiting().in_pieces().filter(pk__in=small):
        raw.fetch_bytes()
        found.append(_read(raw, read))
    hopeful = [each for each in found if not each.alone]
    if len(hopeful) > 1:
        with ThreadPoolExecutor(min(AT_ONCE, len(hopeful))) as threads:
            list(threads.map(_judge, hopeful))
    elif hopeful:
        _judge(hopeful[0])
    return sorted(found, key=lambda each: each.pk)


def _read(raw: RawMail, read: Callable[[RawMail], Mail]) -> Candidate:
    """What fails here is taken alone, fails there again, and is set aside with the reason."""
    try:
        mail = read(raw)
    except Exception:  # noqa: BLE001
        return Candidate(raw.pk)
    return Candidate(raw.pk, raw, mail, alone=_is_odd(raw, mail))


def _is_odd(raw: RawMail, mail: Mail) -> bool:
    """Is it no plain word of a customer, as far as the mail itself says?"""
    return bool(
        raw.attempts
        or raw.was_released
        or mail.bounce
        or not is_deliverable(mail.sender.address)
        or is_marked(raw.raw)
        or has_a_door(raw)
    )


def _judge(candidate: Candidate) -> None:
    """Can its sender be proved, and is it infected? One that is in doubt needs a closer look, alone."""
    raw, mail = candidate.raw, candidate.mail
    assert raw and mail
    try:
        proving.prove(raw, mail)
        infected = bool(settings.CLAMAV and infection_in(bytes(raw.raw), settings.CLAMAV))
    except Exception:
        log.exception("Mail %s could not be judged ahead", candidate.pk)
        candidate.alone = True
    else:
        note_what_it_says(raw, mail)
        candidate.alone = infected or raw.trust == Trust.FAILED
