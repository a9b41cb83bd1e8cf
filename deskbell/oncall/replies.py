"""A person answers a call: by the link of a page, on the ticket, or by doing what was called for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.ids import digest
from deskbell.lib.telling import tell
from deskbell.mail.facts import NoticeAnswered
from deskbell.oncall.answering import answering_of
from deskbell.oncall.ladder import drop, say_over
from deskbell.oncall.models import Call, Method, Page
from deskbell.people.models import Agent, Person
from deskbell.tickets import replying
from deskbell.tickets.acknowledging import unacknowledged, unacknowledged_by_ticket
from deskbell.tickets.events import Acknowledged, Fact, Kind, append, changing
from deskbell.tickets.models import Channel, State, Ticket
from deskbell.tickets.words import Words


def acknowledge(ticket: Ticket, *, by: Agent) -> Ticket:
    """Take in hand what the desk calls about: its alerts are acknowledged (K6), the call ends.

    A second acknowledgement changes nothing: the link and the inbox may race.
    """
    with changing(ticket) as locked:
        if is_waiting_for_someone(locked):
            _acknowledge(locked, by)
            if locked.assignee is None:
                locked.assignee = by
                locked.save(update_fields=["assignee"])
    return locked


def acknowledge_by_link(token: str) -> Page:
    """Acknowledge for whom the link was sent to. Raises NotFound, or Refused once it has expired."""
    page = page_of(token)
    if not page.is_link_open:
        raise Refused("This link has expired. Open the ticket in the desk to acknowledge it.")
    acknowledge(page.call.ticket, by=page.agent)
    if page.method_id:  # a delivery that was confirmed (G2)
        Method.objects.filter(pk=page.method_id).update(tested_at=clock.now())
    return page_of(token)


def take_mail(fact: NoticeAnswered) -> None:
    """Whoever answers the mail of a page acknowledges by it, and what they wrote becomes a note (E6).

    To know the id of that mail is to have had it, and only whom it was sent to counts. A machine's
    answer never comes here: someone who is out of office has not woken.
    """
    page = (
        Page.objects.filter(mail__mail_id__in=fact.ids, agent__person=fact.sender)
        .select_related("agent__person", "call__ticket")
        .order_by("-id")
        .first()
    )
    if page is None:
        return
    note_seen(page)
    if page.is_link_open:
        acknowledge(page.call.ticket, by=page.agent)
    if fact.text.strip():
        words = Words(fact.text, door=Channel.MAIL)
        replying.note(page.call.ticket, words, by=page.agent)
    fact.taken = f"It answers a page about ticket #{page.call.ticket_id}."


def page_of(token: str) -> Page:
    """The page that carried this link, with its call."""
    found = (
        Page.objects.filter(token_digest=digest(token))
        .select_related("agent__person", "call__ticket", "call__alert__source", "call__answered_by")
        .first()
    )
    if found is None:
        raise NotFound("There is no such page, or its link is incomplete.")
    return found


def note_seen(page: Page) -> None:
    """Its link was opened: by the person, or by a scanner of mails, so it answers nothing (E6)."""
    if page.seen_at is None:
        page.seen_at = clock.now()
        page.save(update_fields=["seen_at"])


def is_waiting_for_someone(ticket: Ticket) -> bool:
    """Does the desk call for a person about this ticket, or has an alert not been acknowledged?"""
    return bool(waiting_among([ticket]))


def waiting_among(tickets: Sequence[Ticket]) -> set[int]:
    """The numbers of those tickets that wait for someone to answer, in two queries."""
    alarms = unacknowledged_by_ticket(tickets)
    standing = Call.objects.standing().filter(ticket__in=alarms)
    called = set(standing.values_list("ticket", flat=True))
    return called | {number for number, episodes in alarms.items() if episodes}


def stop_calling(fact: Acknowledged) -> None:
    """An acknowledgement ends the call, whichever road it came; its pages that wait are dropped. An
    alert is looked after: with no activity for a while it pages again (E4)."""
    now = clock.now()
    for call in Call.objects.standing().filter(ticket=fact.ticket):
        call.state, call.next_at, call.wakes_at = Call.State.ANSWERED, None, None
        call.ended_at = call.active_at = now
        call.answered_by = Agent.objects.get(person=cast(Person, fact.event.by))
        if call.alert_id:
            call.checks_at = now + answering_of(call.impact).repage_after
        call.save()
        drop(call)
        say_over(call, besides=call.answered_by)


def take_as_answer(fact: Fact) -> None:
    """Who replies to the customer, or solves the ticket, has it in hand: that is an answer too."""
    by = fact.event.by
    if by is None or not _has_acted(fact) or not by.is_agent:
        return
    if is_waiting_for_someone(fact.ticket):
        _acknowledge(fact.ticket, by.agent)


def _has_acted(fact: Fact) -> bool:
    if fact.event.kind in {Kind.STATE, Kind.SET_ASIDE}:
        return fact.ticket.state in {State.SOLVED, State.CLOSED}
    return fact.event.kind == Kind.AGENT_REPLY


def _acknowledge(ticket: Ticket, by: Agent) -> None:
    """Append to a locked ticket who has it: for each alert, else for the call itself."""
    for episode in unacknowledged(ticket) or ["call"]:
        event = append(ticket, Kind.ACKNOWLEDGED, by=by.person, episode=episode)
        tell(Acknowledged(ticket, event))
