"""Many tickets go from state to state together, all or none, because of one incident; and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from deskbell.lib import together
from deskbell.lib.errors import Refused
from deskbell.lib.remembering import remembering
from deskbell.lib.telling import tell, telling_together
from deskbell.people.models import Person
from deskbell.realtime.announcing import announcing_together
from deskbell.tickets.events import Fact, Kind, StateChanged, append, holding
from deskbell.tickets.fields.defining import current_fields
from deskbell.tickets.fields.setting import missing_on, named
from deskbell.tickets.models import State, Ticket, TicketEvent
from deskbell.tickets.solving import Unanswered, unanswered_by_ticket

NAMED = 5  # tickets that a refusal lists
MOVES = [  # a merge and a put-back split change the state by their own event
    Kind.STATE,
    Kind.MERGED_AWAY,
    Kind.MERGED_IN,
    Kind.UNMERGED,
    Kind.PUT_BACK,
]


def solve_together(
    numbers: Iterable[int], *, by: Person, unanswered: bool = False, **evidence: Any
) -> dict[int, str]:
    """Solve those of these tickets that are unfinished, all or none; returns the state each had before.

    Refused while some have a message that nobody has answered, unless `unanswered` says that this is
    meant (K14), or lack what is needed to solve them. `evidence` is kept with each event.
    """
    with _holding(numbers) as held:
        unfinished = [t for t in held.values() if t.state not in {State.SOLVED, State.CLOSED}]
        _refuse_incomplete(unfinished)
        if not unanswered:
            _refuse_unanswered(unfinished)
        return _move(dict.fromkeys(unfinished, State.SOLVED), by=by, evidence=evidence)


def wait_together(numbers: Iterable[int], *, by: Person, **evidence: Any) -> dict[int, str]:
    """Let those of these tickets that are open wait for a third (K5); returns the state each had before."""
    with _holding(numbers) as held:
        to_wait = {t: State.WAITING for t in held.values() if t.state == State.OPEN}
        return _move(to_wait, by=by, evidence=evidence)


def put_back(states: Mapping[int, str], *, by: Person | None, of: str) -> list[int]:
    """Give tickets the states that they had before they were moved together, each by its number; returns
    those that went back. A ticket that anybody has moved, merged or taken apart since stays as it is: `of`
    is the `together` of the evidence with which they were moved."""
    with _holding(states) as held:
        moves = TicketEvent.objects.filter(ticket__in=held, kind__in=MOVES)
        last = moves.order_by("ticket", "-sequence").distinct("ticket")
        ours = [event for event in last if event.data.get("together") == of]
        untouched = [
            event.ticket_id
            for event in ours
            if held[event.ticket_id].state == event.data["to"]
            and held[event.ticket_id].merged_into_id is None
        ]
        back = {held[number]: states[number] for number in untouched}
        return sorted(_move(back, by=by, evidence={}))


@contextmanager
def _holding(numbers: Iterable[int]) -> Iterator[dict[int, Ticket]]:
    with (
        transaction.atomic(),
        remembering(),
        announcing_together(),
        holding(numbers, waiting=True) as held,
    ):
        yield held


def _move(
    to: Mapping[Ticket, str], *, by: Person | None, evidence: Mapping[str, Any]
) -> dict[int, str]:
    before = {ticket.pk: str(ticket.state) for ticket in to}
    with (
        together.writing_together({}),
        telling_together(Fact, about=lambda fact: fact.ticket.pk),
    ):
        for ticket, state in to.items():
            ticket.state = state
            together.save(ticket, ["state"])
            was = before[ticket.pk]
            event = append(ticket, Kind.STATE, by=by, to=str(state), was=was, **evidence)
            tell(StateChanged(ticket, event))
    return before


def _refuse_incomplete(tickets: Iterable[Ticket]) -> None:
    fields = current_fields()
    lacking = {ticket.pk: missing for ticket in tickets if (missing := missing_on(ticket, fields))}
    if lacking:
        names = named(sorted({name for missing in lacking.values() for name in missing}))
        raise Refused(
            f"Fill in {names} first, on {_listed(sorted(lacking))}. "
            "Select them in the inbox to fill in all of them at once."
        )


def _refuse_unanswered(tickets: Iterable[Ticket]) -> None:
    waiting = unanswered_by_ticket(ticket.pk for ticket in tickets)
    found = sorted(number for number, messages in waiting.items() if messages)
    if not found:
        return
    has = "The last message of" if found[1:] else "The last message of ticket"
    raise Unanswered(
        f"{has} {_listed(found)} has no answer yet. Write a message to all, or solve them without "
        "an answer."
    )


def _listed(numbers: Sequence[int]) -> str:
    """The first of these tickets, and how many more there are."""
    more = f" and {len(numbers) - NAMED} more" if len(numbers) > NAMED else ""
    return ", ".join(f"#{number}" for number in numbers[:NAMED]) + more
