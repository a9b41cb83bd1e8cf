"""The quarantine: what can't be read, what pretends to be someone, what is infected. Nothing in it is
lost, nothing in it stops anything else, and a person decides."""

from __future__ import annotations

import logging

from django.db import transaction

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.mail.inbound.headers import readable
from deskbell.mail.models import RawMail
from deskbell.mail.trust.head import fields
from deskbell.people.models import Agent, Notice
from deskbell.people.notices import notify
from deskbell.realtime.wake import wake

PATH = "/mail/quarantine"
log = logging.getLogger(__name__)


def set_aside(raw: RawMail, danger: RawMail.Danger, reason: str) -> None:
    """Put a (locked) mail into the quarantine, and tell the administrators unless they know already, or a
    person had wanted it so."""
    raw.state, raw.danger, raw.reason = RawMail.State.QUARANTINED, danger, reason[:1000]
    raw.set_aside_at = raw.set_aside_at or clock.now()
    raw.next_attempt_at = None
    _name(raw)
    raw.save_findings()
    if danger == RawMail.Danger.BLOCKED:
        return
    log.error("Mail %s was put into quarantine: %s", raw.pk, raw.reason)
    tell_administrators()


@transaction.atomic
def retry(pk: int) -> RawMail:
    """Let the worker take a mail again as if it had just come, as after an upgrade that can read it."""
    raw = _in_quarantine(pk)
    _begin_again(raw)
    return raw


@transaction.atomic
def retry_all() -> int:
    """Let the worker try all that could not be read; answers how many that are."""
    unreadable = RawMail.objects.quarantined().filter(danger=RawMail.Danger.UNREADABLE)
    found = list(unreadable.without_bytes().select_for_update(skip_locked=True))
    for raw in found:
        _begin_again(raw)
    return len(found)


@transaction.atomic
def release(pk: int, *, by: Agent) -> RawMail:
    """Let a mail in although it looks dangerous: someone has looked at it. It counts from when it came
    in, and what is late by now is late because it was *held* (K13)."""
    raw = _in_quarantine(pk)
    if raw.danger == RawMail.Danger.UNREADABLE:
        raise Refused("This mail can't be read, so it can't become a ticket. Try it again instead.")
    raw.released_by = by.person
    _begin_again(raw)
    return raw


@transaction.atomic
def discard(pk: int) -> RawMail:
    """Take a mail off the list. Its bytes stay, and it can be brought back."""
    return _moved(_in_quarantine(pk), RawMail.State.DISCARDED)


@transaction.atomic
def bring_back(pk: int) -> RawMail:
    """Put a discarded mail on the list again."""
    return _moved(_locked(pk, RawMail.State.DISCARDED), RawMail.State.QUARANTINED)


def _in_quarantine(pk: int) -> RawMail:
    return _locked(pk, RawMail.State.QUARANTINED)


def _locked(pk: int, state: RawMail.State) -> RawMail:
    found = RawMail.objects.without_bytes().select_for_update(of=("self",)).filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such mail.")
    if found.state != state:
        raise Refused(f"Someone was quicker: this mail is {found.get_state_display().lower()} now.")
    return found


def _name(raw: RawMail) -> None:
    """What the reader could not say of it, its head perhaps does: the list must tell one from another."""
    head = bytes(raw.raw)
    raw.subject = raw.subject or readable(next(iter(fields(head, b"Subject")), ""))[:500]
    raw.author = raw.author or readable(next(iter(fields(head, b"From")), ""))[:320]


def _begin_again(raw: RawMail) -> None:
    raw.state, raw.attempts, raw.next_attempt_at, raw.reason = RawMail.State.NEW, 0, None, ""
    raw.save(update_fields=["state", "attempts", "next_attempt_at", "reason", "released_by"])
    wake("mail")


def _moved(raw: RawMail, state: RawMail.State) -> RawMail:
    raw.state = state
    raw.save(update_fields=["state"])
    return raw


def tell_administrators() -> None:
    """One notice each until it is read: a wave of such mails is no wave of notices."""
    told = Notice.objects.filter(path=PATH, read_at=None).values("recipient")
    administrators = Agent.objects.filter(
        role=Agent.Role.ADMINISTRATOR, person__is_active=True
    ).select_related("person")
    notify(
        administrators.exclude(pk__in=told),
        "Mail was set aside and waits for someone to look at it",
        path=PATH,
    )
