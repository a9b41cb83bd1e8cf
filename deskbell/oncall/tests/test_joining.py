"""Alerts of a group share a call, also for a while after it was answered (E5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from deskbell.lib.clock import moved_to
from deskbell.lib.telling import tell
from deskbell.monitoring.alerts import AlertRaised
from deskbell.monitoring.models import Alert
from deskbell.oncall import replies
from deskbell.oncall.models import Call, Page
from deskbell.sla.models import Clock
from deskbell.sla.verify import differences
from deskbell.tickets.acknowledging import note_received, unacknowledged
from deskbell.tickets.events import changing
from deskbell.tickets.models import Ticket
from tests.town import Town, at

pytestmark = pytest.mark.django_db
Opens = Callable[..., Ticket]
START = at("2026-11-24 03:00")


@pytest.fixture
def grouped(town: Town, rota: Callable[..., None], alarm: Opens) -> Ticket:
    """Ana was paged at 3 about the first alert of a group."""
    rota(town.ana)
    ticket = alarm()
    Alert.objects.update(group="streaming")
    Call.objects.update(group="streaming")
    return ticket


def another(
    ticket: Ticket, minutes: int, impact: str = "urgent", group: str = "streaming"
) -> Alert:
    """One more alert joins the ticket, as grouping does it."""
    first = Alert.objects.earliest("id")
    now = START + timedelta(minutes=minutes)
    with moved_to(now), transaction.atomic():
        alert = Alert.objects.create(
            source=first.source,
            key=f"{minutes} {impact} {group}",
            title="Login is down",
            group=group,
            impact=impact,
            started_at=now,
            received_at=now,
            last_seen_at=now,
            ticket=ticket,
        )
        with changing(ticket):
            joined = note_received(ticket, episode=alert.episode, source="Prometheus", at=now)
            tell(AlertRaised(alert, joined))
    return alert


def answered_after(ticket: Ticket, minutes: int, town: Town) -> None:
    with moved_to(START + timedelta(minutes=minutes)):
        replies.acknowledge(ticket, by=town.ana)


def test_an_alert_of_the_group_joins_a_call_that_rings_e5(town: Town, grouped: Ticket) -> None:
    another(grouped, 1)
    assert Call.objects.count() == 1
    assert Page.objects.filter(way="mail").count() == 1


def test_one_acknowledgement_answers_all_alerts_of_the_call(town: Town, grouped: Ticket) -> None:
    another(grouped, 1)
    answered_after(grouped, 2, town)
    assert unacknowledged(grouped) == []


@pytest.mark.parametrize(("minutes", "calls"), [(11, 1), (12, 2)])
def test_an_alert_joins_what_was_answered_less_than_ten_minutes_ago_e5(
    town: Town, grouped: Ticket, minutes: int, calls: int
) -> None:
    answered_after(grouped, 2, town)
    another(grouped, minutes)
    assert Call.objects.count() == calls


def test_what_joins_an_answered_call_is_in_the_same_hands_e5_k6(
    town: Town, grouped: Ticket
) -> None:
    answered_after(grouped, 2, town)
    another(grouped, 5)
    assert unacknowledged(grouped) == []
    assert [c.outcome for c in Clock.objects.filter(metric="acknowledge")] == ["met", "met"]
    assert list(differences()) == []


def test_an_alert_of_another_group_pages_anew_e5(town: Town, grouped: Ticket) -> None:
    answered_after(grouped, 2, town)
    another(grouped, 5, group="mail")
    assert Call.objects.count() == 2


def test_a_graver_alert_begins_the_call_anew_e5(town: Town, grouped: Ticket) -> None:
    Call.objects.update(impact="high")
    another(grouped, 1)
    call = Call.objects.get()
    assert (call.impact, call.round) == ("urgent", 2)


def test_a_call_is_over_when_its_last_alert_is_k6(
    town: Town, grouped: Ticket, alarm: Opens
) -> None:
    second = another(grouped, 1)
    alarm("2026-11-24 03:02", ended=True)
    assert Call.objects.get().is_ringing
    alarm("2026-11-24 03:03", second.key, ended=True)
    assert Call.objects.get().state == "over"


def test_what_is_silenced_or_a_symptom_pages_nobody(town: Town, grouped: Ticket) -> None:
    answered_after(grouped, 2, town)
    cause = Alert.objects.earliest("id")
    with transaction.atomic():
        tell(AlertRaised(Alert(hidden_by=cause, source=cause.source, ticket=grouped), grouped))
    assert Call.objects.count() == 1
