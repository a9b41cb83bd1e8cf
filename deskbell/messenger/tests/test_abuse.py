"""Floods are stopped kindly, and nobody reads or hears what is another's, whatever they forge."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from deskbell.chat import tallies
from deskbell.chat.models import Tally, Visit, Visitor
from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.messenger import sessions
from deskbell.messenger.tests.conftest import Bubble
from deskbell.realtime import topics
from tests.town import Town

NOON = clock.now().replace(hour=12, minute=0, second=5, microsecond=0)


def few(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    limit = tallies.Limit(name, 3, tallies.MINUTE)
    monkeypatch.setattr(sessions, name, limit)


def at(machine: str) -> Bubble:
    return Bubble(Client(REMOTE_ADDR=machine))


def test_a_network_begins_so_many_sessions_a_minute(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    few(monkeypatch, "SESSIONS_OF_A_NETWORK")
    with moved_to(NOON):
        got = [at("203.0.113.7").post("sessions", {})[0] for _ in range(4)]
        assert got == [200, 200, 200, 429]
        assert at("203.0.113.8").post("sessions", {})[0] == 200
    with moved_to(NOON + timedelta(minutes=1)):
        assert at("203.0.113.7").post("sessions", {})[0] == 200
    assert Visitor.objects.count() == 5


def test_one_subscriber_of_ipv6_is_one_network(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    few(monkeypatch, "SESSIONS_OF_A_NETWORK")
    with moved_to(NOON):
        got = [at(f"2001:db8:0:{each:x}::1").post("sessions", {})[0] for each in range(4)]
    assert got == [200, 200, 200, 429]


def test_a_network_says_so_much_a_minute_whoever_says_it(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    few(monkeypatch, "MESSAGES_OF_A_NETWORK")
    with moved_to(NOON):
        got = [at("203.0.113.7").begin().say("Hello")[0] for _ in range(4)]
        assert got == [200, 200, 200, 429]
        status, told = at("203.0.113.7").begin().say("Hello")
    assert (status, told["error"]) == (
        429,
        "That was a lot at once. Wait a little, then try again.",
    )


def test_guessing_identities_is_slowed_down(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    few(monkeypatch, "FORGERIES_OF_A_NETWORK")
    with moved_to(NOON):
        got = [at("203.0.113.7").post("sessions", {"identity": "x"})[0] for _ in range(4)]
    assert got == [403, 403, 403, 429]


def test_a_class_may_begin_together(town: Town) -> None:
    with moved_to(NOON):
        got = {at("203.0.113.7").post("sessions", {})[0] for _ in range(35)}
    assert got == {200}


def test_networks_are_no_secret_that_we_keep(town: Town) -> None:
    at("203.0.113.7").post("sessions", {})
    assert "203.0.113" not in str(Tally.objects.values().get())
    with moved_to(clock.now() + timedelta(days=2)):
        tallies.forget()
    assert not Tally.objects.exists()


def test_nobody_gets_a_pass_for_another_visit(
    bubble: Bubble, new_bubble: Callable[[], Bubble]
) -> None:
    """Whatever a visitor says of ids and topics, the pass is for what is theirs."""
    mine, other = Visit.objects.get(), new_bubble().begin()
    asked = [
        other.get(f"conversation?visit={mine.pk}&topics=visit:{mine.pk}")[1],
        other.get(f"welcome?topics=visit:{mine.pk}")[1],
        other.get("conversation", **{"X-Visit": str(mine.pk)})[1],
    ]
    for told in asked:
        assert f"visit:{mine.pk}" not in topics.read(told["topics"]).topics
        assert "My screen is black" not in str(told)
