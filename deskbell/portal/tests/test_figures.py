"""A month in figures: every number is the length of the list behind it, and of what the reader may see."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from deskbell.lib.clock import moved_to
from deskbell.monitoring.models import Component, Service
from deskbell.people.models import Person
from deskbell.people.places import give_place
from deskbell.portal.tests.conftest import ClientOf
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import reply
from deskbell.tickets.solving import set_state
from deskbell.tickets.words import Words
from tests.town import Town, at

NOVEMBER = "/portal/figures?month=2026-11"
LINK = re.compile(r'href="(/portal/figures/list[^"]+)">(\d+)')


@pytest.fixture(autouse=True)
def asked_for(town: Town) -> None:
    """In November two kept, one of them at Lincoln, and one missed; one of October, one of South Ridge."""

    def asked(subject: str, by: Person, when: str, answered: str = "", **more: Any) -> None:
        with moved_to(at(when)):
            ticket = open_for_customer(subject, Words("Dark"), requester=by, **more)
        if answered:
            with moved_to(at(answered)):
                reply(ticket, Words("Look"), by=town.ana)
                set_state(ticket, "solved", by=town.ana)

    lincoln = (town.north_valley, town.lincoln_high)
    asked("in time", town.tess, "2026-11-10 14:00", "2026-11-10 15:00")
    asked("late", town.tess, "2026-11-10 09:00", "2026-11-20 15:00")
    asked("at Lincoln", town.tess, "2026-11-12 14:00", "2026-11-12 15:00", place=lincoln)
    asked("of South Ridge", town.sam, "2026-11-12 14:00", "2026-11-12 15:00")
    asked("waiting", town.tess, "2026-10-13 14:00")


@pytest.fixture
def olivia(town: Town, portal_of: ClientOf) -> Client:
    with moved_to(at("2026-11-25 12:00")):
        return portal_of(town.olivia)


def read(browser: Client, path: str) -> str:
    with moved_to(at("2026-11-25 12:05")):
        return unescape(browser.get(path).content.decode())


def test_each_number_is_the_length_of_the_list_behind_it(town: Town, olivia: Client) -> None:
    page = read(olivia, NOVEMBER)
    numbers = {path: int(number) for path, number in LINK.findall(page)}
    assert len(numbers) >= 6
    for path, number in numbers.items():
        assert read(olivia, path).count('class="portal-row"') == number, path
    assert numbers["/portal/figures/list?month=2026-11&of=opened&impact=&outcome="] == 3
    assert numbers["/portal/figures/list?month=2026-11&of=solved&impact=&outcome="] == 3
    first = "/portal/figures/list?month=2026-11&of=first_reply&impact=normal&outcome="
    assert (numbers[f"{first}met"], numbers[f"{first}breached"]) == (2, 1)
    assert "66.6 %" in page


def test_late_ones_tell_by_how_much_in_covered_time(town: Town, olivia: Client) -> None:
    path = "/portal/figures/list?month=2026-11&of=first_reply&impact=normal&outcome=breached"
    page = read(olivia, path)
    assert "within 4 h of covered time" in page and "late by" in page
    assert "in time" not in page


def test_nothing_of_others_and_nothing_for_who_sees_their_own_alone(
    town: Town, portal_of: ClientOf
) -> None:
    with moved_to(at("2026-11-25 12:00")):
        victor, sam, tess = (portal_of(each) for each in (town.victor, town.sam, town.tess))
    listed = "/portal/figures/list?month=2026-11&of=opened"
    assert "at Lincoln" in read(victor, listed) and "in time" not in read(victor, listed)
    assert "of South Ridge" in read(sam, listed) and "Lincoln" not in read(sam, listed)
    assert "of South Ridge" not in read(victor, listed)
    for path in (NOVEMBER, listed, "/portal/figures.csv?month=2026-11"):
        with moved_to(at("2026-11-25 12:05")):
            assert tess.get(path).status_code == 404
    assert "/portal/figures" not in read(tess, "/portal")


def test_the_table_holds_every_promise_of_the_month(town: Town, olivia: Client) -> None:
    with moved_to(at("2026-11-25 12:05")):
        answer = olivia.get("/portal/figures.csv?month=2026-11")
        text = b"".join(answer).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    firsts = {row["Subject"]: row for row in rows if row["Promise"] == "First reply"}
    assert set(firsts) == {"in time", "late", "at Lincoln"}
    assert firsts["late"]["Outcome"] == "Missed" and firsts["late"]["Late by"]
    kept = firsts["in time"]
    assert (kept["Covered time"], kept["Began"], kept["Done"]) == (
        "4 h",
        "2026-11-10 14:00",
        "2026-11-10 15:00",
    )


@pytest.mark.parametrize("month", ["2026-12", "2020-01", "soon", "2026-13"])
def test_a_month_that_has_no_figures_is_none(town: Town, olivia: Client, month: str) -> None:
    with moved_to(at("2026-11-25 12:05")):
        answer = olivia.get(f"/portal/figures?month={month}")
    assert answer.status_code == 404 and "no figures of that month" in answer.content.decode()


def test_a_list_of_what_there_is_not_is_none(town: Town, olivia: Client) -> None:
    for wrong in ("of=secrets", "of=opened&impact=huge", "of=first_reply&outcome=cancelled"):
        with moved_to(at("2026-11-25 12:05")):
            answer = olivia.get(f"/portal/figures/list?month=2026-11&{wrong}")
        assert answer.status_code == 404


def test_uptime_is_that_of_what_concerns_them_against_what_was_promised(
    town: Town, olivia: Client, portal_of: ClientOf
) -> None:
    service = Service.objects.create(name="Applications")
    made = Component.objects.create(
        service=service,
        name="Streaming",
        key="streaming",
        for_everyone=False,
        created_at=at("2026-11-01 00:00"),
    )
    made.districts.add(town.north_valley)
    made.changes.create(state="operational", at=at("2026-11-01 00:00"))
    made.changes.create(state="major_outage", at=at("2026-11-10 00:00"))
    made.changes.create(state="operational", at=at("2026-11-11 00:00"))
    page = read(olivia, NOVEMBER)
    assert "95.925 %" in page  # 24 h of 589 h 5 min: the first of the month has 25 (U5)
    assert "Promised are 99.9 %: missed." in page
    with moved_to(at("2026-11-25 12:00")):
        sam = portal_of(town.sam)
    assert "Streaming" not in read(sam, NOVEMBER)


def test_an_owner_of_a_school_counts_that_school_alone(town: Town, portal_of: ClientOf) -> None:
    maple = str(town.maple_street.pk)
    give_place(
        town.north_valley, "m@northvalley.example", role="owner", school=maple, by=town.olivia
    )
    with moved_to(at("2026-11-25 12:00")):
        browser = portal_of(Person.objects.get(email="m@northvalley.example"))
    assert LINK.findall(read(browser, NOVEMBER)) == []
    assert "Nothing was promised" in read(browser, NOVEMBER)
