"""The team sees who subscribed, who fails and why, and how far news have come; managers add and remove."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deskbell.incidents.models import Delivery, Subscriber
from deskbell.incidents.news import importing
from deskbell.incidents.tests.news import component, hand_on, incident, subscriber, tell
from deskbell.lib import clock
from deskbell.mail import addresses
from deskbell.people.models import Agent
from deskbell.people.reaching import mail_failed
from tests.town import Town

PATH = "/incidents/subscribers"


def as_(agent: Agent) -> Client:
    browser = Client()
    browser.force_login(agent.person)
    return browser


def page(agent: Agent, query: str = "") -> str:
    return as_(agent).get(PATH + query).content.decode()


def add(town: Town, **form: Any) -> str:
    return as_(town.max).post(PATH, form).content.decode()


def test_agents_see_how_far_an_update_has_come(town: Town) -> None:
    for number in range(3):
        subscriber(f"s{number}@school.example")
    tell(town, incident(town))
    first = Delivery.objects.order_by("pk").first()
    assert first
    Delivery.objects.filter(pk=first.pk).update(state="sent")
    shown = page(town.ana)
    assert "Investigating: Black screens" in shown and "1 of 3" in shown
    path = f"{PATH}/progress/update-{first.update_id}"
    assert path in shown and path in as_(town.ana).get(path).content.decode()
    hand_on()
    done = as_(town.ana).get(path).content.decode()
    assert "3 of 3" in done and "hx-get" not in done


def test_those_that_fail_are_listed_with_their_reasons(town: Town) -> None:
    failing = subscriber("gone@school.example")
    assert failing.person
    mail_failed(failing.person, "550 no such user", at=clock.now())
    subscriber("ivy@school.example")
    shown = page(town.ana, "?failing=yes")
    assert "550 no such user" in shown and "ivy@school.example" not in shown


def test_an_address_is_found_by_a_part_of_it(town: Town) -> None:
    subscriber("ivy@school.example", component("Screens"))
    subscriber("oak@school.example")
    shown = page(town.ana, "?q=IVY@")
    assert "ivy@school.example" in shown and "Screens" in shown
    assert "oak@school.example" not in shown


def test_a_manager_removes_one_and_takes_it_back(town: Town) -> None:
    found = subscriber("ivy@school.example")
    path = f"{PATH}/{found.pk}/removal"
    assert "Remove: ivy" not in page(town.ana) and "Remove: ivy" in page(town.max)
    assert as_(town.ana).post(path, {"on": "yes"}).status_code == 403
    shown = as_(town.max).post(path, {"on": "yes"}, follow=True).content.decode()
    assert "Removed by Max Meyer." in shown and "Undo" in shown
    as_(town.max).post(path, {"on": "no"})
    assert Subscriber.objects.get().ended_at is None


def test_a_list_is_added_and_each_wrong_line_has_its_sentence(town: Town) -> None:
    screens = component("Screens")
    subscriber("known@school.example")
    lines = [
        "Address,Language,Components",
        "ivy@school.example,es,screens",
        "nobody",
        "oak@school.example,fr",
        "elm@school.example,en,nothing",
        "known@school.example",
        "ivy@school.example",
        "",
        "support@deskbell.localhost",
        "fir@school.example",
    ]
    shown = add(town, file=SimpleUploadedFile("list.csv", "\r\n".join(lines).encode("utf-8-sig")))
    assert "2 addresses were added." in shown and "1 was known already" in shown
    for sentence in (
        "Line 3: “nobody” is no mail address.",
        "Line 4: “fr” is no language of the page: write en or es.",
        "Line 5: There is no component “nothing”.",
        "Line 9: support@deskbell.localhost is an address of the desk itself.",
    ):
        assert sentence in shown
    ivy = Subscriber.objects.get(person__email="ivy@school.example")
    assert ivy.language == "es" and list(ivy.components.all()) == [screens] and ivy.confirmed_at


def test_who_had_unsubscribed_is_not_added_again(town: Town) -> None:
    found = subscriber("ivy@school.example", ended_at=clock.now())
    add(town, addresses="ivy@school.example")
    assert Subscriber.objects.get(pk=found.pk).ended_at is not None


@pytest.mark.parametrize("text", ["", "\n\n", "address"])
def test_an_empty_list_is_refused(town: Town, text: str) -> None:
    answer = as_(town.max).post(PATH, {"addresses": text})
    assert answer.status_code == 422
    assert "There is no address in it" in answer.content.decode()


@pytest.mark.parametrize("content", [b"\xff\xfe\x00a", b'"ivy@school.example', b"\x00" * 50])
def test_an_odd_file_is_no_trace(town: Town, content: bytes) -> None:
    answer = as_(town.max).post(PATH, {"file": SimpleUploadedFile("x", content)})
    assert answer.status_code in {200, 422}


def test_importing_asks_as_often_for_many_as_for_one(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "SECONDS_KEPT", 60.0)  # as on a desk

    def queries(many: int) -> int:
        lines = [f"s{many}-{number}@school.example" for number in range(many)]
        with CaptureQueriesContext(connection) as asked:
            assert importing.add("\n".join(lines)).added == many
        return len(asked)

    assert queries(2) == queries(100)


def test_the_list_asks_as_often_for_many_as_for_one(town: Town) -> None:
    screens = component("Screens")
    browser = as_(town.ana)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            browser.get(PATH)
        return len(asked)

    subscriber("first@school.example", screens)
    tell(town, incident(town))
    one = queries()
    for number in range(20):
        subscriber(f"s{number}@school.example", screens)
    tell(town, incident(town))
    tell(town, incident(town))
    assert queries() == one
