"""Many tickets are moved by one decision, each in its own transaction; nothing stops the rest (K9)."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.sla import moving
from deskbell.sla.holders import tickets_to_move
from deskbell.sla.jobs import move_tickets
from deskbell.sla.models import Clock, Move, MoveLine, PolicyVersion, Standing
from deskbell.sla.moves import begin, progress_of
from deskbell.sla.moving import move_all
from deskbell.sla.tests.plans import opened, own_policy, version_with
from deskbell.sla.verify import differences
from deskbell.tickets.events import Kind
from deskbell.tickets.models import Ticket, TicketEvent
from tests.town import Town, at

AT_TEN = at("2026-11-19 10:00")


def held_to(version: PolicyVersion) -> set[int]:
    return set(Standing.objects.filter(version=version).values_list("ticket_id", flat=True))


def test_all_open_tickets_are_moved_and_the_result_is_told_k9(town: Town) -> None:
    tickets = opened(town.tess, count=3)
    with moved_to(AT_TEN):
        version = version_with(0.5)
        move = begin([version], reason="As agreed", by=town.max.person)
        assert progress_of(move).done == 0
        move_all(move)
        assert list(differences()) == []
    move.refresh_from_db()
    assert move.finished_at == AT_TEN
    told = progress_of(move)
    assert (told.total, told.done, told.moved, told.changed, told.late) == (3, 3, 3, 3, 3)
    assert held_to(version) == {ticket.pk for ticket in tickets}
    event = tickets[0].events.get(kind=Kind.POLICY)
    assert (event.by, event.data["reason"]) == (town.max.person, "As agreed")


def test_only_the_chosen_ones_are_moved(town: Town) -> None:
    tickets = opened(town.tess, count=3)
    with moved_to(AT_TEN):
        version = version_with(2)
        move_all(begin([version], reason="Try", by=town.max.person, numbers=[tickets[1].pk]))
    assert held_to(version) == {tickets[1].pk}
    assert set(tickets_to_move(version)) == {tickets[0], tickets[2]}


def test_a_number_of_another_district_is_not_moved_to_a_districts_policy(town: Town) -> None:
    [theirs], [others] = opened(town.tess), opened(town.sam)
    with moved_to(AT_TEN):
        own = own_policy(town)
        move_all(begin([own], reason="Theirs", by=None, numbers=[theirs.pk, others.pk]))
        assert held_to(own) == {theirs.pk}
        assert list(differences()) == []


def test_several_versions_can_be_put_on_tickets_at_once(town: Town) -> None:
    [theirs], [others] = opened(town.tess), opened(town.sam)
    with moved_to(AT_TEN):
        version, own = version_with(2), own_policy(town)
        move_all(begin([version, own], reason="Snow day", by=None))
    assert (held_to(version), held_to(own)) == ({others.pk}, {theirs.pk})


def test_a_fault_on_one_ticket_is_noted_and_stops_nothing_else(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, bad, last = opened(town.tess, count=3)
    version = version_with(2)
    sound = moving.move

    def failing(ticket: Ticket, *args: object, **named: object) -> bool:
        moved = sound(ticket, *args, **named)  # type: ignore[arg-type]
        if ticket == bad:
            raise ValueError("no such luck")
        return moved

    monkeypatch.setattr(moving, "move", failing)
    with moved_to(AT_TEN):
        move = begin([version], reason="As agreed", by=None)
        move_all(move)
        assert list(differences()) == []
    assert held_to(version) == {first.pk, last.pk}
    line = move.lines.get(ticket=bad)
    assert (line.outcome, line.note) == ("failed", "ValueError: no such luck")
    assert progress_of(move).failed == 1
    assert not bad.events.filter(kind=Kind.POLICY).exists()


def test_a_move_that_was_cut_short_goes_on_and_moves_no_ticket_twice(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(town.tess, count=3)
    version = version_with(2)
    sound, left = moving._compare, [1]

    def dying(*args: object) -> object:  # after the ticket was moved, before its line is noted
        if not left:
            raise SystemExit
        left.pop()
        return sound(*args)  # type: ignore[arg-type]

    with moved_to(AT_TEN):
        move = begin([version], reason="As agreed", by=None)
        monkeypatch.setattr(moving, "_compare", dying)
        with pytest.raises(SystemExit):
            move_all(move)
        assert progress_of(move).done == len(held_to(version)) == 1
        assert Move.objects.get().finished_at is None
        monkeypatch.undo()
        move_all(move)
    assert progress_of(move).moved == 3
    assert TicketEvent.objects.filter(kind=Kind.POLICY).count() == 3


def test_a_line_that_another_worker_has_done_meanwhile_stays_as_it_is(town: Town) -> None:
    opened(town.tess)
    with moved_to(AT_TEN):
        move = begin([version_with(2)], reason="As agreed", by=None)
        line = move.lines.get()
        moving._move_line(line.pk, move)
        moving._move_line(line.pk, move)
    assert (progress_of(move).moved, progress_of(move).changed) == (1, 1)


def test_a_ticket_that_was_moved_or_closed_meanwhile_stays(town: Town) -> None:
    there, closed = opened(town.tess, count=2)
    with moved_to(AT_TEN):
        version = version_with(2)
        move = begin([version], reason="As agreed", by=None)
        moving.move(there, version, reason="By hand", by=None)
        Ticket.objects.filter(pk=closed.pk).update(state="closed")
        move_all(move)
    assert set(move.lines.values_list("outcome", flat=True)) == {MoveLine.Outcome.SAME}
    assert progress_of(move).changed == 0


def test_a_breach_that_was_due_before_the_move_is_not_late_by_it_k8(town: Town) -> None:
    opened(town.tess)
    version = version_with(2)
    with moved_to(at("2026-11-19 14:00")):  # due at 13:00, and no timer has noted it
        move = begin([version], reason="As agreed", by=None)
        move_all(move)
    assert Clock.objects.get(metric="first_reply").breached_at == at("2026-11-19 13:00")
    assert progress_of(move).late == 0


def test_without_a_reason_or_a_ticket_nothing_begins(town: Town) -> None:
    version = version_with(2)
    with pytest.raises(Refused, match="no open ticket"):
        begin([version], reason="As agreed", by=None)
    opened(town.tess)
    with pytest.raises(Refused, match="why"):
        begin([version_with(3)], reason=" ", by=None)
    assert not Move.objects.exists()


def test_a_job_does_it(town: Town) -> None:
    opened(town.tess)
    with moved_to(AT_TEN):
        move = begin([version_with(2)], reason="As agreed", by=None)
        job = ProcrastinateJob.objects.get(task_name="move_tickets")
        assert job.args == {"move": move.pk}
        move_tickets.func.__wrapped__(**job.args)  # type: ignore[attr-defined]
    assert progress_of(move).moved == 1
