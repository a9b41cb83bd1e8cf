"""The make-believe town: believable, the same for the same seed, silent, and gone without a trace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.test import Client

from deskbell.cli.demo.commands import fill
from deskbell.cli.demo.playing import play
from deskbell.cli.demo.removing import remove
from deskbell.incidents.models import Incident, Postmortem
from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.mail.models import OutboundMail
from deskbell.monitoring import lasting
from deskbell.monitoring.checks import rolling
from deskbell.monitoring.checks.standstill import Standstill
from deskbell.monitoring.heartbeats import overdue
from deskbell.monitoring.maintenance import edges
from deskbell.monitoring.models import Alert, Check, Component, Maintenance, Timing, Vendor
from deskbell.monitoring.watched import make_component
from deskbell.oncall.models import Call
from deskbell.people.models import Agent, Contract, District, Notice, Person
from deskbell.realtime.models import LiveEvent
from deskbell.sla.explaining import Audience, account_of
from deskbell.sla.models import Clock
from deskbell.sla.verify import differences
from deskbell.tickets.fields.models import CustomField
from deskbell.tickets.models import Message, Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import reply
from deskbell.tickets.words import Words
from tests.town import Town, at

TICKETS = 60
NOW = at("2026-11-19 15:00")


@pytest.fixture
def played(town: Town) -> None:
    with moved_to(NOW):
        assert list(play(TICKETS, seed=3)) == list(range(1, TICKETS + 1))


@pytest.mark.usefixtures("played")
def test_the_town_has_districts_schools_contracts_teams_and_tickets_of_every_kind() -> None:
    districts = District.objects.filter(demo=True)
    tickets = Ticket.objects.filter(demo=True)

    assert districts.count() == 6
    assert all(district.schools.count() >= 3 for district in districts)
    assert Contract.objects.filter(district__in=districts).count() == 6
    assert Agent.objects.filter(person__demo=True, teams__isnull=False).distinct().count() == 9
    assert tickets.count() == TICKETS + 1  # and a question about an onboarding
    assert {"mail", "chat", "phone", "alert", "portal"} == set(
        tickets.values_list("channel", flat=True)
    )
    assert {"urgent", "high", "normal", "low"} == set(tickets.values_list("impact", flat=True))
    assert {"solved", "closed"} < set(tickets.values_list("state", flat=True))
    assert tickets.filter(field_values__has_keys=["device", "root_cause"], state="solved").exists()
    assert NOW - timedelta(days=60) <= min(tickets.values_list("created_at", flat=True))
    assert max(tickets.values_list("updated_at", flat=True)) <= NOW


@pytest.mark.usefixtures("played")
def test_each_of_its_clocks_explains_itself_and_adds_up() -> None:
    explained = 0
    with moved_to(NOW):
        for ticket in Ticket.objects.filter(demo=True):
            for audience in Audience:
                account = account_of(ticket, zone="America/Denver", audience=audience)
                for clock in account.clocks:
                    counted = sum((step.counted for step in clock.steps), timedelta(0))
                    assert counted == (clock.counted if clock.stop else clock.target)
                    assert counted == sum((line.counted for line in clock.lines), timedelta(0))
                    assert clock.summary and clock.started_by
                    assert clock.stopped_by or not clock.stop
                    explained += 1
    assert explained > 2 * TICKETS


@pytest.mark.usefixtures("played")
def test_its_clocks_are_what_its_events_say_k12() -> None:
    outcomes = Counter(Clock.objects.filter(ticket__demo=True).values_list("outcome", flat=True))
    assert outcomes["met"] > outcomes["breached"] > 0
    with moved_to(NOW):
        assert list(differences()) == []


@pytest.mark.usefixtures("played")
def test_it_mails_pages_and_tells_nobody_real_and_is_no_live_news() -> None:
    assert not OutboundMail.objects.exists()
    assert not Call.objects.exists()
    assert not Notice.objects.filter(recipient__person__demo=False).exists()
    assert not LiveEvent.objects.exists()


def test_the_same_seed_tells_the_same_stories(town: Town) -> None:
    def told(seed: int) -> Sequence[tuple[object, ...]]:
        with moved_to(NOW):
            list(play(15, seed))
            stories = list(
                Ticket.objects.filter(demo=True)
                .order_by("number")
                .values_list("subject", "state", "created_at")
            )
            remove()
        return stories

    first = told(5)
    assert told(5) == first
    assert told(6) != first


def test_it_goes_without_touching_what_is_real(town: Town) -> None:
    real = open_for_customer("Black screen", Words("Dark"), requester=town.tess)
    reply(real, Words("On it"), by=town.ana)
    list(play(10, seed=3))
    lent = Agent.objects.filter(person__demo=True).first()
    assert lent is not None
    reply(real, Words("I help out"), by=lent)

    remove()

    assert list(Ticket.objects.all()) == [real]
    assert Message.objects.filter(ticket=real).count() == 3
    assert not District.objects.filter(demo=True).exists()
    assert not CustomField.objects.exists()
    left = Person.objects.get(demo=True)  # has acted on a real ticket: history is not rewritten
    assert left == lent.person and not left.is_active
    assert Agent.objects.filter(person__demo=False).count() == 5


def test_a_second_town_is_refused_with_the_way_out(town: Town) -> None:
    with moved_to(clock.now()):
        list(play(1, seed=3))
    with pytest.raises(Refused, match="demo --remove"):
        fill(1, 3)


@pytest.mark.usefixtures("played")
def test_what_it_watches_is_alive_on_every_screen(town: Town, client: Client) -> None:
    client.force_login(town.max.person)
    with moved_to(NOW):
        assert {each.state for each in Component.objects.all()} >= {
            *("operational", "degraded", "partial_outage", "maintenance", "not_watched")
        }
        pages = {
            page: client.get(page).text
            for page in ("/components", "/maintenance", "/heartbeats", "/vendors")
        }
        assert "Watched: 99.9" in pages["/components"]
        assert "New graphics drivers" in pages["/maintenance"]
        assert "Nightly roster import" in pages["/heartbeats"]
        assert "Edgecast Lake" in pages["/vendors"]
        for component in Component.objects.all():
            assert client.get(f"/components/{component.pk}").status_code == 200
        for check in Check.objects.exclude(kind="heartbeat"):
            assert "<polyline" in client.get(f"/checks/{check.pk}?range=year").text
        for job in Check.objects.filter(kind="heartbeat"):
            assert client.get(f"/heartbeats/{job.pk}").status_code == 200
        for vendor in Vendor.objects.all():
            assert client.get(f"/vendors/{vendor.pk}").status_code == 200


@pytest.mark.usefixtures("played")
def test_nothing_of_what_it_watches_is_ever_asked_or_calls_anybody() -> None:
    """Through a week of the worker, its windows' edges and roll-ups, and no process of the checks."""
    before = Ticket.objects.count()
    monotonic = [0.0]
    still = Standstill(lambda: monotonic[0])
    for days in range(8):
        with moved_to(NOW + timedelta(days=days)):
            for step in (edges.step, lasting.step, overdue.step, still.step, rolling.roll_up):
                step()
            monotonic[0] += 20
            assert not Vendor.objects.filter(next_at__lte=clock.now()).exists()
            assert not Check.objects.filter(next_at__lte=clock.now()).exists()
    assert Ticket.objects.count() == before
    assert not Call.objects.exists()
    assert not Alert.objects.open().filter(ticket=None).exists()


@pytest.mark.usefixtures("played")
def test_what_broke_was_told_to_the_end_and_two_incidents_go_on(town: Town) -> None:
    with moved_to(NOW):
        goes_on, by_a_vendor = Incident.objects.open().order_by("number")
        over = Incident.objects.exclude(resolved_at=None)
        promised = goes_on.next_update_at
    assert all(each.updates.count() == 4 and each.is_told for each in over) and len(over) >= 4
    assert promised and NOW < promised < NOW + timedelta(hours=1)
    assert goes_on.updates.count() == 2 and not goes_on.for_everyone
    assert by_a_vendor.for_everyone and by_a_vendor.cause
    joined = goes_on.tickets.filter(state="joined")
    assert joined and all(each.told for each in joined)
    assert Postmortem.objects.get().published_at
    remove()
    assert not Incident.objects.exists()


@pytest.mark.usefixtures("played")
def test_what_it_watches_goes_and_what_is_really_watched_stays() -> None:
    real = make_component("Printing")
    remove()
    assert list(Component.objects.all()) == [real]
    for kind in (Alert, Check, Maintenance, Timing, Vendor):
        assert not kind.objects.exists()
