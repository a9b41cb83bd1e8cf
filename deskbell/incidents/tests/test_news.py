"""Whoever subscribed hears each piece of news once, in order, in their language; nobody else does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deskbell.incidents.models import Delivery, PrivatePage, Subscriber
from deskbell.incidents.news import delivering, subscribing
from deskbell.incidents.tests.news import component, hand_on, incident, subscriber, tell
from deskbell.lib import clock
from deskbell.mail import addresses, outbound
from deskbell.mail.models import OutboundMail
from deskbell.mail.tests.conftest import Relay, plain
from deskbell.people.reaching import mail_failed
from deskbell.tickets.opening import open_by_agent
from deskbell.tickets.words import Words
from tests.town import Town

Sent = Callable[[], list[EmailMessage]]


def heard() -> list[tuple[str, str]]:
    """Who is told, and whether it has left."""
    rows = Delivery.objects.order_by("pk").values_list("subscriber__person__email", "state")
    return [(str(email), state) for email, state in rows]


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def hearers() -> set[str]:
    return {email.partition("@")[0] for email, _ in heard()}


def test_an_update_reaches_a_subscriber_through_a_real_relay(town: Town, relay: Relay) -> None:
    subscriber("ivy@school.example")
    screens = component("Screens")
    due = clock.now() + timedelta(hours=1)
    tell(town, incident(town, screens), "We look into it.", next_update_at=due)
    hand_on()
    while outbound.step() == 0:
        pass

    (mail,) = relay.mails
    assert relay.recipients == ["ivy@school.example"]
    assert mail["Subject"] == "Investigating: Black screens"
    text = plain(mail)
    assert "We look into it." in text and "Screens: Major outage" in text
    assert "Next update by: " in text and "Eastern" in text
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "We look into it." in html_of(mail)


def test_a_subscriber_reads_spanish_if_they_chose_it(town: Town, sent: Sent) -> None:
    subscriber("ivy@school.example", language="es")
    tell(town, incident(town), "We look into it.", text_es="Lo estamos mirando.")
    hand_on()
    (mail,) = sent()
    assert mail["Subject"] == "En investigación: Black screens"
    assert "Lo estamos mirando." in plain(mail) and "We look" not in plain(mail)
    assert '<html lang="es">' in html_of(mail)


def test_only_those_hear_who_chose_it_or_everything(town: Town) -> None:
    screens, grades = component("Screens"), component("Grades")
    subscriber("all@school.example")
    subscriber("screens@school.example", screens)
    subscriber("grades@school.example", grades)
    subscriber("asked@school.example", confirmed_at=None)
    subscriber("ended@school.example", ended_at=clock.now())
    tell(town, incident(town, screens))
    assert hearers() == {"all", "screens"}


def test_who_chose_what_stands_on_it_hears_of_it(town: Town) -> None:
    network, screens = component("Network"), component("Screens")
    screens.depends_on.add(network)
    subscriber("screens@school.example", screens)
    tell(town, incident(town, network))
    assert hearers() == {"screens"}


def test_an_incident_of_no_component_reaches_everyone(town: Town) -> None:
    subscriber("screens@school.example", component("Screens"))
    subscriber("north@school.example", district=town.north_valley)
    tell(town, incident(town))
    assert hearers() == {"screens", "north"}


def test_a_private_page_hears_what_concerns_its_district_in_its_words(
    town: Town, sent: Sent
) -> None:
    subscriber("north@school.example", district=town.north_valley)
    subscriber("south@school.example", district=town.south_ridge)
    subscriber("public@school.example")
    of_north = incident(town, component("Screens", [town.north_valley]))
    tell(town, of_north, "Screens are dark.", wordings={town.north_valley.pk: "Yours are dark."})
    assert hearers() == {"north"}
    tell(town, incident(town, component("Grades")), "Grades are away.")
    hand_on()
    first, *others = [plain(mail) for mail in sent()]
    assert "Yours are dark." in first and "Screens are dark." not in first
    assert ["Grades are away." in text for text in others] == [True] * 3


def test_who_heard_the_beginning_hears_the_end_whatever_it_concerns_by_then(town: Town) -> None:
    screens, grades = component("Screens"), component("Grades")
    subscriber("screens@school.example", screens)
    one = incident(town, screens)
    tell(town, one)
    tell(town, one, phase="resolved", components={grades: "operational"})
    assert [email for email, _ in heard()] == ["screens@school.example"] * 2


def test_news_of_the_make_believe_town_stay_in_it(town: Town) -> None:
    subscriber("ivy@school.example")
    made_up = incident(town)
    made_up.demo = True
    made_up.save()
    tell(town, made_up)
    assert hearers() == set()


def test_an_update_sent_twice_is_one_mail(town: Town) -> None:
    subscriber("ivy@school.example")
    one = incident(town)
    tell(town, one, key="same")
    tell(town, one, key="same")
    hand_on()
    assert OutboundMail.objects.filter(kind="news").count() == 1


def test_a_rollback_tells_nobody(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    subscriber("ivy@school.example")
    one = incident(town)
    monkeypatch.setattr("deskbell.incidents.updating.wake", lambda name: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        tell(town, one)
    assert not Delivery.objects.exists()


def test_queueing_asks_the_database_once_for_one_and_for_many(town: Town) -> None:
    one = incident(town, component("Screens"))
    subscriber("first@school.example")

    def inserts() -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            tell(town, one)
        return [each["sql"] for each in asked if "incidents_delivery" in each["sql"]]

    assert len(inserts()) == 1
    for number in range(30):
        subscriber(f"s{number}@school.example")
    assert len(inserts()) == 1
    assert Delivery.objects.count() == 32


def test_handing_on_asks_as_often_for_many_as_for_one(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "SECONDS_KEPT", 60.0)  # as on a desk
    one = incident(town, component("Screens"))

    def queries(many: int) -> int:
        for number in range(many):
            subscriber(f"s{many}-{number}@school.example")
        tell(town, one)
        with CaptureQueriesContext(connection) as asked:
            assert delivering.deliver_mails()
        return len(asked)

    assert queries(1) == queries(20)


def test_of_one_reader_the_oldest_news_is_handed_on_first(town: Town, sent: Sent) -> None:
    for number in range(5):
        subscriber(f"s{number}@school.example")
    one = incident(town)
    for text in ("one", "two", "three"):
        tell(town, one, text)
    delivering.deliver_mails()
    assert {each.text.split("\n")[2] for each in OutboundMail.objects.all()} == {"one"}
    hand_on()
    of_s3 = [plain(mail).split("\n")[2] for mail in sent() if mail["To"] == "s3@school.example"]
    assert of_s3 == ["one", "two", "three"]


def test_a_mail_that_has_to_be_sent_again_holds_back_the_next_one(town: Town, relay: Relay) -> None:
    subscriber("ivy@school.example")
    one = incident(town)
    tell(town, one, "first")
    tell(town, one, "second")
    hand_on()
    relay.answer_recipient = "450 4.2.2 Greylisted"
    outbound.step()
    relay.answer_recipient = "250 OK"
    outbound.step()
    assert relay.mails == []
    attempts = OutboundMail.objects.order_by("id").values_list("attempts", flat=True)
    assert list(attempts) == [1, 0]
    with clock.moved_to(clock.now() + timedelta(minutes=1)):
        while outbound.step() == 0:
            pass
    assert [plain(mail).split("\n")[2] for mail in relay.mails] == ["first", "second"]


def test_the_queue_of_mails_is_not_filled_with_all_the_news(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "MOST_WAITING", 4)
    monkeypatch.setattr(delivering, "BATCH", 2)
    for number in range(9):
        subscriber(f"s{number}@school.example")
    tell(town, incident(town))
    hand_on()
    assert OutboundMail.objects.count() == 4
    OutboundMail.objects.update(state="sent")
    hand_on()
    assert OutboundMail.objects.count() == 8


def test_mails_that_a_server_puts_off_do_not_fill_the_queue(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "MOST_WAITING", 2)
    for number in range(2):
        subscriber(f"s{number}@school.example")
    one = incident(town)
    tell(town, one)
    hand_on()
    assert delivering.is_full()
    OutboundMail.objects.update(attempts=1)
    subscriber("ivy@school.example")
    tell(town, one)
    hand_on()
    assert ("ivy@school.example", "sent") in heard()


def test_an_address_that_fails_is_told_to_the_team_and_holds_nobody_back(town: Town) -> None:
    failing = subscriber("gone@school.example")
    assert failing.person
    mail_failed(failing.person, "550 no such user", at=clock.now())
    subscriber("ivy@school.example")
    tell(town, incident(town))
    hand_on()
    assert heard() == [("gone@school.example", "failed"), ("ivy@school.example", "sent")]
    assert "550 no such user" in Delivery.objects.get(state="failed").error


def test_a_letter_that_cannot_be_written_holds_nobody_back(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscriber("bad@school.example", zone="Nowhere/City")
    subscriber("ivy@school.example")
    tell(town, incident(town), next_update_at=clock.now() + timedelta(hours=1))
    hand_on()
    assert heard() == [("bad@school.example", "failed"), ("ivy@school.example", "sent")]


def test_one_click_ends_it_and_what_waits_does_not_leave(town: Town, sent: Sent) -> None:
    found = subscriber("ivy@school.example")
    one = incident(town)
    tell(town, one, "first")
    hand_on()
    (mail,) = sent()
    tell(town, one, "second")
    path = mail["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")
    program = Client(enforce_csrf_checks=True)
    assert program.get(path).status_code == 200
    assert Subscriber.objects.get(pk=found.pk).ended_at is None
    assert program.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    hand_on()
    tell(town, one, "third")
    hand_on()
    assert len(sent()) == 1
    assert Subscriber.objects.get(pk=found.pk).ended_at is not None


def test_who_ends_it_between_queueing_and_handing_on_hears_nothing(town: Town) -> None:
    found = subscriber("ivy@school.example")
    tell(town, incident(town))
    Subscriber.objects.filter(pk=found.pk).update(ended_at=clock.now())
    hand_on()
    assert not OutboundMail.objects.filter(kind="news").exists()
    subscribing.end(found)


def test_replies_and_pages_leave_before_news(town: Town, sent: Sent) -> None:
    for number in range(30):
        subscriber(f"s{number}@school.example")
    tell(town, incident(town))
    hand_on()
    words = Words("A reply")
    open_by_agent("Help", words, by=town.ana, requester=town.tess, customers_words=False)
    outbound.step()
    first = OutboundMail.objects.exclude(state="queued")
    assert [mail.kind for mail in first] == ["reply"]
    assert len(sent()) == 31


def test_the_mail_leads_to_the_incident_on_the_page_that_its_reader_sees(
    town: Town, sent: Sent
) -> None:
    subscriber("public@school.example", language="es")
    subscriber("north@school.example", district=town.north_valley)
    page = PrivatePage.objects.get(district=town.north_valley)
    one = incident(town, component("Screens"))
    tell(town, one)
    hand_on()
    public, north = [plain(mail) for mail in sent()]
    assert f"http://127.0.0.1:8000/status/es/incidents/{one.pk}\n" in public
    assert f"http://127.0.0.1:8000/status/d/{page.token}/incidents/{one.pk}\n" in north
