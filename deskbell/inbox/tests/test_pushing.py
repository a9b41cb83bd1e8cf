"""Notices by web push: what devices are told, and of what not; the stand-in speaks as a push service does."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from deskbell.inbox import glances
from deskbell.inbox.models import Device, Push
from deskbell.inbox.preferences import push
from deskbell.inbox.push import taking
from deskbell.inbox.push.devices import told_lately
from deskbell.inbox.push.quiet import is_quiet
from deskbell.inbox.push.sending import send_what_is_due
from deskbell.inbox.tests.conftest import Phone, read_by_phone
from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.oncall.tests.outside import Outside
from deskbell.people.models import Notice, Team
from deskbell.people.notices import Topic, mark_read, notify
from deskbell.people.teams import set_access
from deskbell.tickets.aside.setting_aside import delete
from deskbell.tickets.assigning import assign
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import hear, note
from deskbell.tickets.words import Words
from tests.town import Town, at

State = Push.State


def states(topic: str | None = None) -> list[tuple[str, str]]:
    found = Push.objects.filter(topic=topic) if topic else Push.objects.all()
    return list(found.order_by("pk").values_list("state", "said"))


def send_all() -> None:
    while send_what_is_due():
        pass


def test_a_ticket_that_a_colleague_gives_me(
    town: Town, ticket: Ticket, phone: Phone, service: Outside
) -> None:
    device = phone(town.ben)
    assign(ticket, town.ben, by=town.ana)
    send_all()
    told = read_by_phone(service.last)
    assert told["kind"] == "notice"
    assert told["title"] == "A ticket is yours now"
    assert told["text"] == f"Yours: #{ticket.number} Black screen (Tess Turner · North Valley)"
    assert told["ticket"] == f"/tickets/{ticket.number}"
    sent = Push.objects.get()
    assert (sent.state, sent.to, sent.device) == (State.SENT, "phone", device)
    device.refresh_from_db()
    assert device.used_at == sent.sent_at


def test_nothing_of_what_i_did_myself(town: Town, ticket: Ticket, phone: Phone) -> None:
    phone(town.ana)
    push(town.ana, ["assigned", "mention", "team"], quiet=None)
    assign(ticket, town.ana, by=town.ana)
    note(ticket, Words("@Ana Alvarez look"), by=town.ana)
    assert states() == []


def test_who_has_no_device_costs_no_row(town: Town, ticket: Ticket) -> None:
    push(town.ben, ["assigned"], quiet=None)
    assign(ticket, town.ben, by=town.ana)
    assert states() == []


def test_each_kind_by_choice(town: Town, ticket: Ticket, phone: Phone) -> None:
    phone(town.ben)
    assign(ticket, town.ben, by=town.ana)
    push(town.ben, ["reply", "chat"], quiet=None)
    hear(ticket, Words("Still dark"), author=town.tess)
    note(ticket, Words("@Ben Baker look"), by=town.ana)
    for topic in (Topic.CHAT, Topic.LATE, Topic.OTHER):
        notify([town.ben], "Something", path="/inbox/chats", topic=topic)
    assert [each.topic for each in Push.objects.order_by("pk")] == ["assigned", "reply", "chat"]


def test_a_new_ticket_of_my_team_if_i_ask_for_it(town: Town, phone: Phone) -> None:
    support = Team.objects.get(purpose=Team.Purpose.SUPPORT, tier=1)
    town.ben.teams.set([support])
    phone(town.ben)
    open_for_customer("One", Words("Dark"), requester=town.tess)
    push(town.ben, ["team"], quiet=None)
    open_for_customer("Two", Words("Dark"), requester=town.tess)
    assert [each.text for each in Push.objects.all()] == [
        f"New: #{Ticket.objects.get(subject='Two').number} Two (Tess Turner · North Valley)"
    ]


def test_a_lock_screen_tells_nothing_of_a_customer_unless_it_may(
    town: Town, ticket: Ticket, phone: Phone, service: Outside
) -> None:
    phone(town.ben, words="no")
    assign(ticket, town.ben, by=town.ana)
    send_all()
    told = read_by_phone(service.last)
    assert (told["title"], told["text"]) == ("A ticket is yours now", f"Ticket #{ticket.number}")


def test_of_a_confidential_thread_no_device_shows_words(
    town: Town, ticket: Ticket, phone: Phone, service: Outside
) -> None:
    phone(town.max)
    Ticket.objects.filter(pk=ticket.pk).update(confidential=True)
    path = f"/tickets/{ticket.number}#event-1"
    notify([town.max], "They owe 400", path=path, topic=Topic.MENTION)
    send_all()
    assert read_by_phone(service.last)["text"] == f"Ticket #{ticket.number}"


def test_who_may_not_read_it_any_more_is_not_told(
    town: Town, ticket: Ticket, phone: Phone, service: Outside
) -> None:
    phone(town.ben)
    assign(ticket, town.ben, by=town.ana)
    Ticket.objects.filter(pk=ticket.pk).update(confidential=True)
    send_all()
    assert service.taken == []
    assert states() == [(State.DROPPED, "You may not read it any more.")]


def test_of_a_ticket_in_the_trash_nothing_is_told_nor_shown(
    town: Town, ticket: Ticket, phone: Phone, service: Outside
) -> None:
    phone(town.ben)
    assign(ticket, town.ben, by=town.ana)
    assert list(told_lately(town.ben, 5)) == list(Push.objects.all())
    delete(ticket, by=town.max)
    send_all()
    assert service.taken == [] and not told_lately(town.ben, 5)


def test_who_has_left_is_told_nothing(
    town: Town, ticket: Ticket, phone: Phone, service: Outside
) -> None:
    phone(town.ben)
    assign(ticket, town.ben, by=town.ana)
    set_access(town.ben, allowed=False, by=town.ada)
    send_all()
    assert service.taken == []


def test_not_of_what_is_before_their_eyes_wherever(
    town: Town, ticket: Ticket, phone: Phone, service: Outside
) -> None:
    phone(town.ben)
    glances.note(town.ben, ticket, looks=True)
    assign(ticket, town.ben, by=town.ana)
    send_all()
    assert states() == [(State.DROPPED, "You were looking at it.")]
    with moved_to(clock.now() + glances.LASTS):
        hear(ticket, Words("Still dark"), author=town.tess)
        send_all()
    assert len(service.taken) == 1


def test_a_notice_that_was_read_in_the_desk_meanwhile_needs_no_push(
    town: Town, ticket: Ticket, phone: Phone, service: Outside
) -> None:
    phone(town.ben)
    note(ticket, Words("@Ben Baker look"), by=town.ana)
    assert Push.objects.get().notice == Notice.objects.get(recipient=town.ben)
    mark_read(town.ben)
    send_all()
    assert states() == [(State.DROPPED, "You had read it in the desk.")]


def test_quiet_hours_are_by_their_own_clock(
    town: Town, ticket: Ticket, phone: Phone, service: Outside
) -> None:
    phone(town.ben)
    town.ben.person.zone = "America/Los_Angeles"
    town.ben.person.save()
    push(town.ben, ["assigned"], quiet=(time(20), time(7)))
    with moved_to(at("2026-11-24 09:30")):  # half past six there
        assign(ticket, town.ben, by=town.ana)
        send_all()
        assign(ticket, None, by=town.ana)
    with moved_to(at("2026-11-24 10:30")):
        assign(ticket, town.ben, by=town.ana)
        send_all()
    assert states() == [(State.DROPPED, "In your quiet hours."), (State.SENT, "")]


@pytest.mark.parametrize(
    ("hours", "hour", "quiet"),
    [
        *(
            ((20, 7), hour, quiet)
            for hour, quiet in [(23, True), (6, True), (7, False), (19, False)]
        ),
        *(((12, 13), hour, quiet) for hour, quiet in [(12, True), (13, False), (11, False)]),
    ],
)
def test_quiet_hours_may_go_over_midnight(hours: tuple[int, int], hour: int, quiet: bool) -> None:
    begins, ends = hours
    now = at(f"2026-11-24 {hour:02}:00")
    assert is_quiet((time(begins), time(ends)), now, "America/New_York") is quiet


def test_the_newest_of_a_ticket_replaces_the_earlier(
    town: Town, ticket: Ticket, phone: Phone, service: Outside
) -> None:
    phone(town.ben)
    assign(ticket, town.ben, by=town.ana)
    hear(ticket, Words("Still dark"), author=town.tess)
    send_all()
    (one,) = service.taken
    assert read_by_phone(one)["title"] == "A customer has written"
    assert [state for state, _ in states()] == [State.TOLD, State.SENT]
    hear(ticket, Words("And now it smokes"), author=town.tess)
    send_all()
    first, second = service.taken
    assert first.headers["topic"] == second.headers["topic"] == read_by_phone(second)["tag"]


def test_a_storm_is_told_in_few_messages(town: Town, phone: Phone, service: Outside) -> None:
    phone(town.ben)
    for number in range(20):
        notify([town.ben], "Chat", path=f"/inbox/chats/{number}", topic=Topic.CHAT)
    send_all()
    assert len(service.taken) == taking.AT_MOST
    assert read_by_phone(service.last)["title"] == "16 things have happened"
    assert Push.objects.filter(state=State.QUEUED).count() == 0


def test_each_device_is_told(town: Town, ticket: Ticket, phone: Phone, service: Outside) -> None:
    phone(town.ben, "phone")
    phone(town.ben, "tablet")
    assign(ticket, town.ben, by=town.ana)
    send_all()
    assert {each.path for each in service.taken} == {"/send/phone", "/send/tablet"}


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_has_ended_is_forgotten_and_its_owner_reads_it_in_the_desk(
    town: Town, ticket: Ticket, phone: Phone, service: Outside, status: int
) -> None:
    phone(town.ben, "Old phone")
    assign(ticket, town.ben, by=town.ana)
    service.status = status
    send_all()
    assert not Device.objects.exists()
    assert Push.objects.get().to == "Old phone"  # what was tried stays
    assert "“Old phone” gets no notices any more" in Notice.objects.get(recipient=town.ben).text


def test_a_service_that_is_down_is_asked_again_and_holds_up_nobody(
    town: Town, ticket: Ticket, phone: Phone, service: Outside
) -> None:
    phone(town.ben)
    service.status = 503
    assign(ticket, town.ben, by=town.ana)
    notify([town.ben], "Chat", path="/inbox/chats", topic=Topic.CHAT)
    send_all()
    assert len(service.taken) == 1  # what holds for one message holds for the next
    service.status = 201
    phone(town.ana, "other")
    notify([town.ana], "Chat", path="/inbox/chats", topic=Topic.CHAT)
    send_all()
    assert len(service.taken) == 2
    with moved_to(clock.now() + timedelta(minutes=1)):
        send_all()
    assert len(service.taken) == 4
    assert {state for state, _ in states()} == {State.SENT}


def test_what_could_not_be_sent_for_an_hour_is_history(
    town: Town, ticket: Ticket, phone: Phone, service: Outside
) -> None:
    phone(town.ben)
    assign(ticket, town.ben, by=town.ana)
    with moved_to(clock.now() + timedelta(hours=2)):
        send_all()
    assert service.taken == []
    assert states() == [(State.FAILED, taking.TOO_LATE)]


def test_killed_with_one_in_hand_it_is_sent_again_and_shown_once(
    town: Town, ticket: Ticket, phone: Phone, service: Outside
) -> None:
    phone(town.ben)
    assign(ticket, town.ben, by=town.ana)
    (lot,) = taking.take()  # and the worker is gone
    assert send_what_is_due() == 0
    with moved_to(clock.now() + taking.LEASE):
        send_all()
    assert read_by_phone(service.last)["tag"] == lot.payload["tag"]
    assert [state for state, _ in states()] == [State.SENT]


def test_erasing_a_ticket_erases_what_was_said_of_it(
    town: Town, ticket: Ticket, phone: Phone
) -> None:
    phone(town.ben)
    assign(ticket, town.ben, by=town.ana)
    Ticket.objects.get(pk=ticket.pk).delete()
    assert not Push.objects.exists()
