"""What a move would change is seen before it is made, and is what it then changes (K8, K9)."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deskbell.lib.clock import moved_to
from deskbell.sla import core
from deskbell.sla.holders import districts_under, tickets_to_move
from deskbell.sla.models import Clock, Policy
from deskbell.sla.moving import move
from deskbell.sla.policies import current_version
from deskbell.sla.preview import Effect, preview
from deskbell.sla.tests.plans import (
    copies,
    first_reply_in,
    opened,
    own_policy,
    standard,
    version_with,
)
from deskbell.sla.versions import document_under, make, merged
from deskbell.tickets.models import Ticket, TicketEvent
from deskbell.tickets.solving import set_state
from tests.town import Town, at


def said(effect: Effect) -> list[tuple[str, object, object, bool]]:
    return [
        (
            each.metric,
            each.before and each.before.due,
            each.after and each.after.due,
            each.late_at_once,
        )
        for each in effect.changes
    ]


def test_it_tells_old_and_new_due_instant_of_each_clock_k8(town: Town) -> None:
    [ticket] = opened(town.tess)
    with moved_to(at("2026-11-19 10:00")):
        version = version_with(2)
        found = preview(tickets_to_move(version), version)
    assert (found.total, found.changed, found.late) == (1, 1, 0)
    [effect] = found.effects
    assert effect.ticket == ticket
    assert said(effect) == [("first_reply", at("2026-11-19 13:00"), at("2026-11-19 11:00"), False)]


def test_what_would_be_late_at_once_is_told_and_comes_first_k8(town: Town) -> None:
    [early] = opened(town.tess, "2026-11-19 09:00")
    [late] = opened(town.tess, "2026-11-19 08:00")
    with moved_to(at("2026-11-19 11:30")):
        version = version_with(3)
        found = preview(tickets_to_move(version), version)
    assert (found.total, found.changed, found.late) == (2, 2, 1)
    assert [effect.ticket for effect in found.effects] == [late, early]
    [change] = found.effects[0].changes
    assert change.after is not None
    assert change.after.breached_at == at("2026-11-19 11:30")
    assert change.after.marks == {core.Mark.RECLASSIFIED}


def test_a_breach_that_an_earlier_change_made_would_be_lifted_k8(town: Town) -> None:
    [ticket] = opened(town.tess)
    first = current_version()
    with moved_to(at("2026-11-19 12:00")):
        move(ticket, version_with(1), reason="Stricter", by=None)
        found = preview(Ticket.objects.all(), first)
    assert (found.lifted, found.late) == (1, 0)


def test_the_move_does_what_the_preview_said_and_the_preview_did_nothing_k8_k9(
    town: Town,
) -> None:
    tickets = opened(town.tess, count=3) + opened(town.sam, "2026-11-19 07:00", count=2)
    events = TicketEvent.objects.count()
    with moved_to(at("2026-11-19 10:30")):
        version = version_with(2)
        found = preview(tickets_to_move(version), version)
        assert TicketEvent.objects.count() == events
        for ticket in tickets:
            move(ticket, version, reason="As shown", by=None)
    for effect in found.effects:
        [change] = effect.changes
        clock = Clock.objects.get(ticket=effect.ticket, metric=change.metric)
        assert change.after is not None
        assert (clock.due_at, clock.breached_at) == (change.after.due, change.after.breached_at)


def test_what_is_not_saved_yet_can_be_previewed(town: Town) -> None:
    opened(town.tess)
    promises = merged(current_version().document, first_reply_in(2))
    policy = core.Policy.from_document(document_under(standard(), promises))
    with moved_to(at("2026-11-19 10:00")):
        found = preview(Ticket.objects.all(), policy)
    assert found.changed == 1
    assert current_version().number == 1


def test_a_promise_that_goes_takes_its_clock_along(town: Town) -> None:
    opened(town.tess)
    nothing = {"targets": {"normal": {"first_reply": None}}}
    document = document_under(standard(), merged(current_version().document, nothing))
    with moved_to(at("2026-11-19 10:00")):
        found = preview(Ticket.objects.all(), core.Policy.from_document(document))
    [change] = found.effects[0].changes
    assert (change.metric, change.after) == ("first_reply", None)


def test_only_open_tickets_that_are_held_to_something_else_are_asked_about_k9(town: Town) -> None:
    [solved] = opened(town.tess)
    set_state(solved, "solved", by=town.ana, unanswered=True)
    [open_one] = opened(town.tess)
    version = version_with(2)
    opened(town.tess, "2026-11-19 10:00")  # under the new version already
    assert list(tickets_to_move(version)) == [open_one]


def test_a_districts_policy_touches_no_other_district(town: Town) -> None:
    [theirs], [others] = opened(town.tess), opened(town.sam)
    own = own_policy(town)
    assert list(tickets_to_move(own)) == [theirs]
    assert list(districts_under(own.policy)) == [town.north_valley]
    version = version_with(2)
    assert list(tickets_to_move(version)) == [others]
    assert list(districts_under(standard())) == [town.south_ridge]


def test_a_district_holds_to_the_plan_of_its_newest_contract(town: Town) -> None:
    premium = Policy.objects.create(name="Premium")
    contracts = town.south_ridge.contracts
    contracts.create(plan="Premium", starts_on=date(2026, 1, 1))
    assert not districts_under(premium).exists()  # it promises nothing yet
    make(premium, current_version().document, ladder=[], reason="A second plan")
    assert list(districts_under(premium)) == [town.south_ridge]
    contracts.create(plan="Something else", starts_on=date(2026, 6, 1))
    assert town.south_ridge in districts_under(standard())


@pytest.mark.parametrize("count", [50, 500])
def test_it_asks_the_database_as_often_for_many_tickets_as_for_few(count: int, town: Town) -> None:
    copies(opened(town.tess)[0], count - 1)
    with moved_to(at("2026-11-19 10:00")):
        version = version_with(2)
        with CaptureQueriesContext(connection) as asked:
            found = preview(tickets_to_move(version), version)
    assert (found.total, found.changed) == (count, count)
    assert len(asked) <= 6, [query["sql"][:80] for query in asked]
