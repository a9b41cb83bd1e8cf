"""Changing many tickets alike, as a job: in batches, each a transaction that also notes what came of it.

Begun again after a crash it goes on. What is refused on one ticket, or fails, is noted and stops no other.
The way back touches only what is still as the change left it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import transaction

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.remembering import remembering
from deskbell.lib.rows import update_rows
from deskbell.lib.savepoints import by_itself
from deskbell.lib.telling import telling_together
from deskbell.people.models import Agent
from deskbell.realtime.announcing import announcing_together
from deskbell.tickets.access import readable_by
from deskbell.tickets.bulk.kinds import KINDS
from deskbell.tickets.bulk.models import BulkChange, BulkLine
from deskbell.tickets.events import Fact, holding
from deskbell.tickets.models import Ticket

MOST = 10_000  # tickets of one change
LONGEST = 500  # characters of a value, as `BulkChange` keeps it
AT_ONCE = 40  # so few that nobody waits long for the tickets that are locked meanwhile
Outcome = BulkLine.Outcome
log = logging.getLogger(__name__)


@transaction.atomic
def begin(
    numbers: Iterable[int],
    kind: str,
    value: str = "",
    *,
    by: Agent,
    unanswered: bool = False,
    **evidence: Any,
) -> BulkChange:
    """Note what is to be done to these tickets; whoever begins it asks for the job `change_in_bulk`.

    `evidence` is kept with each event of a change of state. Raises Refused for what can't be done to any.
    """
    wanted = sorted(set(numbers))
    if kind not in KINDS:
        raise Refused("Choose what to do with these tickets.")
    if len(value) > LONGEST:
        raise Refused("That is more than can be set on many tickets at once.")
    KINDS[kind].prepared(value)
    if not wanted:
        raise Refused("Select some tickets first.")
    if len(wanted) > MOST:
        raise Refused(f"These are more than {MOST:,} tickets. Narrow the list first.")
    change = BulkChange.objects.create(
        by=by, kind=kind, value=value, unanswered=unanswered, evidence=evidence, total=len(wanted)
    )
    BulkLine.objects.bulk_create(
        [BulkLine(change=change, ticket_id=number) for number in wanted], batch_size=1_000
    )
    return change


@transaction.atomic
def begin_undoing(pk: int, *, by: Agent) -> BulkChange:
    """Note that a change is to be taken back, where it is still so. Stops it first if it still goes on."""
    change = BulkChange.objects.select_for_update().filter(pk=pk).first()
    if change is None or change.of_id:
        raise NotFound("There is no such change.")
    if BulkChange.objects.filter(of=change).exists():
        raise Refused("This is being taken back already.")
    change.lines.filter(outcome=Outcome.WAITING).update(
        outcome=Outcome.REFUSED, note="Taken back before its turn"
    )
    done = change.lines.filter(outcome=Outcome.DONE, ticket__in=readable_by(by.person))
    back = BulkChange.objects.create(
        by=by, kind=change.kind, value=change.value, of=change, total=done.count()
    )
    BulkLine.objects.bulk_create(
        [
            BulkLine(change=back, ticket_id=line.ticket_id, before=line.before, after=line.after)
            for line in done.iterator(1_000)
        ],
        batch_size=1_000,
    )
    return back


def carry_out(change: BulkChange) -> None:
    """Do it to each ticket that waits, batch by batch, until none does."""
    while numbers := _waiting(change):
        with by_itself(log, "A batch of %s can't be done; each alone", change) as tried:
            _batch(change, numbers)
        if tried.error:  # one of them is to blame, and the others have their turn
            for number in numbers:
                _alone(change, number)
    BulkChange.objects.filter(pk=change.pk, finished_at=None).update(finished_at=clock.now())


def said(change: BulkChange) -> str:
    """What the change does, in a few words."""
    try:
        words = KINDS[change.kind].said(KINDS[change.kind].prepared(change.value))
    except Refused:  # whom it names has left by now
        words = "Change"
    return f"Take back: {words}" if change.of_id else words


def done_of(change: BulkChange) -> int:
    """How many of its tickets have had their turn."""
    return change.total - change.lines.filter(outcome=Outcome.WAITING).count()


def _waiting(change: BulkChange) -> list[int]:
    waiting = change.lines.filter(outcome=Outcome.WAITING)
    return list(waiting.values_list("ticket_id", flat=True)[:AT_ONCE])


def _batch(change: BulkChange, numbers: Sequence[int]) -> None:
    """Whoever calls it holds the transaction (`by_itself`)."""
    with (
        remembering(),
        announcing_together(),
        holding(numbers, waiting=True) as held,
        telling_together(Fact, about=lambda fact: fact.ticket.pk),
    ):
        waiting = change.lines.select_for_update().filter(outcome=Outcome.WAITING)
        lines = list(waiting.filter(ticket__in=held))
        work = _work_of(change)
        for line in lines:
            work(line, held[line.ticket_id])
        if lines:
            update_rows(lines, ["outcome", "before", "after", "note"])


def _alone(change: BulkChange, number: int) -> None:
    with by_itself(log, "#%s can't be changed", number) as tried:
        _batch(change, [number])
    if tried.error:
        note = f"{type(tried.error).__name__}: {tried.error}"[:300]
        line = change.lines.filter(ticket=number, outcome=Outcome.WAITING)
        line.update(outcome=Outcome.FAILED, note=note)


def _work_of(change: BulkChange) -> Callable[[BulkLine, Ticket], None]:
    kind = KINDS[change.kind]
    try:
        value = kind.prepared(change.value)
    except Refused as refusal:
        sentence = str(refusal)
        return lambda line, ticket: _note(line, Outcome.REFUSED, sentence)

    def forward(line: BulkLine, ticket: Ticket) -> None:
        line.before = kind.seen(ticket, value)
        kind.make(ticket, value, change)
        line.after = kind.seen(ticket, value)
        _note(line, Outcome.SAME if line.before == line.after else Outcome.DONE)

    def backward(line: BulkLine, ticket: Ticket) -> None:
        if kind.seen(ticket, value) != line.after:
            raise Refused("Someone has changed it since.")
        if change.by is None:
            raise Refused("Whoever began this is no longer of the team.")
        kind.back(ticket, line.before, value, change.by)
        _note(line, Outcome.DONE)

    def worked(line: BulkLine, ticket: Ticket) -> None:
        try:
            (backward if change.of_id else forward)(line, ticket)
        except Refused as refusal:  # the verbs refuse before they write
            _note(line, Outcome.REFUSED, str(refusal))

    return worked


def _note(line: BulkLine, outcome: str, note: str = "") -> None:
    line.outcome, line.note = outcome, note[:300]
