"""Pages leave the desk by providers, at least once, and what came of each is written down (E3, E5)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from deskbell.lib.clock import moved_to
from deskbell.mail.models import OutboundMail
from deskbell.oncall import replies
from deskbell.oncall.models import Call, Method, Page
from deskbell.oncall.sending import noting
from deskbell.oncall.sending.lots import Lot, Outcome
from deskbell.oncall.tests.http_provider import (
    START,
    HttpSender,
    Provider,
    Worker,
    add_method,
    answering,
    hanging_up,
    say,
)
from deskbell.oncall.ways.remote import REMOTE, Message
from deskbell.people.models import Notice
from deskbell.tickets.models import Ticket
from tests.town import Town, at

pytestmark = pytest.mark.django_db
Opens = Callable[..., Ticket]


@pytest.fixture(autouse=True)
def ana_on_call(town: Town, rota: Callable[..., None]) -> None:
    rota(town.ana)


def states(**of: Any) -> list[tuple[str, str, int]]:
    found = Page.objects.filter(**of).order_by("due_at", "id")
    return [(page.way, page.state, page.attempts) for page in found]


def test_a_page_goes_to_the_provider_and_counts_as_sent_once_it_has_it_e3(
    town: Town, alarm: Opens, provider: Provider, worker: Worker
) -> None:
    add_method(town.ana, provider)
    ticket = alarm()
    assert states() == [("ntfy", "queued", 0)]
    worker.works(1)
    (told,) = provider.got
    assert told["title"] == f"[Urgent] Streaming is down (#{ticket.number})"
    assert told["ticket"].endswith(f"/tickets/{ticket.number}")
    assert (told["kind"], told["impact"]) == ("page", "urgent")
    page = Page.objects.get()
    assert (page.state, page.attempts, page.said) == ("sent", 1, "number 1")
    assert (page.sent_at, page.leased_until) == (START + timedelta(seconds=1), None)
    assert not OutboundMail.objects.exists()


def test_the_link_acknowledges_and_proves_that_the_method_works_g2(
    town: Town, alarm: Opens, provider: Provider, worker: Worker
) -> None:
    method = add_method(town.ana, provider, tested_at=None)
    alarm()
    worker.works()
    token = provider.got[0]["link"].rpartition("/")[2]
    with moved_to(START + timedelta(minutes=1)):
        replies.acknowledge_by_link(token)
    assert Call.objects.get().answered_by == town.ana
    method.refresh_from_db()
    assert method.tested_at == START + timedelta(minutes=1)


def test_each_attempt_carries_the_same_link_so_that_the_first_keeps_working_e3(
    town: Town, alarm: Opens, provider: Provider, worker: Worker
) -> None:
    add_method(town.ana, provider)
    provider.answers = [hanging_up]
    alarm()
    worker.works(0)
    worker.works(5)
    first, second = provider.got
    assert first["link"] == second["link"] != ""
    assert states() == [("ntfy", "sent", 2)]


@pytest.mark.parametrize("answer", [answering(500), answering(429), hanging_up])
def test_what_was_not_taken_goes_again_after_5_10_20_seconds_e3(
    town: Town, alarm: Opens, provider: Provider, worker: Worker, answer: Any
) -> None:
    add_method(town.ana, provider)
    provider.answers = [answer] * 3
    alarm()
    came: list[int] = []
    for second in range(40):
        worker.works(second)
        came += [second] * (len(provider.got) - len(came))
    assert came == [0, 5, 15, 35]
    assert states(way="ntfy") == [("ntfy", "sent", 4)]


@pytest.mark.parametrize("said", ["\0", "\ud800"])
def test_a_providers_odd_words_stop_no_page(
    town: Town,
    alarm: Opens,
    provider: Provider,
    worker: Worker,
    monkeypatch: pytest.MonkeyPatch,
    said: str,
) -> None:
    """The database takes neither: noting it failed again and again, before everyone else's pages."""
    add_method(town.ana, provider)

    class Odd(HttpSender):
        def send(self, message: Message, method: Method) -> str:
            return super().send(message, method) + said

    monkeypatch.setitem(REMOTE, "ntfy", Odd())
    alarm()
    worker.works()
    assert states() == [("ntfy", "sent", 1)]


def test_pages_behind_one_that_fails_go_by_the_next_way_too_e3(
    town: Town, alarm: Opens, provider: Provider, worker: Worker
) -> None:
    """They had never been tried themselves, so they waited for as long as the first one failed."""
    add_method(town.ana, provider)
    provider.always = answering(500)
    alarm(key="one", title="One")
    alarm(key="two", title="Two")
    Page.objects.update(is_first=False)
    for second in range(0, 120, 5):
        worker.works(second)
    told = [mail.subject for mail in OutboundMail.objects.order_by("id")]
    assert sorted(subject[:12] for subject in told) == ["[Urgent] One", "[Urgent] Two"]


