"""Erasing for good: the nightly end of what was deleted, with its messages, its files and its raw mail.

Ticket by ticket, each in a transaction of its own: what is erased is gone with all that hangs on it, or not
at all. What other rooms keep of it, and cannot go by itself, they erase when they are told. The files
follow after the commit, those that nothing else names.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from deskbell.lib import clock, files
from deskbell.lib.savepoints import by_itself
from deskbell.lib.telling import tell
from deskbell.people.models import Notice
from deskbell.tickets.aside.models import Aside, Erased
from deskbell.tickets.aside.setting_aside import grace, last_setting_aside
from deskbell.tickets.events import Kind, lock
from deskbell.tickets.models import Attachment, Ticket

AT_ONCE = 100
log = logging.getLogger(__name__)


@dataclass
class TicketErased:
    """A locked ticket is about to go: whoever keeps its words elsewhere lets go of them now."""

    ticket: Ticket


@dataclass
class FilesLeft:
    """Files that no message names any more. Whoever else names one of them lets it `stay`."""

    digests: set[str]

    def stay(self, named: QuerySet[Any], by: str) -> None:
        """Those that these rows name in the field `by` are still in use."""
        if self.digests:
            rows = named.filter(**{f"{by}__in": self.digests})
            self.digests -= set(rows.values_list(by, flat=True))


def erase_what_is_due() -> int:
    """Erase what was deleted longer ago than its grace; returns how many tickets. What can't be erased
    is named in the log, and tried again in the next night."""
    due = Ticket.objects.filter(aside=Aside.TRASH, aside_at__lte=clock.now() - grace())
    erased, last = 0, 0
    while numbers := list(
        due.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    ):
        last = numbers[-1]
        erased += sum(_erase_alone(number) for number in numbers)
    return erased


def _erase_alone(number: int) -> bool:
    with by_itself(log, "#%s can't be erased", number) as tried:
        erase(number)
    return tried.error is None


@transaction.atomic
def erase(number: int) -> None:
    """Erase one deleted ticket now, if its grace is over; a line of who and when is left."""
    lock([number])
    ticket = Ticket.objects.filter(
        pk=number, aside=Aside.TRASH, aside_at__lte=clock.now() - grace()
    ).first()
    if ticket is None:  # someone restored it meanwhile
        return
    files_of_it = Attachment.objects.filter(message__ticket=ticket)
    digests = set(files_of_it.values_list("sha256", flat=True))
    _leave_a_line(ticket)
    tell(TicketErased(ticket))
    Notice.objects.filter(path__regex=rf"^/tickets/{number}(\D|$)").delete()
    ticket.delete()
    transaction.on_commit(lambda: _drop_files(digests))


def _leave_a_line(ticket: Ticket) -> None:
    deleted = last_setting_aside(ticket)
    breached = ticket.events.filter(kind=Kind.BREACHED)
    Erased.objects.create(
        number=ticket.pk,
        opened_at=ticket.created_at,
        deleted_at=deleted.at,
        deleted_by=str(deleted.by or "The desk")[:200],
        messages=ticket.messages.count(),
        breaches=breached.count(),
    )


@transaction.atomic
def _drop_files(digests: Iterable[str]) -> None:
    """Where the same bytes came in again meanwhile, they are put back: a row never names what is gone."""
    for digest in _unnamed(digests):
        content = files.dropped(digest)
        if content is not None and not _unnamed([digest]):
            files.keep(content)


def _unnamed(digests: Iterable[str]) -> set[str]:
    wanted = set(digests)
    named = Attachment.objects.filter(sha256__in=wanted).values_list("sha256", flat=True)
    left = FilesLeft(wanted - set(named))
    tell(left)
    return left.digests
