"""A vendor's incident as the cause: it is the evidence for which the Resolution clock pauses (K5)."""

from __future__ import annotations

from typing import Any

import pytest

from deskbell.incidents import cause, editing
from deskbell.incidents.declaring import declare
from deskbell.incidents.joining import join
from deskbell.incidents.models import Incident, Severity
from deskbell.incidents.sentences import sentence
from deskbell.incidents.tests.test_updating import streaming, ticket_of
from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.monitoring.models import Component, Vendor, VendorIncident
from deskbell.people.models import Notice
from deskbell.sla import verify
from deskbell.sla.explaining import Audience, account_of, one_of
from deskbell.sla.models import Clock
from deskbell.sla.policies import current_version
from deskbell.sla.versions import make, merged
from deskbell.tickets import solving
from deskbell.tickets.models import Ticket
from tests.town import Town, at


def trouble(component: Component, title: str = "Drive is slow", **fields: Any) -> VendorIncident:
    vendor = Vendor.objects.get_or_create(
        name="Google", defaults={"feed": "google", "address": "https://status.example/feed"}
    )[0]
    made = VendorIncident.objects.create(
        vendor=vendor, key=title, title=title, started_at=at("2026-11-30 08:00"), **fields
    )
    made.components.add(component)
    return made


@pytest.fixture
def base(town: Town) -> Component:
    """A vendor's component on which streaming stands."""
    return streaming(name="Google Drive", key="drive", kind="third_party")


@pytest.fixture
def ticket(town: Town) -> Ticket:
    """Of a desk that promises a solution within 11 hours, which stand still while it waits."""
    before = current_version()
    solution = {"resolution": {"target": 11 * 3600, "coverage": "business_hours"}}
    changes = {"targets": {"normal": solution}, "resolution_pauses_while_waiting": True}
    promises = merged(before.document, changes)
    make(before.policy, promises, ladder=before.ladder, reason="Solutions are promised")
    with moved_to(at("2026-11-30 10:00")):
        return ticket_of(town.tess)


@pytest.fixture
def incident(town: Town, base: Component, ticket: Ticket) -> Incident:
    component = streaming()
    component.depends_on.add(base)
    with moved_to(at("2026-11-30 11:00")):
        incident = declare(
            "Files don’t open",
            severity=Severity.MAJOR,
            by=town.ana,
            components={component: "degraded"},
        )
        join(incident, [ticket], by=town.ana)
    return incident


def state_of(ticket: Ticket) -> str:
    return Ticket.objects.get(pk=ticket.pk).state


def test_what_is_open_below_its_components_is_proposed(incident: Incident, base: Component) -> None:
    below = trouble(base)
    trouble(base, "Over since", ended_at=at("2026-11-30 09:00"))
    trouble(streaming(name="Mail", key="mail"), "Elsewhere")

    assert cause.proposed(incident) == [below]


def test_k5_the_solution_waits_for_the_vendor_and_explain_says_so(
    town: Town, incident: Incident, base: Component, ticket: Ticket
) -> None:
    with moved_to(at("2026-11-30 12:00")):
        cause.attach(incident, trouble(base), by=town.ana)
        assert state_of(ticket) == "open"
        assert cause.could_wait(incident_now(incident)) == 1

        assert cause.let_wait(incident, by=town.ana) == [ticket.pk]

    assert state_of(ticket) == "waiting"
    clocks = {clock.metric: clock for clock in Clock.objects.filter(ticket=ticket)}
    assert clocks["resolution"].due_at is None
    assert clocks["first_reply"].due_at is not None  # K7: the reply clocks never pause
    with moved_to(at("2026-11-30 13:00")):
        account = account_of(ticket, zone="America/New_York", audience=Audience.CUSTOMER)
        assert list(verify.differences()) == []
    explained = one_of(account, "resolution", 1)
    assert "paused: waiting for Google: Drive is slow" in explained.summary


def test_detaching_gives_the_tickets_their_state_and_their_clock_again(
    town: Town, incident: Incident, base: Component, ticket: Ticket
) -> None:
    with moved_to(at("2026-11-30 12:00")):
        cause.attach(incident, trouble(base), by=town.ana)
        cause.let_wait(incident, by=town.ana)
    with moved_to(at("2026-11-30 13:00")):
        assert cause.detach(incident, by=town.ana) == [ticket.pk]

        assert state_of(ticket) == "open" and incident_now(incident).cause is None
        due = Clock.objects.get(ticket=ticket, metric="resolution").due_at
        assert due == at("2026-12-01 11:00")  # an hour later than promised at first
        assert cause.detach(incident, by=town.ana) == []
        assert list(verify.differences()) == []


