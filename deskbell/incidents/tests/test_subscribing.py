"""Subscribing by mail: confirmed by who reads the mailbox, changed and ended by their link."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.test import Client

from deskbell.incidents.models import PrivatePage, Subscriber
from deskbell.incidents.news import hooks, limits, links
from deskbell.incidents.tests.news import component, subscriber
from deskbell.lib import clock
from deskbell.mail.models import OutboundMail
from deskbell.mail.tests.conftest import plain
from deskbell.people.models import Person
from tests.town import Town

Sent = Callable[[], list[EmailMessage]]
IVY = "ivy@school.example"
ASKED = "is on its way"


def ask(address: str = IVY, browser: Client | None = None, **more: Any) -> str:
    answer = (browser or Client()).post("/status/subscribe", {"address": address, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def path_in(mail: EmailMessage) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(/status/subscribe/\S+)", plain(mail))
    assert found
    return found.group(1)


def confirmed(path: str) -> str:
    """Where the confirmation leads: to the page on which it is managed."""
    answer = Client().post(path)
    assert answer.status_code == 302
    return str(answer["Location"].removeprefix("http://127.0.0.1:8000"))


def test_nobody_hears_until_the_mailbox_has_confirmed_it(town: Town, sent: Sent) -> None:
    screens = component("Screens")
    assert ASKED in ask(components=[screens.pk])
    assert not Subscriber.objects.exists()
    assert not Person.objects.filter(email=IVY).exists()
    (mail,) = sent()
    assert mail["To"] == IVY and mail["Subject"].startswith("Confirm that you want news")

    managed = confirmed(path_in(mail))
    found = Subscriber.objects.get()
    assert found.confirmed_at and str(found.person) == IVY
    assert list(found.components.all()) == [screens]
    assert "You are subscribed" in Client().get(managed).content.decode()


def test_a_scanner_that_opens_the_link_subscribes_nobody(town: Town, sent: Sent) -> None:
    ask()
    page = Client().get(path_in(sent()[0]))
    assert f"Subscribe {IVY} to the status of Support?" in page.content.decode()
    assert page["Cache-Control"] == "no-store" and not Subscriber.objects.exists()


def test_a_scanner_that_asks_for_the_head_of_a_link_changes_nothing(town: Town, sent: Sent) -> None:
    ask()
    path = path_in(sent()[0])
    assert Client().head("/status/subscribe").status_code == 200
    assert Client().head(path).status_code == 200
    assert not Subscriber.objects.exists()
    managed = confirmed(path)
    assert Client().head(managed).status_code == 200
    assert Subscriber.objects.get().ended_at is None
    posted = hooks.made("webhook", "https://example.org/hook", language="en", district=None)
    path = links.to_confirm_post(posted).removeprefix("http://127.0.0.1:8000")
    assert Client().head(path).status_code == 200
    posted.refresh_from_db()
    assert posted.confirmed_at is None


def test_the_answer_never_tells_whether_an_address_is_known(town: Town, sent: Sent) -> None:
    subscriber(IVY)
    known, unknown = ask(IVY), ask("nobody@school.example")
    assert known == unknown
    first, second = sent()
    assert first["Subject"] == "You hear from Support already"
    assert second["Subject"] == "Confirm that you want news of Support"
    assert "subscribed" in Client().get(path_in(first)).content.decode()


def test_an_address_is_mailed_three_times_a_day_at_most(town: Town, sent: Sent) -> None:
    answers = {ask() for _ in range(6)}
    assert len(answers) == 1 and len(sent()) == limits.OF_AN_ADDRESS
    with clock.moved_to(clock.now() + timedelta(days=1, minutes=1)):
        ask()
    assert OutboundMail.objects.count() == limits.OF_AN_ADDRESS + 1


def test_a_network_asks_thirty_times_an_hour_at_most(town: Town) -> None:
    for number in range(limits.OF_A_NETWORK):
        ask(f"s{number}@school.example", Client(REMOTE_ADDR=f"2001:db8:0:{number:x}::1"))
    late = Client(REMOTE_ADDR="2001:db8:0:ff::1").post("/status/subscribe", {"address": IVY})
    assert late.status_code == 422
    assert "Try again in an hour" in late.content.decode()
    assert ASKED in ask(browser=Client(REMOTE_ADDR="2001:db8:0:100::1"))


def test_an_address_with_a_tag_is_the_same_mailbox(town: Town, sent: Sent) -> None:
    for number in range(6):
        ask(f"ivy+{number}@school.example")
    assert len(sent()) == limits.OF_AN_ADDRESS
    ask("+@school.example")
    assert len(sent()) == limits.OF_AN_ADDRESS + 1


def test_the_desk_mails_so_many_strangers_an_hour_and_asks_for_patience(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "OF_ALL_MAILS", 3)
    for number in range(3):
        ask(f"s{number}@school.example", Client(REMOTE_ADDR=f"203.0.113.{number}"))
    form = {"address": IVY, "lang": "es"}
    late = Client(REMOTE_ADDR="203.0.113.9").post("/status/subscribe", form)
    assert late.status_code == 422 and "se suscriben muchas personas" in late.content.decode()
    assert OutboundMail.objects.count() == 3
    with clock.moved_to(clock.now() + timedelta(hours=1, minutes=1)):
        assert ASKED in ask()


def test_behind_a_web_server_each_asker_is_a_network_of_their_own(town: Town) -> None:
    for number in range(limits.OF_A_NETWORK):
        made_up = f"198.51.100.{number}, 203.0.113.7"
        ask(f"s{number}@school.example", Client(headers={"X-Forwarded-For": made_up}))
    late = Client(headers={"X-Forwarded-For": "::ffff:203.0.113.7"})
    assert late.post("/status/subscribe", {"address": IVY}).status_code == 422
    assert ASKED in ask(browser=Client(headers={"X-Forwarded-For": "203.0.113.8"}))


@pytest.mark.parametrize("address", ["", "ivy", "a@b, c@d", "ivy@school.example\r\nBcc: x@y.z"])
def test_what_is_no_address_is_refused_with_a_sentence(town: Town, address: str) -> None:
    answer = Client().post("/status/subscribe", {"address": address, "lang": "es"})
    assert answer.status_code == 422
    assert "no es una dirección de correo" in answer.content.decode()


@pytest.mark.parametrize("address", ["support@deskbell.localhost", "SUPPORT+x@deskbell.localhost"])
def test_the_desk_never_writes_to_itself(town: Town, address: str) -> None:
    assert ASKED in ask(address)
    assert not OutboundMail.objects.exists()


def test_a_link_is_good_for_three_days_and_can_t_be_changed(
    town: Town, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask()
    path = path_in(sent()[0])
    assert Client().post(path[:-3]).status_code == 404
    assert Client().post(path.replace("/confirm/", "/manage/")).status_code == 404
    now = time.time()
    for days, status in [(2, 200), (4, 404)]:
        monkeypatch.setattr("django.core.signing.time.time", lambda d=days: now + d * 86400)
        assert Client().get(path).status_code == status


def test_they_change_what_they_hear_about_and_the_language(town: Town, sent: Sent) -> None:
    screens, grades = component("Screens"), component("Grades")
    ask(components=[screens.pk])
    managed = confirmed(path_in(sent()[0]))
    form = {"do": "save", "components": [grades.pk], "lang": "es", "zone": "America/Chicago"}
    answer = Client().post(managed, form, follow=True)
    assert "Guardado." in answer.content.decode() and '<html lang="es"' in answer.content.decode()
    found = Subscriber.objects.get()
    assert list(found.components.all()) == [grades]
    assert (found.language, found.zone) == ("es", "America/Chicago")


@pytest.mark.parametrize(
    "form", [{"components": ["x", "9" * 40], "lang": "xx", "zone": "Mars"}, {}]
)
def test_nonsense_in_the_form_chooses_nothing(town: Town, sent: Sent, form: Any) -> None:
    ask()
    managed = confirmed(path_in(sent()[0]))
    assert Client().post(managed, {"do": "save", **form}).status_code == 302
    found = Subscriber.objects.get()
    assert (found.language, found.zone, found.components.count()) == ("en", "", 0)


def test_they_end_it_and_take_that_back(town: Town, sent: Sent) -> None:
    ask()
    managed = confirmed(path_in(sent()[0]))
    page = Client().post(managed, {"do": "end"}, follow=True).content.decode()
    assert "You are not subscribed" in page and Subscriber.objects.get().ended_at
    page = Client().post(managed, {"do": "again"}, follow=True).content.decode()
    assert "You are subscribed" in page and Subscriber.objects.get().ended_at is None


def test_who_ended_it_can_subscribe_anew(town: Town, sent: Sent) -> None:
    subscriber(IVY, ended_at=clock.now())
    ask()
    assert "You are subscribed" in Client().get(confirmed(path_in(sent()[0]))).content.decode()
    assert Subscriber.objects.get().ended_at is None


def test_confirming_twice_is_once(town: Town, sent: Sent) -> None:
    ask()
    path = path_in(sent()[0])
    assert confirmed(path) == confirmed(path)
    assert Subscriber.objects.count() == 1


def test_a_private_page_subscribes_for_its_district(town: Town, sent: Sent) -> None:
    ours = component("Ours", [town.north_valley])
    component("Theirs", [town.south_ridge])
    page = PrivatePage.objects.create(district=town.north_valley)
    form = Client().get(f"/status/subscribe?district={page.token}").content.decode()
    assert "This is about North Valley." in form and "Ours" in form and "Theirs" not in form
    for wrong in ("wrong", "%00"):
        assert Client().get(f"/status/subscribe?district={wrong}").status_code == 404

    ask(district=page.token, components=[ours.pk])
    confirmed(path_in(sent()[0]))
    found = Subscriber.objects.get()
    assert found.district == town.north_valley and list(found.components.all()) == [ours]


def test_one_address_hears_of_the_public_page_and_of_its_district(town: Town, sent: Sent) -> None:
    subscriber(IVY, district=town.north_valley)
    ask()
    confirmed(path_in(sent()[0]))
    assert Subscriber.objects.count() == 2


def test_the_form_is_there_in_spanish(town: Town) -> None:
    page = Client().get("/status/subscribe?lang=es").content.decode()
    assert '<html lang="es"' in page and "Su dirección de correo" in page
