"""An emergency closure: days, versions and open tickets in one act, told before it is done (K8, K9)."""

from __future__ import annotations

from datetime import date

from procrastinate.contrib.django.models import ProcrastinateJob

from deskbell.lib.clock import moved_to
from deskbell.people.models import Person
from deskbell.sla.coverages.closing import close_at_once, undo_edit
from deskbell.sla.coverages.consequences import rehearse
from deskbell.sla.coverages.following import follow
from deskbell.sla.models import Clock, Coverage, CoverageEdit, Standing
from deskbell.sla.policies import current_version
from deskbell.sla.verify import differences
from deskbell.tickets.events import Kind
from deskbell.tickets.models import State, Ticket
from deskbell.tickets.solving import set_state
from tests.town import Town, at

TODAY = date(2026, 11, 19)


def closed(hours: Coverage, by: Person) -> CoverageEdit:
    return close_at_once(hours, TODAY, TODAY, "Snow storm", by=by)


def due(ticket: Ticket) -> object:
    return Clock.objects.get(ticket=ticket, metric="first_reply").due_at


def follow_as_the_jobs_say() -> None:
    for job in ProcrastinateJob.objects.filter(task_name="move_open_tickets").order_by("pk"):
        by = Person.objects.get(pk=job.args["by"])
        follow(current_version(), reason=job.args["reason"], by=by)


def test_a_preview_tells_which_due_instants_change_and_does_nothing_k9(
    hours: Coverage, ticket: Ticket, max_: Person
) -> None:
    with moved_to(at("2026-11-19 10:00")):
        told = rehearse(lambda _: closed(hours, max_), span=(TODAY, TODAY), tickets_follow=True)
        assert told.followers is not None
        (change,) = told.followers.changes
        assert (change.ticket, change.label) == (ticket, "First reply")
        assert (change.was, change.now) == (at("2026-11-19 13:00"), at("2026-11-20 12:00"))
        assert due(ticket) == at("2026-11-19 13:00")
    assert not ProcrastinateJob.objects.filter(task_name="move_open_tickets").exists()


def test_open_tickets_go_along_just_as_the_preview_said_k9(
    hours: Coverage, ticket: Ticket, max_: Person
) -> None:
    with moved_to(at("2026-11-19 10:00")):
        closed(hours, max_)
        follow_as_the_jobs_say()
        assert due(ticket) == at("2026-11-20 12:00")
        assert Standing.objects.get(ticket=ticket).version == current_version()
        assert list(differences()) == []
    event = ticket.events.get(kind=Kind.POLICY)
    assert (event.by, event.data["reason"]) == (max_, "Added Snow storm, Nov 19, 2026")


def test_the_job_may_run_again(hours: Coverage, ticket: Ticket, max_: Person) -> None:
    with moved_to(at("2026-11-19 10:00")):
        closed(hours, max_)
        assert follow(current_version(), reason="Snow", by=max_) == 1
        assert follow(current_version(), reason="Snow", by=max_) == 0


def test_solved_tickets_stay_where_they_are(
    hours: Coverage, ticket: Ticket, town: Town, max_: Person
) -> None:
    with moved_to(at("2026-11-19 10:00")):
        set_state(ticket, State.SOLVED, by=town.ana, unanswered=True)
        closed(hours, max_)
        assert follow(current_version(), reason="Snow", by=max_) == 0


def test_undoing_a_closure_takes_the_tickets_back_k9(
    hours: Coverage, ticket: Ticket, max_: Person
) -> None:
    with moved_to(at("2026-11-19 10:00")):
        edited = closed(hours, max_)
        follow_as_the_jobs_say()
        undone = undo_edit(edited, by=max_)
        assert undone.moved_tickets
        follow_as_the_jobs_say()
        assert due(ticket) == at("2026-11-19 13:00")
        assert list(differences()) == []
