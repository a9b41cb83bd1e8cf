"""Door 1 of the alerts' rules: what becomes of Alertmanager's bodies, by sender's time and key."""

from __future__ import annotations

from threading import Thread
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from deskbell.lib.clock import moved_to
from deskbell.monitoring import alerts as verbs
from deskbell.monitoring.intake import receiving, taking
from deskbell.monitoring.intake.normal import Reported
from deskbell.monitoring.intake.receiving import receive
from deskbell.monitoring.models import Alert, Body
from deskbell.monitoring.sources import ensure_default_source
from deskbell.monitoring.tests.payloads import alert, body, resolved
from deskbell.people.models import Person
from deskbell.sla.models import Clock
from deskbell.tickets.events import Kind
from deskbell.tickets.models import Message, Ticket, TicketEvent
from tests.town import Town, at

LATER = "2026-11-19T15:00:00Z"


class Sent:
    """A request's body that is all there."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def read(self, size: int, /) -> bytes:
        chunk, self.content = self.content[:size], self.content[size:]
        return chunk


def send(content: bytes, when: str = "2026-11-19 09:00") -> Body:
    """Store the body and let the worker take it; returns how it stands then."""
    with moved_to(at(when)):
        stored = receiving.store(ensure_default_source(), receive(Sent(content), headers={}))
        taking.step()
    stored.refresh_from_db()
    return stored


def test_each_firing_alert_opens_one_urgent_ticket(town: Town) -> None:
    stored = send(body(alert("one"), alert("two", labels={"alertname": "Slow"}, annotations={})))
    assert [(t.subject, t.impact, t.channel) for t in Ticket.objects.order_by("number")] == [
        ("Instance stream-3.example:9100 down", "urgent", "alert"),
        ("Slow", "urgent", "alert"),
    ]
    assert (stored.state, stored.result) == ("taken", "2 raised")


def test_a_body_of_which_nobody_can_be_told_is_set_aside_and_stops_no_other(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = verbs.take

    def fails(reported: Reported, of: Body) -> str:
        if "Bad" in str(reported) or "Unreadable" in reported.title:
            raise ValueError("a letter that can't be \0 composed")
        return take(reported, of)

    monkeypatch.setattr(verbs, "take", fails)
    bad = alert("one", labels={"alertname": "Bad"}, annotations={})
    receiving.store(ensure_default_source(), receive(Sent(body(bad)), headers={}))
    send(body(alert("two", labels={"alertname": "Slow"}, annotations={})))
    assert [each.state for each in Body.objects.order_by("id")] == ["quarantined", "taken"]
    assert [ticket.subject for ticket in Ticket.objects.all()] == ["Slow"]


def test_the_ticket_says_what_the_sender_said_and_where_to_look(town: Town) -> None:
    send(body(alert(), truncatedAlerts=7))
    text = Message.objects.get().text
    assert "It has not answered for more than 5 minutes." in text
    assert "instance = stream-3.example:9100" in text
    assert "http://prometheus.example/graph" in text
    assert "left out 7 more alerts" in text
    assert "7 more were left out" in Body.objects.get().result


def test_the_same_body_again_opens_nothing_and_renews_last_seen(town: Town) -> None:
    send(body(alert()), "2026-11-19 09:00")
    again = send(body(alert()), "2026-11-19 13:00")
    assert Ticket.objects.count() == 1
    assert again.result == "1 renewed"
    assert Alert.objects.get().last_seen_at == at("2026-11-19 13:00")


def test_the_key_is_the_fingerprint_and_never_the_summary(town: Town) -> None:
    send(body(alert("one"), alert("two")))
    send(body(alert("one", annotations={"summary": "Said otherwise"})))
    assert Ticket.objects.count() == 2


def test_the_status_of_the_group_is_not_that_of_the_alert(town: Town) -> None:
    send(body(alert("one"), alert("two")))
    send(body(alert("one"), resolved("two"), status="firing"))
    assert {a.key: a.state for a in Alert.objects.all()} == {"one": "open", "two": "resolved"}


def test_resolved_is_noted_on_the_ticket_which_stays_open(town: Town) -> None:
    send(body(alert()), "2026-11-19 09:00")
    ended = send(body(resolved()), "2026-11-19 09:21")
    ticket = Ticket.objects.get()
    assert ended.result == "1 ended"
    assert ticket.state == "open"
    assert ticket.events.filter(kind=Kind.ALERT_ENDED).get().at == at("2026-11-19 09:21")


def test_firing_again_after_a_resolve_is_a_new_episode_with_a_ticket_of_its_own(
    town: Town,
) -> None:
    send(body(alert()))
    send(body(resolved()))
    send(body(alert(startsAt=LATER)), "2026-11-19 10:00")
    assert Ticket.objects.count() == 2
    assert [a.state for a in Alert.objects.order_by("id")] == ["resolved", "open"]


def test_a_firing_with_the_start_of_an_episode_that_has_ended_is_a_late_duplicate(
    town: Town,
) -> None:
    send(body(alert()))
    send(body(resolved()))
    late = send(body(alert()))
    assert (Ticket.objects.count(), late.result) == (1, "1 late")


def test_a_resolve_older_than_the_episode_ends_nothing(town: Town) -> None:
    send(body(alert(startsAt=LATER)), "2026-11-19 10:00")
    late = send(body(resolved()), "2026-11-19 10:01")
    assert (Alert.objects.get().state, late.result) == ("open", "1 late")


def test_a_resolve_of_the_very_episode_ends_it_whatever_the_senders_clock_says(
    town: Town,
) -> None:
    ahead = "2026-11-19T18:00:00Z"  # a start in the future, as amtool makes one
    send(body(alert(startsAt=ahead)))
    assert send(body(resolved(startsAt=ahead))).result == "1 ended"


def test_a_resolve_that_overtakes_its_firing_makes_the_firing_late(town: Town) -> None:
    send(body(resolved()))
    late = send(body(alert()))
    assert (Ticket.objects.count(), late.result) == (0, "1 late")


def test_a_pair_of_monitors_that_disagree_by_seconds_pages_once(town: Town) -> None:
    send(body(alert()), "2026-11-19 09:00")
    send(body(alert(startsAt="2026-11-19T14:00:15Z")), "2026-11-19 09:00")
    assert Ticket.objects.count() == 1


def test_a_start_long_after_the_last_sight_is_a_new_episode_whose_resolve_was_lost(
    town: Town,
) -> None:
    send(body(alert()), "2026-11-19 09:00")
    send(body(alert(startsAt="2026-11-20T14:00:00Z")), "2026-11-20 09:00")
    assert Ticket.objects.count() == 2
    assert Alert.objects.open().count() == 1


def test_an_end_in_year_one_means_still_firing(town: Town) -> None:
    send(body(alert(endsAt="0001-01-01T00:00:00Z")))
    assert Alert.objects.get().ended_at is None


def test_times_are_the_senders_to_the_microsecond(town: Town) -> None:
    send(body(alert()))
    send(body(resolved()))
    found = Alert.objects.get()
    assert found.started_at.isoformat() == "2026-11-19T14:00:00.123456+00:00"
    assert found.ended_at and found.ended_at.isoformat() == "2026-11-19T14:20:00.500000+00:00"


UNREADABLE = [
    (b"", "not JSON"),
    (b"{", "not JSON"),
    (b"[" * 100_000, "not JSON"),
    (b"\xff\x00\xfe", "not JSON"),
    (b"[]", "no object"),
    (b'{"alerts": 3}', "no list named"),
    (body(alert(status="maybe")), "neither firing nor resolved"),
    (body(alert(status={"state": "firing"})), "neither firing nor resolved"),
    (body(alert(startsAt="noon")), "no time"),
    (body(alert(startsAt=None)), "when it started"),
    (body(alert(labels=[])), "no object"),
    (body(alert("", labels={})), "neither a fingerprint nor labels"),
    (b'{"alerts": ["x"]}', "no object"),
]


@pytest.mark.parametrize(("content", "reason"), UNREADABLE)
def test_a_body_that_cannot_be_read_is_an_alert_of_its_own_and_stays_in_quarantine(
    town: Town, content: bytes, reason: str
) -> None:
    stored = send(content)
    ticket = Ticket.objects.get()
    assert ticket.subject == "Unreadable alert from Alertmanager"
    assert ticket.impact == "urgent"
    assert reason in Message.objects.get().text
    assert (stored.state, bytes(stored.content)) == ("quarantined", content)


def test_one_unreadable_alert_does_not_hide_the_others_of_its_body(town: Town) -> None:
    stored = send(body(alert("one"), alert("two", status="?"), alert("three")))
    assert Ticket.objects.count() == 3
    assert stored.state == "quarantined"
    assert stored.result.startswith("2 raised, 1 unreadable: Alert 2 of 3")


def test_the_same_unreadable_bytes_again_are_the_same_alert_also_an_hour_later(
    town: Town,
) -> None:
    send(b"nonsense", "2026-11-19 09:00")
    send(b"nonsense", "2026-11-19 10:00")
    send(b"other nonsense", "2026-11-19 10:00")
    assert Ticket.objects.count() == 2


def test_a_body_over_a_megabyte_is_kept_in_part_and_pages(town: Town) -> None:
    huge = body(alert(), commonAnnotations={"x": "y" * receiving.LARGEST})
    stored = send(huge)
    assert stored.size == len(huge)
    assert bytes(stored.content) == huge[: 1024 * 1024]
    assert stored.state == "quarantined"
    assert Ticket.objects.get().subject == "Unreadable alert from Alertmanager"


def test_what_the_database_cannot_store_in_a_text_is_replaced(town: Town) -> None:
    send(body(alert(annotations={"summary": "nul \x00 and \ud800 half"})))
    assert Ticket.objects.get().subject == "nul � and ? half"


def test_a_fault_of_ours_pages_and_does_not_hide(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(content: bytes) -> None:
        raise ZeroDivisionError("a parser's mistake")

    monkeypatch.setitem(taking.READERS, "alertmanager", fails)
    stored = send(body(alert()))
    assert stored.state == "quarantined"
    assert "ZeroDivisionError" in Message.objects.get().text


def test_without_a_fingerprint_the_labels_are_the_identity(town: Town) -> None:
    bare = {name: value for name, value in alert().items() if name != "fingerprint"}
    send(body(bare))
    send(body(bare))
    assert Ticket.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", [OperationalError, KeyboardInterrupt])
def test_killed_in_the_middle_a_body_is_taken_again_with_one_ticket(
    town: Town, monkeypatch: pytest.MonkeyPatch, fault: type[BaseException]
) -> None:
    def dies(fact: Any) -> None:
        raise fault

    content = body(alert("one"), alert("two"))
    with monkeypatch.context() as patched:
        patched.setattr(verbs, "tell", dies)
        with pytest.raises(fault):
            send(content)
    assert (Ticket.objects.count(), TicketEvent.objects.count()) == (0, 0)
    assert Body.objects.get().state == "waiting"
    taking.step()
    assert (Ticket.objects.count(), Body.objects.get().state) == (2, "taken")


@pytest.mark.django_db(transaction=True)
def test_a_body_that_another_worker_holds_is_left_to_it(town: Town) -> None:
    with moved_to(at("2026-11-19 09:00")):
        receiving.store(ensure_default_source(), receive(Sent(body(alert())), headers={}))
    seen: list[bool] = []

    def other_worker() -> None:
        seen.append(taking.take_next())
        connection.close()

    with transaction.atomic():
        Body.objects.select_for_update().get()
        thread = Thread(target=other_worker)
        thread.start()
        thread.join(5)
    assert seen == [False]
    assert taking.take_next()


def test_receipt_and_acknowledge_clock_count_from_when_the_body_came_k6(town: Town) -> None:
    with moved_to(at("2026-11-21 03:00")):  # a Saturday night
        receiving.store(ensure_default_source(), receive(Sent(body(alert())), headers={}))
    with moved_to(at("2026-11-21 03:01")):
        taking.step()
    clock = Clock.objects.get(metric="acknowledge")
    assert clock.started_at == at("2026-11-21 03:00")
    assert clock.due_at == at("2026-11-21 03:05")


def test_an_episode_that_ends_unacknowledged_cancels_its_clock_k6(town: Town) -> None:
    send(body(alert()), "2026-11-19 09:00")
    send(body(resolved()), "2026-11-19 09:03")
    clock = Clock.objects.get(metric="acknowledge")
    assert (clock.outcome, clock.stopped_at) == ("cancelled", at("2026-11-19 09:03"))


def test_the_raw_body_is_kept_with_its_digest(town: Town) -> None:
    content = body(alert())
    stored = send(content)
    assert bytes(stored.content) == content
    assert len(stored.sha256) == 64
    assert stored.received_at == at("2026-11-19 09:00")


def test_an_alert_has_no_customer(town: Town) -> None:
    send(body(alert()))
    assert Ticket.objects.get().requester is None
    assert not Person.objects.filter(email__contains="prometheus").exists()
