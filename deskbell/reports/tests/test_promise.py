"""The support promise (P5 to P9): what the page says is what holds, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deskbell import reports
from deskbell.helpcenter import words as words_of_help
from deskbell.helpcenter.tests.test_words import SAID
from deskbell.lib import clock
from deskbell.look.languages import speaker
from deskbell.reports import attained
from deskbell.reports.promise import promise
from deskbell.reports.promise_words import (
    COVERAGES,
    DEFINITIONS,
    ES,
    INCLUDED,
    METRICS,
    WEEKDAYS,
)
from deskbell.sla.core import Policy
from deskbell.sla.models import Clock
from deskbell.sla.policies import current_version, policy_of
from deskbell.sla.spanish import HOLIDAYS
from deskbell.sla.versions import make
from deskbell.tickets.models import Channel, Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import reply
from deskbell.tickets.words import Words
from tests.spanish import bare_words, otherwise_named
from tests.town import Town, at

HERE = Path(reports.__file__).parent
FILES = [HERE / "templates/reports/promise.html", HERE / "promise.py", HERE / "attained.py"]


@pytest.fixture(autouse=True)
def counted_anew() -> Iterator[None]:
    attained.forget()
    yield
    attained.forget()


def english() -> dict[str, object]:
    return promise(speaker("en", {}), "en")


def test_the_page_says_what_the_policy_promises(town: Town, client: Client) -> None:
    page = " ".join(re.sub(r"<[^>]*>", " ", client.get("/help/promise").content.decode()).split())
    for said in (
        "Urgent 15 min 24/7, day and night 30 min",
        "High 1 h 24/5, on weekdays 2 h",
        "Low 11 h (1 business day) Business hours 22 h (2 business days)",
        "55 h (1 business week)",
        "Monday to Friday: 8:00 am to 7:00 pm, Eastern time.",
        "A person answers within 5 min in business hours.",
        "Implementation guidance",
        "Technical escalation",
        "Billing support",
        "support@deskbell.localhost",
    ):
        assert said in page, said


def test_an_edited_policy_shows_at_once(town: Town, client: Client) -> None:
    version = current_version()
    document = dict(version.document)
    document["targets"]["urgent"]["first_reply"]["target"] = 420
    make(version.policy, document, ladder=version.ladder, reason="Quicker")
    assert "7 min" in client.get("/help/promise").content.decode()


def test_open_closed_and_the_next_holiday(town: Town) -> None:
    with clock.moved_to(at("2026-11-25 09:00")):
        hours = english()["hours"]
        assert isinstance(hours, list)
        business = hours[0]
        assert (business.open_now, business.next) == (True, at("2026-11-25 19:00"))
        assert business.holiday == (date(2026, 11, 26), "Thanksgiving Day")
        thanksgiving = business.days[1]
        assert thanksgiving[1:] == ([], "Thanksgiving Day")
    with clock.moved_to(at("2026-11-28 09:00")):
        hours = english()["hours"]
        assert isinstance(hours, list)
        assert (hours[0].open_now, hours[0].next) == (False, at("2026-11-30 08:00"))


def test_spanish_is_spanish(town: Town, client: Client) -> None:
    page = client.get("/help/es/promise").content.decode()
    for said in (
        "Nuestro compromiso de soporte",
        "1 semana hábil",
        "lunes a viernes: 8:00\xa0a.\xa0m. a 7:00\xa0p.\xa0m.",
        "Urgente",
    ):
        assert said in page, said


def test_what_was_attained(town: Town) -> None:
    now = at("2026-11-24 12:00")
    for number in range(12):
        with clock.moved_to(now - timedelta(days=number, hours=1)):
            ticket = open_for_customer("Dark", Words("x", door=Channel.MAIL), requester=town.tess)
        with clock.moved_to(now - timedelta(days=number, minutes=50)):
            reply(ticket, Words("Hello"), by=town.ana)
    first = Clock.objects.filter(metric="first_reply").order_by("pk")
    first.filter(pk=first[0].pk).update(outcome=Clock.Outcome.BREACHED)
    with clock.moved_to(now):
        figures = attained.figures(_policy(), speaker("en", {}))
    row = figures["rows"][0]
    assert (row["name"], row["count"], row["percent"]) == ("First reply", 12, "91.6")
    assert figures["demo"] is False


def test_make_believe_tickets_count_only_where_there_are_no_others_and_say_so(town: Town) -> None:
    for _ in range(11):
        reply(open_for_customer("Dark", Words("x"), requester=town.tess), Words("Hi"), by=town.ana)
    Ticket.objects.update(demo=True)
    assert attained.figures(_policy(), speaker("en", {}))["demo"] is True
    attained.forget()
    open_for_customer("Real", Words("x"), requester=town.tess)
    figures = attained.figures(_policy(), speaker("en", {}))
    assert figures["demo"] is False and figures["rows"] == []


def test_how_soon_a_chat_was_answered(town: Town) -> None:
    for _ in range(10):
        with clock.moved_to(at("2026-11-24 10:00")):
            ticket = open_for_customer(
                "Dark",
                Words("x", door=Channel.CHAT),
                requester=town.tess,
                channel=Channel.CHAT,
                live=True,
            )
        with clock.moved_to(at("2026-11-24 10:02")):
            reply(ticket, Words("Hello"), by=town.ana)
    with clock.moved_to(at("2026-11-24 12:00")):
        assert attained.figures(_policy(), speaker("en", {}))["chat"] == timedelta(minutes=2)


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(999, 1000, "99.9"), (1999, 2000, "99.9"), (5, 5, "100"), (0, 3, "0")],
)
def test_nothing_is_rounded_up(part: int, whole: int, said: str) -> None:
    assert attained.percent(part, whole) == said


def test_figures_are_not_counted_for_every_reader(town: Town, client: Client) -> None:
    client.get("/help/promise")
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/help/promise").status_code == 200
    assert not [each for each in asked.captured_queries if "sla_clock" in each["sql"]]
    assert len(asked) < 8


def test_every_sentence_has_its_spanish_and_no_other_is_kept() -> None:
    said = set(DEFINITIONS.values()) | set(WEEKDAYS.values()) | set(COVERAGES.values())
    said |= {text for pair in [*METRICS.values(), *INCLUDED] for text in pair} | HOLIDAYS.keys()
    said |= {"Urgent", "High", "Normal", "Low"}
    for file in FILES:
        said |= {one or other for one, other in SAID.findall(file.read_text())}
        said |= set(re.findall(r'\bsay\(\s*"([^"]+)"', file.read_text()))
    assert said - {"all day"} - ES.keys() - words_of_help.ES.keys() == set()
    assert ES.keys() - said - {"all day"} == set()
    assert otherwise_named(ES) == []


def test_the_template_says_nothing_that_was_not_translated() -> None:
    assert bare_words(FILES[:1]) == []


def _policy() -> Policy:
    return policy_of(current_version())
