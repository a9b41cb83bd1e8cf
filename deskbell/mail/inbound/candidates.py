"""Mails that were claimed, read and judged before any transaction began: what takes long is done by then."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
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


def candidates_of(
    claims: Sequence[Claim], read: Callable[[RawMail], Mail], *, at_once: int = 1000
) -> Iterator[list[Candidate]]:
    """Read them, so many at once; `read` may raise. While some are taken, the next are read by a thread,
    which asks no database. Those that are gone meanwhile are left out."""
    small = [claim.pk for claim in claims if claim.size <= LARGEST]
    rows = RawMail.objects.waiting().in_pieces().in_bulk(small)
    found = [claim for claim in claims if claim.size > LARGEST or claim.pk in rows]
    for raw in rows.values():
        raw.fetch_bytes()
    with ThreadPoolExecutor(1) as ahead:
        portions = [
            ahead.submit(_read_all, [(c.pk, rows.get(c.pk)) for c in found[n : n + at_once]], read)
            for n in range(0, len(found), at_once)
        ]
        for portion in portions:
            yield _judged(portion.result())


def _read_all(
    portion: list[tuple[int, RawMail | None]], read: Callable[[RawMail], Mail]
) -> list[Candidate]:
    return [_read(raw, read) if raw else Candidate(pk) for pk, raw in portion]


def _judged(found: list[Candidate]) -> list[Candidate]:
    for each in found:
        each.alone = each.mail is None or _is_odd(each)
    hopeful = [each for each in found if not each.alone]
    if len(hopeful) > 1:
        with ThreadPoolExecutor(min(AT_ONCE, len(hopeful))) as threads:
            list(threads.map(_judge, hopeful))
    elif hopeful:
        _judge(hopeful[0])
    return found


def _read(raw: RawMail, read: Callable[[RawMail], Mail]) -> Candidate:
    """What fails here is taken alone, fails there again, and is set aside with the reason."""
    try:
        mail = read(raw)
    except Exception:  # noqa: BLE001 - whatever it is, it is raised again where it is taken alone
        return Candidate(raw.pk)
    return Candidate(raw.pk, raw, mail)


def _is_odd(candidate: Candidate) -> bool:
    """Is it no plain word of a customer, as far as the mail itself says?"""
    raw, mail = candidate.raw, candidate.mail
    assert raw and mail
    return bool(
        raw.attempts
        or raw.was_released
        or mail.bounce
        or mail.delivered
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
    except (
        Exception
    ):  # whatever it is, it is the fault of this one: the others are judged all the same
        log.exception("Mail %s could not be judged ahead", candidate.pk)
        candidate.alone = True
    else:
        note_what_it_says(raw, mail)
        candidate.alone = infected or raw.trust == Trust.FAILED
