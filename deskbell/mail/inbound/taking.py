"""Raw mails become messages, in the order in which they came: plain ones many at a time, since a commit
and a question cost as much for twenty as for one, all others one by one."""

from __future__ import annotations

import logging

from deskbell.lib.remembering import forget, remembering
from deskbell.mail.inbound import alone
from deskbell.mail.inbound.alone import Incomprehensible
from deskbell.mail.inbound.apart import Reader, Unreadable
from deskbell.mail.inbound.batches import take_together
from deskbell.mail.inbound.candidates import Candidate, candidates_of
from deskbell.mail.inbound.claiming import claimed
from deskbell.mail.inbound.early import without_the_early
from deskbell.mail.inbound.mail import Mail
from deskbell.mail.models import RawMail

BATCH = 50  # mails that are taken together, at most: so long their tickets are locked
CLAIMED = 4 * BATCH  # while one part is taken, the next is read
LONGEST_SLEEP = 2.0  # seconds; a new mail wakes the loop
WHILE_OTHERS_WORK = 0.1  # at what mails wait for that came too early
WITHOUT_ENVELOPE = {"imap", "webhook"}
log = logging.getLogger(__name__)
_reader = Reader()


def step() -> float:
    """Take what is waiting; answers the seconds until it wants to look again (for the worker's loop)."""
    _reader.start()
    taken = 0
    with claimed(CLAIMED) as claims:
        for portion in candidates_of(claims, _read, at_once=BATCH):
            now = without_the_early(portion)
            _take_all(now)
            taken += len(now)
    if taken or not claims:
        return 0 if claims else LONGEST_SLEEP
    return WHILE_OTHERS_WORK


def take_next() -> bool:
    """Take one mail, or set it aside if that fails; False if none is waiting."""
    with claimed(1) as claims:
        for claim in claims:
            alone.take(claim.pk, _read)
    return bool(claims)


def _take_all(waiting: list[Candidate]) -> None:
    """Take them all: as many together as can be, and what can't be alone, before those that follow it."""
    while waiting:
        plain = waiting[: next((n for n, each in enumerate(waiting) if each.alone), None)]
        done = _taken_together(plain) if len(plain) > 1 else set()
        if not done:
            first = waiting[0]
            with remembering():
                alone.take(first.pk, lambda raw: first.mail or _read(raw))  # noqa: B023 - called at once
            done = {first.pk}
        waiting = [each for each in waiting if each.pk not in done]


def _taken_together(plain: list[Candidate]) -> set[int]:
    """The keys of those that are done; if something fails, each of them is tried alone."""
    try:
        return take_together(plain)
    except Exception as error:  # noqa: BLE001 - it may be the fault of one, and the others are fine
        log.warning("A batch of %s mails failed, they are taken one by one: %s", len(plain), error)
        forget()
        for each in plain:
            each.alone = True
        return set()


def _read(raw: RawMail) -> Mail:
    try:
        return _reader.read(bytes(raw.raw), envelope_sender=_envelope_sender(raw))
    except Unreadable as error:
        raise Incomprehensible(str(error)) from error


def _envelope_sender(raw: RawMail) -> str | None:
    """None if the door could not know it: a mailbox has no envelope, and `""` would mean a bounce."""
    return raw.sender if raw.sender or raw.door not in WITHOUT_ENVELOPE else None
