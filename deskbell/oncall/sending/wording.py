"""What a message says: one page, several told in one, or that it is over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.conf import settings

from deskbell.look.words import moment
from deskbell.oncall.links import give_link
from deskbell.oncall.models import Call, Page
from deskbell.oncall.ways.remote import Message
from deskbell.people.desk import the_desk
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Ticket

LONGEST_TITLE = 150
NAMED = 5  # pages of a bundle


def of_page(page: Page, *, shared: bool) -> Message:
    """One page with its link, which is set on it and not saved. In a shared place the ticket's address
    stands alone: who presses a button there is not known."""
    ticket, call = page.call.ticket, page.call
    since = moment(call.opened_at, page.agent.person.zone or the_desk().zone)
    return Message(
        title=_title(f"[{ticket.get_impact_display()}] ", ticket),
        text=f"{call.reason}, since {since}.\n"
        f"This is page {page.step}. The desk goes on until someone acknowledges.",
        link="" if shared else give_link(page),
        ticket=_address(ticket),
        impact=ticket.impact,
        key=key_of(call),
    )


def of_bundle(page: Page, calls: Sequence[Call], *, shared: bool) -> Message:
    """Several pages in one message (E5), about these calls with their tickets, each once. It has a link
    where all are about one."""
    if len(calls) == 1:
        return of_page(page, shared=shared)
    gravest = sorted(
        calls, key=lambda call: (list(Impact).index(Impact(call.ticket.impact)), -call.pk)
    )
    lines = [
        f"[{call.ticket.get_impact_display()}] {call.ticket.subject} (#{call.ticket.number})"
        for call in gravest[:NAMED]
    ]
    if len(calls) > NAMED:
        lines.append(f"and {len(calls) - NAMED:,} more.")
    first = gravest[0].ticket
    return Message(
        title=_title(
            f"[{first.get_impact_display()}] {len(calls):,} alarms, first of them ", first
        ),
        text="They came faster than five a minute, so these are told together.\n"
        + "\n".join(lines),
        link="",
        ticket=settings.DESK_URL + "/oncall/calls",
        impact=first.impact,
        key="bundle",
        kind="bundle",
    )


def of_end(pages: Sequence[Page]) -> Message:
    """Nobody else needs to act on the calls of these pages."""
    call = pages[0].call
    about = [f"{each.call.ticket.subject} (#{each.call.ticket.number})" for each in pages[:NAMED]]
    lines = (
        [_why_over(call)] if len(pages) == 1 else ["Nobody needs to acknowledge these any more:"]
    )
    if len(pages) > 1:
        lines += about
    if len(pages) > NAMED:
        lines.append(f"and {len(pages) - NAMED:,} more.")
    has = _title(f"{_ended(call)}: ", call.ticket)
    return Message(
        title=has if len(pages) == 1 else f"{len(pages):,} calls are over",
        text="\n".join(lines),
        link="",
        ticket=_address(call.ticket) if len(pages) == 1 else settings.DESK_URL + "/oncall/calls",
        impact=call.ticket.impact,
        key=key_of(call),
        kind="over",
    )


def key_of(call: Call) -> str:
    """The same for all that is said of a call."""
    return f"call-{call.pk}"


def calls_of(keys: Iterable[int]) -> list[Call]:
    """The calls of these pages, each once, with their tickets."""
    found = Call.objects.filter(pages__in=keys).distinct().select_related("ticket")
    return list(found.order_by("id"))


def _title(before: str, ticket: Ticket) -> str:
    after = f" (#{ticket.number})"
    room = LONGEST_TITLE - len(before) - len(after)
    subject = ticket.subject if len(ticket.subject) <= room else ticket.subject[: room - 1] + "…"
    return before + subject + after


def _address(ticket: Ticket) -> str:
    return f"{settings.DESK_URL}/tickets/{ticket.number}"


def _ended(call: Call) -> str:
    return f"{call.answered_by} has it" if call.answered_by else "It is over"


def _why_over(call: Call) -> str:
    if call.answered_by:
        return f"{call.answered_by} has acknowledged it. Nobody else needs to."
    source = call.alert.source if call.alert else "The desk"
    return f"{source} says that it is over. Nobody needs to acknowledge it any more."
