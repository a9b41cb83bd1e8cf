"""The screens of calls: who rings, the story, and the buttons of whoever is awake."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from deskbell.lib.clock import moved_to
from deskbell.oncall import replies
from deskbell.oncall.calls.story import story_of
from deskbell.oncall.models import Call
from deskbell.oncall.tests.conftest import NIGHT
from deskbell.oncall.tests.http_provider import Provider, Worker, add_method, answering
from deskbell.tickets import replying
from deskbell.tickets.models import Ticket
from deskbell.tickets.words import Words
from tests.town import Town, at

pytestmark = pytest.mark.django_db
Opens = Callable[..., Ticket]


@pytest.fixture
def paged(town: Town, rota: Callable[..., None], alarm: Opens) -> Ticket:
    rota(town.ana)
    return alarm(NIGHT)


@pytest.fixture
def ben(town: Town, client: Client) -> Client:
    client.force_login(town.ben.person)
    return client


def test_the_story_has_each_moment_and_the_seconds_between(town: Town, paged: Ticket) -> None:
    with moved_to(at("2026-11-24 03:00:40")):
        replies.acknowledge(paged, by=town.ana)
    with moved_to(at("2026-11-24 03:05")):
        replying.note(paged, Words("Restarted"), by=town.ana)
    told = [(m.kind, m.text, m.after) for m in story_of(Call.objects.get())]
    assert told[0] == ("received", "Alertmanager reported: Streaming is down", "0 s")
    assert ("paged", "Page to Ana Alvarez, in the app, round 1: sent", "0 s") in told
    assert told[-2:] == [
        ("acknowledged", "Ana Alvarez acknowledged", "40 s"),
        ("acted", "Ana Alvarez wrote a note", "4 min 20 s"),
    ]


def test_the_story_says_by_which_way_after_how_many_attempts_and_what_the_provider_said(
    town: Town,
    rota: Callable[..., None],
    alarm: Opens,
    provider: Provider,
    worker: Worker,
    ben: Client,
) -> None:
    rota(town.ana)
    add_method(town.ana, provider, name="Ana's phone")
    provider.answers = [answering(500)]
    ticket = alarm(NIGHT)
    for second in (1, 6):
        worker.works(second)
    with moved_to(at("2026-11-24 03:00:40")):
        replies.acknowledge(ticket, by=town.ben)
    worker.works(41)
    call = Call.objects.get()
    told = [(m.kind, m.text, m.after) for m in story_of(call)]
    by = "Ana Alvarez, Ana's phone (by ntfy)"
    assert told[2:] == [
        ("paged", f"Page to {by}, round 1: sent after 2 attempts (number 2)", "6 s"),
        ("acknowledged", "Ben Baker acknowledged", "34 s"),
        ("told", f"{by}: told that Ben Baker has it", "1 s"),
    ]
    page = ben.get(f"/oncall/calls/{call.pk}").text
    assert "<dt>Paged</dt><dd>+6 s</dd>" in page
    assert "<dt>Acknowledged</dt><dd>+40 s</dd>" in page
    assert "<dt>Closed</dt>" not in page
    assert f'href="/oncall/calls/{call.pk}"' in ben.get(f"/tickets/{ticket.number}").text


def test_the_list_shows_what_rings_and_what_has_ended(ben: Client, paged: Ticket) -> None:
    assert "Ringing, round 1" in ben.get("/oncall/calls").text
    ben.post(f"/oncall/calls/{Call.objects.get().pk}/answer")
    page = ben.get("/oncall/calls").text
    assert "Nothing rings" in page
    assert "Ben Baker" in page


def test_the_list_takes_as_many_queries_for_many_calls_as_for_one(
    ben: Client, paged: Ticket, alarm: Opens, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for key in "abcdef":
        alarm(NIGHT, key)
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        ben.get("/oncall/calls")


def test_a_call_is_answered_snoozed_and_taken_over_on_its_page(
    town: Town, ben: Client, paged: Ticket
) -> None:
    call = Call.objects.get()
    path = f"/oncall/calls/{call.pk}"
    assert "Acknowledge" in ben.get(path).text
    assert f'href="/alerts/{call.alert_id}"' in ben.get(path).text
    assert ben.get(f"/alerts/{call.alert_id}").status_code == 200
    ben.post(f"{path}/answer")
    assert "<strong>Ben Baker</strong> has it" in ben.get(path).text
    ben.post(f"{path}/snooze", {"minutes": "60"})
    assert "Snoozed: the desk calls again on" in ben.get(path).text
    ben.force_login(town.eve.person)
    assert "Take over" in ben.get(path).text
    ben.post(f"{path}/takeover")
    assert "<strong>Eve Engström</strong> has it" in ben.get(path).text


def test_a_snooze_until_an_instant_is_by_the_agents_clock(
    town: Town, ben: Client, paged: Ticket
) -> None:
    town.ben.person.zone = "America/Chicago"
    town.ben.person.save()
    with moved_to(at("2026-11-24 03:01")):
        ben.post(f"/oncall/calls/{Call.objects.get().pk}/snooze", {"until": "2026-11-24T07:00"})
    assert Call.objects.get().wakes_at == at("2026-11-24 08:00")


def test_a_held_call_says_when_it_wakes_e7(ben: Client, paged: Ticket) -> None:
    wakes = at("2026-11-25 00:00")
    Call.objects.update(state="held", next_at=wakes, wakes_at=wakes)
    assert "Held: the desk calls when its hours open" in (
        ben.get(f"/oncall/calls/{Call.objects.get().pk}").text
    )
