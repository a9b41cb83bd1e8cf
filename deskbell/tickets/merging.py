"""Merging: two tickets about one thing become one, and can be taken apart again (K10)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from deskbell.lib.errors import Refused
from deskbell.lib.telling import tell
from deskbell.people.models import Agent
from deskbell.tickets.events import Kind, Merged, append, lock
from deskbell.tickets.following import followers_of
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Follower, Message, State, Ticket
from deskbell.tickets.solving import unanswered

GRAVEST_FIRST: list[str] = list(Impact)


@transaction.atomic
def merge(ticket: Ticket, into: Ticket, *, by: Agent) -> Ticket:
    """Let a ticket go into another one, which is returned: it takes over the messages, the higher impact and
    the oldest unanswered message; who asked there follows here. Refused across districts."""
    gone, stays = _both(ticket.pk, into.pk)
    _check(gone, stays)
    key = f"{gone.number}/{gone.last_sequence + 1}"
    moved = list(gone.messages.order_by("id"))
    oldest = _oldest_unanswered(gone)
    away = append(
        gone,
        Kind.MERGED_AWAY,
        by=by.person,
        into=stays.number,
        merge=key,
        was=str(gone.state),
        messages=[message.pk for message in moved],
    )
    told: dict[str, Any] = {"unanswered": oldest.isoformat()} if oldest else {}
    impact = min(gone.impact, stays.impact, key=GRAVEST_FIRST.index)
    came = append(
        stays,
        Kind.MERGED_IN,
        by=by.person,
        of=gone.number,
        merge=key,
        impact=str(impact),
        was_impact=str(stays.impact),
        was=str(stays.state),
        **told,
    )
    _set(gone, state=State.CLOSED, merged_into=stays)
    _set(stays, impact=impact, state=State.OPEN if oldest else stays.state)
    _move(moved, stays)
    _let_follow(gone, stays)
    tell(Merged(gone, away))
    tell(Merged(stays, came))
    return stays


@transaction.atomic
def unmerge(ticket: Ticket, *, by: Agent) -> Ticket:
    """Take a ticket out again of the one it went into; both are restored from their events."""
    asked = Ticket.objects.get(pk=ticket.pk)
    if asked.merged_into_id is None:
        raise Refused(f"Ticket #{asked.number} stands alone.")
    gone, stays = _both(asked.pk, asked.merged_into_id)
    merged = gone.events.filter(kind=Kind.MERGED_AWAY).last()
    if merged is None:
        raise Refused(
            f"Ticket #{gone.number} was put back into #{stays.number}. Split it anew there."
        )
    if stays.aside:
        raise Refused(f"Ticket #{stays.number} was set aside. Bring it back first.")
    if gone.merged_into_id != stays.pk:
        raise Refused("Someone was quicker: these two are apart already.")
    key = merged.data["merge"]
    _set(gone, state=merged.data["was"], merged_into=None)
    _restore(stays, key)
    Message.objects.filter(pk__in=merged.data["messages"]).update(ticket=gone)
    apart = append(gone, Kind.UNMERGED, by=by.person, of=stays.number, merge=key)
    alone = append(stays, Kind.UNMERGED, by=by.person, of=gone.number, merge=key)
    tell(Merged(gone, apart))
    tell(Merged(stays, alone))
    return gone


def _both(first: int, second: int) -> tuple[Ticket, Ticket]:
    lock([first, second])
    found = Ticket.objects.with_people().in_bulk([first, second])
    if len(found) < 2:
        raise Refused("A ticket goes into another one, not into itself.")
    return found[first], found[second]


def _check(gone: Ticket, stays: Ticket) -> None:
    for each in (gone, stays):
        if each.is_closed:
            raise Refused(f"Ticket #{each.number} is closed, so it can't be merged.")
    if gone.confidential or stays.confidential:
        raise Refused("A billing thread stays alone: others would read what is for its owners.")
    if gone.live or stays.live:
        raise Refused("Someone is in a live chat there. Merge when it has ended.")
    if gone.district_id and stays.district_id and gone.district_id != stays.district_id:
        raise Refused(
            f"#{gone.number} is of {gone.district} and #{stays.number} of {stays.district}: "
            "one district must not read the other's words."
        )


def _oldest_unanswered(ticket: Ticket) -> datetime | None:
    """Since when the customer waits, as the desk received their words (K13)."""
    return min((message.received_at for message in unanswered(ticket)), default=None)


def _set(ticket: Ticket, **changed: object) -> None:
    for name, value in changed.items():
        setattr(ticket, name, value)
    ticket.save(update_fields=list(changed))


def _move(messages: list[Message], stays: Ticket) -> None:
    for message in messages:
        message.ticket = stays
        message.save(update_fields=["ticket"])
        append(stays, Kind.MOVED_HERE, by=message.author, message=message)


def _let_follow(gone: Ticket, stays: Ticket) -> None:
    for person in [gone.requester, *followers_of(gone)]:
        if person and person.pk != stays.requester_id:
            Follower.objects.get_or_create(ticket=stays, person=person)


def _restore(stays: Ticket, key: str) -> None:
    """What the merge had changed goes back, unless someone has changed it again since."""
    came = stays.events.filter(kind=Kind.MERGED_IN, data__merge=key).last()
    if came is None:
        return
    since = stays.events.filter(sequence__gt=came.sequence)
    if not since.filter(kind=Kind.IMPACT).exists():
        _set(stays, impact=came.data["was_impact"])
    if not since.filter(kind__in=[Kind.STATE, Kind.CUSTOMER_MESSAGE]).exists():
        _set(stays, state=came.data["was"])
