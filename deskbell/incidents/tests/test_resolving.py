"""The joined tickets are solved together, or none is; for ten minutes this can be undone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deskbell.incidents import resolving
from deskbell.incidents.declaring import declare
from deskbell.incidents.joining import join
from deskbell.incidents.models import Incident, Severity
from deskbell.incidents.tests.test_updating import draft, ticket_of
from deskbell.incidents.updating import publish
from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.sla import verify
from deskbell.sla.models import Clock
from deskbell.tickets import solving
from deskbell.tickets.fields.defining import Written, define
from deskbell.tickets.fields.setting import set_field
from deskbell.tickets.merging import merge
from deskbell.tickets.models import Ticket
from deskbell.tickets.replying import hear
from deskbell.tickets.words import Words
from tests.town import Town


@pytest.fixture
def tickets(town: Town) -> list[Ticket]:
    return [ticket_of(town.tess), ticket_of(town.sam)]


@pytest.fixture
def incident(town: Town, tickets: list[Ticket]) -> Incident:
    """One that is over: everyone was told so."""
    incident = declare("Black screens", severity=Severity.MAJOR, by=town.ana)
    join(incident, tickets, by=town.ana)
    publish(incident, draft(phase="resolved", text="All is well."), by=town.ana)
    return incident


def states(tickets: list[Ticket]) -> list[str]:
    return [Ticket.objects.get(pk=ticket.pk).state for ticket in tickets]


def test_all_are_solved_and_undoing_gives_each_its_state_again(
    town: Town, incident: Incident, tickets: list[Ticket]
) -> None:
    solving.set_state(tickets[1], "pending", by=town.ana)

    assert resolving.solve_together(incident, by=town.ben) == [ticket.pk for ticket in tickets]
    assert states(tickets) == ["solved", "solved"]
    assert tickets[0].events.filter(kind="state").last().by == town.ben.person  # type: ignore[union-attr]

    assert resolving.unsolve(incident, by=town.ben) == [ticket.pk for ticket in tickets]
    assert states(tickets) == ["open", "pending"]
    assert list(verify.differences()) == []


def test_k14_a_message_without_an_answer_asks_for_one(
    town: Town, incident: Incident, tickets: list[Ticket]
) -> None:
    hear(tickets[0], Words("It is still black here"), author=town.tess)

    with pytest.raises(Refused, match=f"#{tickets[0].pk} has no answer yet"):
        resolving.solve_together(incident, by=town.ana)
    assert states(tickets) == ["open", "open"]

    resolving.solve_together(incident, by=town.ana, text="Please start it once more.")

    assert states(tickets) == ["solved", "solved"]
    said = tickets[0].messages.filter(side="team").order_by("-id")[0]
    assert (said.text, said.public) == ("Please start it once more.", True)
    assert Clock.objects.get(ticket=tickets[0], metric="next_reply").outcome == "met"
    assert list(verify.differences()) == []


def test_a_custom_field_that_is_needed_holds_all_of_them(
    town: Town, incident: Incident, tickets: list[Ticket]
) -> None:
    cause = define(Written("Root cause", required=True))
    set_field(tickets[1], cause, ["Switch"], by=town.ana.person)

    with pytest.raises(Refused, match=f"Fill in “Root cause” first, on #{tickets[0].pk}[.]"):
        resolving.solve_together(incident, by=town.ana)
    assert states(tickets) == ["open", "open"]

    set_field(tickets[0], cause, ["Switch"], by=town.ana.person)
    resolving.solve_together(incident, by=town.ana)
    assert states(tickets) == ["solved", "solved"]


def test_k14_solved_without_an_answer_is_counted_apart(
    town: Town, incident: Incident, tickets: list[Ticket]
) -> None:
    hear(tickets[0], Words("It is still black here"), author=town.tess)

    resolving.solve_together(incident, by=town.ana, unanswered=True)

    assert "solved unanswered" in Clock.objects.get(ticket=tickets[0], metric="next_reply").marks


def test_what_someone_moved_since_is_not_undone(
    town: Town, incident: Incident, tickets: list[Ticket]
) -> None:
    resolving.solve_together(incident, by=town.ana)
    hear(tickets[0], Words("Once more"), author=town.tess)
    solving.set_state(tickets[0], "solved", by=town.ben, unanswered=True)

    assert resolving.unsolve(incident, by=town.ana) == [tickets[1].pk]
    assert states(tickets) == ["solved", "open"]


def test_what_was_merged_since_is_not_undone(
    town: Town, incident: Incident, tickets: list[Ticket]
) -> None:
    solving.set_state(tickets[0], "waiting", by=town.ana)
    gone = ticket_of(town.tess)
    join(incident, [gone], by=town.ana)
    resolving.solve_together(incident, by=town.ana, unanswered=True)
    merge(gone, tickets[0], by=town.ana)  # with words that nobody answered, so it is open again
    assert states([gone, tickets[0]]) == ["closed", "open"]

    assert resolving.unsolve(incident, by=town.ana) == [tickets[1].pk]
    assert states([gone, *tickets]) == ["closed", "open", "open"]


def test_after_ten_minutes_it_stays(town: Town, incident: Incident) -> None:
    resolving.solve_together(incident, by=town.ana)

    with moved_to(clock.now() + timedelta(minutes=11)):
        assert resolving.solved_lately(incident) is None
        with pytest.raises(Refused, match="too late"):
            resolving.unsolve(incident, by=town.ana)


def test_while_it_goes_on_nothing_is_solved(town: Town, incident: Incident) -> None:
    other = declare("Slow", severity=Severity.MINOR, by=town.ana, tickets=[ticket_of(town.tess)])

    with pytest.raises(Refused, match="goes on"):
        resolving.solve_together(other, by=town.ana)


def test_a_fault_in_one_solves_none(
    town: Town, incident: Incident, tickets: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deskbell.inbox.live.publish_many", lambda _: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        resolving.solve_together(incident, by=town.ana)

    assert states(tickets) == ["open", "open"]