def test_another_vendor_takes_its_place_and_what_waited_waits_no_longer(
    town: Town, incident: Incident, base: Component, ticket: Ticket
) -> None:
    cause.attach(incident, trouble(base), by=town.ana)
    cause.let_wait(incident, by=town.ana)
    other = trouble(base, "Sign-in fails")

    cause.attach(incident, other, by=town.ana)

    assert incident_now(incident).cause == other and state_of(ticket) == "open"


def test_what_someone_moved_since_stays_as_it_is(
    town: Town, incident: Incident, base: Component, ticket: Ticket
) -> None:
    cause.attach(incident, trouble(base), by=town.ana)
    cause.let_wait(incident, by=town.ana)
    solving.set_state(ticket, "pending", by=town.ben)

    assert cause.detach(incident, by=town.ana) == []
    assert state_of(ticket) == "pending"


def test_nothing_waits_without_evidence(town: Town, incident: Incident, base: Component) -> None:
    with pytest.raises(Refused, match="evidence for the pause"):
        cause.let_wait(incident, by=town.ana)

    cause.attach(incident, over := trouble(base), by=town.ana)
    VendorIncident.objects.filter(pk=over.pk).update(ended_at=at("2026-11-30 12:00"))
    with pytest.raises(Refused, match="Google says that it is over"):
        cause.let_wait(incident, by=town.ana)


def incident_now(incident: Incident) -> Incident:
    return Incident.objects.select_related("cause__vendor").get(pk=incident.pk)


def test_when_the_vendor_says_that_it_is_over_nothing_waits_for_it_any_more(
    town: Town, incident: Incident, base: Component, ticket: Ticket
) -> None:
    slow = trouble(base)
    with moved_to(at("2026-11-30 12:00")):
        editing.give(incident, editing.Role.LEAD, town.ana, by=town.ana)
        cause.attach(incident, slow, by=town.ana)
        cause.let_wait(incident, by=town.ana)
        cause.step()
        assert state_of(ticket) == "waiting"
    with moved_to(at("2026-11-30 13:00")):
        slow.ended_at = at("2026-11-30 12:50")
        slow.save()
        cause.step()
        cause.step()

        assert state_of(ticket) == "open" and incident_now(incident).cause == slow
        due = Clock.objects.get(ticket=ticket, metric="resolution").due_at
        assert due == at("2026-12-01 11:00")  # an hour later than promised at first
        assert list(verify.differences()) == []
    told = incident.events.get(kind="cause_over")
    words = f"Google says that it is over; #{ticket.pk} no longer waits for it"
    assert sentence(told) == words
    notice = Notice.objects.get(recipient=town.ana, path=f"/incidents/{incident.pk}")
    assert words in notice.text


def test_what_someone_moved_meanwhile_stays_when_it_is_over(
    town: Town, incident: Incident, base: Component, ticket: Ticket
) -> None:
    slow = trouble(base)
    with moved_to(at("2026-11-30 12:00")):
        cause.attach(incident, slow, by=town.ana)
        cause.let_wait(incident, by=town.ana)
        solving.set_state(ticket, "open", by=town.ana)
        solving.set_state(ticket, "waiting", by=town.ana)
    with moved_to(at("2026-11-30 13:00")):
        VendorIncident.objects.update(ended_at=at("2026-11-30 12:50"))
        assert cause.end_waiting(incident.pk) == []
    assert state_of(ticket) == "waiting"


def test_it_may_begin_again_and_end_again(
    town: Town, incident: Incident, base: Component, ticket: Ticket
) -> None:
    slow = trouble(base)
    with moved_to(at("2026-11-30 12:00")):
        cause.attach(incident, slow, by=town.ana)
    for hour in (13, 15):
        with moved_to(at(f"2026-11-30 {hour}:00")):
            VendorIncident.objects.update(ended_at=None)
            cause.let_wait(incident, by=town.ana)
            assert state_of(ticket) == "waiting"
        with moved_to(at(f"2026-11-30 {hour + 1}:00")):
            VendorIncident.objects.update(ended_at=at(f"2026-11-30 {hour}:50"))
            assert cause.end_waiting(incident.pk) == [ticket.pk]
            assert state_of(ticket) == "open"