def test_what_can_not_be_noted_holds_up_no_other_page(
    town: Town,
    alarm: Opens,
    provider: Provider,
    worker: Worker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add_method(town.ana, provider)
    broken, noted = alarm(key="one", title="One"), noting.note

    def note(lot: Lot, outcome: Outcome) -> None:
        if lot.page.call.ticket_id == broken.pk:
            raise ValueError("a broken letter")
        noted(lot, outcome)

    with monkeypatch.context() as patched:
        patched.setattr(noting, "note", note)
        worker.works()
        alarm(key="two", title="Two")
        worker.works()
        assert states() == [("ntfy", "sent", 1), ("ntfy", "queued", 1)]
    worker.works(5)
    assert {state for _, state, _ in states()} == {"sent"}


def test_a_provider_that_asks_for_time_is_given_it_e3(
    town: Town, alarm: Opens, provider: Provider, worker: Worker
) -> None:
    add_method(town.ana, provider)
    provider.answers = [answering(429, Retry_After="40")]
    alarm()
    worker.works(0)
    worker.works(39)
    assert len(provider.got) == 1
    assert Page.objects.get().said == "It asks to wait."
    worker.works(40)
    assert states() == [("ntfy", "sent", 2)]


def test_a_provider_that_is_silent_is_left_after_a_while_and_asked_again_e3(
    town: Town, alarm: Opens, provider: Provider
) -> None:
    enough = threading.Event()

    def silent(handler: BaseHTTPRequestHandler, told: object) -> None:
        enough.wait(30)
        say(handler, 200)

    add_method(town.ana, provider)
    provider.answers = [silent]
    alarm()
    impatient = Worker(limit=0.2)
    impatient.works(0)
    assert states() == [("ntfy", "queued", 1)]
    assert Page.objects.get().said == "No answer within 0.2 seconds."
    enough.set()
    Worker().works(5)
    assert states() == [("ntfy", "sent", 2)]


def test_a_silent_provider_holds_up_no_other_page_e5(
    town: Town, alarm: Opens, provider: Provider, worker: Worker
) -> None:
    enough = threading.Event()
    for number in range(3):
        add_method(town.ana, provider, name=f"phone {number}")

    def silent(handler: BaseHTTPRequestHandler, told: object) -> None:
        enough.wait(30)
        say(handler, 200)

    provider.answers = [silent] * 2
    alarm()
    with moved_to(START):
        worker.dispatch.step()
        provider.wait_for(3)
        while not Page.objects.filter(state="sent").exists():
            worker.ready.wait(0.05)
            worker.dispatch.step()
    assert sorted(state for _, state, _ in states()) == ["queued", "queued", "sent"]
    enough.set()
    worker.works(1)


def test_what_can_never_arrive_goes_on_by_the_next_way_at_once(
    town: Town, alarm: Opens, provider: Provider, worker: Worker
) -> None:
    add_method(town.ana, provider, name="phone")
    add_method(town.ana, provider, name="other phone", after=5)
    provider.answers = [answering(400)]
    alarm()
    worker.works(1)
    assert states() == [("ntfy", "failed", 1), ("ntfy", "sent", 1)]
    assert Page.objects.get(state="failed").said == "It answered 400."
    assert [told["to"] for told in provider.got] == ["phone", "other phone"]


def test_where_no_way_is_left_the_page_goes_by_mail_and_in_the_app(
    town: Town, alarm: Opens, provider: Provider, worker: Worker
) -> None:
    add_method(town.ana, provider)
    provider.answers = [answering(404)]
    alarm()
    worker.works(1)
    assert states() == [("ntfy", "failed", 1), ("mail", "queued", 0), ("app", "sent", 0)]
    assert OutboundMail.objects.get().to_address == "ana@desk.example"


def test_a_provider_that_does_not_take_it_for_long_is_not_waited_for(
    town: Town, alarm: Opens, provider: Provider, worker: Worker
) -> None:
    add_method(town.ana, provider)
    provider.answers = [answering(503)] * 3
    alarm()
    for second in (0, 5):
        worker.works(second)
    assert states() == [("ntfy", "queued", 2)]
    worker.works(15)
    assert sorted(states()) == [("app", "sent", 0), ("mail", "queued", 0), ("ntfy", "queued", 3)]


def test_a_method_that_is_gone_is_disabled_and_its_owner_told_g2(
    town: Town, alarm: Opens, provider: Provider, worker: Worker
) -> None:
    method = add_method(town.ana, provider)
    provider.answers = [answering(410)]
    alarm()
    worker.works(1)
    method.refresh_from_db()
    assert method.disabled_at == START + timedelta(seconds=1)
    assert method.disabled_why == "The subscription has expired."
    notice = Notice.objects.get(recipient=town.ana, text__startswith="You can't be paged")
    assert notice.text == (
        "You can't be paged by ntfy (phone) any more: The subscription has expired."
    )
    assert Page.objects.filter(way="mail").exists()


def test_a_page_whose_method_was_taken_away_goes_by_another_way(
    town: Town, alarm: Opens, provider: Provider, worker: Worker
) -> None:
    add_method(town.ana, provider)
    alarm()
    Method.objects.all().delete()
    worker.works(1)
    assert provider.got == []
    assert sorted(states()) == [("app", "sent", 0), ("mail", "queued", 0), ("ntfy", "failed", 0)]


def test_a_page_whose_call_was_answered_meanwhile_is_not_sent(
    town: Town, alarm: Opens, provider: Provider, worker: Worker
) -> None:
    add_method(town.ana, provider)
    alarm()
    Page.objects.update(due_at=START)
    Call.objects.update(state="answered", next_at=None)
    worker.works(1)
    assert provider.got == []
    assert states() == [("ntfy", "dropped", 0)]


def test_a_way_of_the_desk_itself_waits_for_its_minutes(
    town: Town, alarm: Opens, provider: Provider, worker: Worker
) -> None:
    add_method(town.ana, provider)
    Method.objects.create(agent=town.ana, way="mail", after=2, verified_at=START)
    alarm()
    worker.works(119)
    assert not OutboundMail.objects.exists()
    worker.works(120)
    mail = OutboundMail.objects.get()
    assert Page.objects.get(way="mail").mail == mail
    assert "/page/" in mail.text


def test_a_page_in_the_hand_of_a_worker_that_died_is_sent_again_e3(
    town: Town, alarm: Opens, provider: Provider, worker: Worker
) -> None:
    add_method(town.ana, provider)
    alarm()
    with moved_to(START):
        Worker().dispatch.step()  # takes it, and is never heard of again
    provider.wait_for(1)
    worker.works(29)
    assert len(provider.got) == 1
    worker.works(31)
    assert len(provider.got) == 2
    assert states() == [("ntfy", "sent", 2)]


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_moved_by_an_hour_loses_no_page_and_holds_none_e2(
    town: Town, alarm: Opens, provider: Provider, worker: Worker, hours: int
) -> None:
    """One has not been tried, one waits for its next attempt, one is in the hand of a worker that died,
    one waits for its minutes."""
    add_method(town.ana, provider, name="tried")
    add_method(town.ana, provider, name="in hand")
    add_method(town.ana, provider, name="later", after=30)
    provider.answers = [answering(500)]
    alarm()
    pages = {page.method.name: page for page in Page.objects.all() if page.method}
    Page.objects.filter(pk=pages["in hand"].pk).update(due_at=at("2026-11-24 04:00"))
    worker.works(1)
    in_hand = START + timedelta(seconds=20)
    Page.objects.filter(pk=pages["in hand"].pk).update(
        due_at=START, leased_until=in_hand, attempts=1
    )
    later = Page.objects.filter(pk=pages["later"].pk)
    alarm("2026-11-24 03:00", key="two")
    provider.got.clear()
    worker.works(hours * 3600 + 2)
    worker.works(hours * 3600 + 40)
    assert not Page.objects.filter(state="queued").exclude(pk__in=later).exists()
    assert {told["to"] for told in provider.got} >= {"tried", "in hand"}


def test_two_workers_side_by_side_send_each_page_once_e3(
    town: Town, alarm: Opens, provider: Provider
) -> None:
    for number in range(8):
        add_method(town.ana, provider, name=f"phone {number}")
    alarm()
    one, other = Worker(), Worker()
    with moved_to(START):
        one.dispatch.step()
        other.dispatch.step()
    one.works(1)
    other.works(1)
    assert len(provider.got) == 8
    assert {state for _, state, _ in states()} == {"sent"}


def test_in_a_channel_others_read_so_no_link_stands_there(
    town: Town, alarm: Opens, provider: Provider, worker: Worker
) -> None:
    add_method(town.ana, provider, way="slack")
    alarm()
    worker.works()
    assert provider.got[0]["link"] == ""
