"""A ticket is moved to another version on purpose and on its record, and its clocks follow (K8, K9)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deskbell.lib.clock import moved_to
from deskbell.people.models import Person
from deskbell.sla.models import Clock, Policy, PolicyVersion, Standing
from deskbell.sla.moving import move
from deskbell.sla.policies import current_version
from deskbell.sla.verify import differences
from deskbell.sla.versions import make
from deskbell.tickets.events import Kind
from deskbell.tickets.identifying import identify
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town, at


@pytest.fixture
def ticket(town: Town) -> Ticket:
    with moved_to(at("2026-11-19 09:00")):
        return open_for_customer("Black screen", Words("Dark"), requester=town.tess)


def version_with(hours: float) -> PolicyVersion:
    base = current_version()
    document = {**base.document, "targets": {**base.document["targets"]}}
    promise = {"target": hours * 3600, "coverage": "business_hours"}
    document["targets"]["normal"] = {**document["targets"]["normal"], "first_reply": promise}
    return make(base.policy, document, ladder=base.ladder, reason="Other hours")


def first_reply(ticket: Ticket) -> Clock:
    return Clock.objects.get(ticket=ticket, metric="first_reply")


def test_a_moved_ticket_counts_as_if_the_version_had_held_since_the_start_k8(
    ticket: Ticket, town: Town
) -> None:
    with moved_to(at("2026-11-19 10:00")):
        assert move(ticket, version_with(2), reason="As agreed", by=town.max.person)
        assert first_reply(ticket).due_at == at("2026-11-19 11:00")
        assert list(differences()) == []
    event = ticket.events.get(kind=Kind.POLICY)
    assert (event.by, event.data["reason"]) == (town.max.person, "As agreed")
    assert event.data["name"] == "Standard Support, version 2"


def test_one_that_is_late_under_the_new_version_is_breached_at_the_move_and_marked_k8(
    ticket: Ticket, town: Town
) -> None:
    first = current_version()
    with moved_to(at("2026-11-19 12:00")):
        move(ticket, version_with(1), reason="Stricter", by=town.max.person)
        clock = first_reply(ticket)
        assert (clock.outcome, clock.marks) == ("breached", ["late because reclassified"])
        assert clock.breached_at == at("2026-11-19 12:00")
        move(ticket, first, reason="Back again", by=town.max.person)
        assert (first_reply(ticket).outcome, first_reply(ticket).marks) == ("running", [])
        assert list(differences()) == []


def test_moving_to_where_it_is_changes_nothing(ticket: Ticket, town: Town) -> None:
    assert not move(ticket, current_version(), reason="Again", by=town.max.person)
    assert not ticket.events.filter(kind=Kind.POLICY).exists()


def test_a_ticket_whose_standing_says_otherwise_than_its_events_is_found_k12(
    ticket: Ticket, town: Town
) -> None:
    Standing.objects.update(version=version_with(2))
    assert [(d.field, d.ticket) for d in differences()] == [("version", ticket.number)]


def test_a_ticket_follows_the_policy_of_its_district_once_that_is_known_k8(town: Town) -> None:
    base = current_version()
    policy = Policy.objects.create(name="North's", base=base.policy, district=town.north_valley)
    changes = {"targets": {"normal": {"first_reply": {"target": 60, "coverage": "always"}}}}
    owed = make(policy, changes, ladder=[], reason="Theirs")
    stranger = Person.objects.with_address("someone@elsewhere.example")
    with moved_to(at("2026-11-19 09:00")):
        ticket = open_for_customer("Help", Words("Dark"), requester=stranger)
    with moved_to(at("2026-11-19 09:00") + timedelta(seconds=30)):
        identify(ticket, town.tess)
        assert Standing.objects.get(ticket=ticket).version == owed
        assert first_reply(ticket).due_at == at("2026-11-19 09:01")
        assert list(differences()) == []
