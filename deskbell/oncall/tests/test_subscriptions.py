"""Calendars elsewhere that the desk reads: leave, and a schedule's shifts above its layers (S1, S7, S9)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from deskbell.lib.clock import moved_to
from deskbell.oncall import duties, overriding, schedules, subscriptions
from deskbell.oncall.models import Duty, Schedule, Subscription
from deskbell.oncall.overriding import Wish
from deskbell.oncall.tests.conftest import names
from deskbell.oncall.tests.outside import Outside
from deskbell.people.models import Absence, Notice
from tests.town import Town, at

pytestmark = pytest.mark.django_db
NOON = "2026-11-24 12:00"  # a Tuesday; Ana has this week
SECRET = "/private-7f3a/basic.ics"


@pytest.fixture
def primary(town: Town, rota: Callable[..., None]) -> Schedule:
    """Ana has this week from Monday 09:00, Ben the next."""
    rota(town.ana, town.ben)
    return schedules.ensure_default_schedule()


def calendar(*events: tuple[str, str, str]) -> bytes:
    """Each from, to (local, by New York) and title."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN"]
    for number, (start, end, title) in enumerate(events):
        zone = ";TZID=America/New_York"
        lines += ["BEGIN:VEVENT", f"UID:{number}@x", f"SUMMARY:{title}"]
        lines += [f"DTSTART{zone}:{start}", f"DTEND{zone}:{end}", "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


NIGHT = ("20261124T180000", "20261125T080000")
DAY = ("20261125T080000", "20261125T180000")


def on_call(primary: Schedule, when: str) -> list[str]:
    return names(schedules.on_call(primary, at(when)))


def subscribe(client: Client, primary: Schedule, outside: Outside, content: bytes) -> str:
    outside.content = content
    sent = {"address": f"{outside.url}{SECRET}"}
    return client.post(f"/oncall/schedules/{primary.pk}/subscription", sent, follow=True).text


def test_shifts_stand_above_the_layers_and_below_what_is_changed_by_hand_s9(
    town: Town, client: Client, primary: Schedule, outside: Outside
) -> None:
    client.force_login(town.max.person)
    content = calendar((*NIGHT, "Eve"), (*DAY, "Ben Baker / Eve Engström"), (*DAY, "Pat"))
    with moved_to(at(NOON)):
        page = subscribe(client, primary, outside, content)
        assert "Shifts are read from the calendar at <strong>127.0.0.1</strong>" in page
        assert "“Pat”" in page and SECRET not in page and "By calendar" in page
        assert on_call(primary, "2026-11-24 17:59") == ["Ana"]
        assert on_call(primary, "2026-11-24 18:00") == ["Eve"]
        assert on_call(primary, "2026-11-25 08:00") == ["Ben", "Eve"]
        assert on_call(primary, "2026-11-25 18:00") == ["Ana"]
        wish = Wish("replace", at("2026-11-24 20:00"), at("2026-11-24 21:00"), town.eve, town.max)
        overriding.override(primary, wish, made_by=town.max)
        assert on_call(primary, "2026-11-24 20:30") == ["Max"]
    assert SECRET not in Subscription.objects.get().sealed


def test_what_it_says_later_holds_and_what_was_stays_s7(
    town: Town, client: Client, primary: Schedule, outside: Outside
) -> None:
    client.force_login(town.max.person)
    with moved_to(at(NOON)):
        duties.step()
        subscribe(client, primary, outside, calendar((*NIGHT, "Eve")))
    with moved_to(at("2026-11-24 22:00")):
        outside.content = calendar((*NIGHT, "Ben"))
        subscriptions.read_all()
        subscriptions.read_all()  # nothing is new
        assert on_call(primary, "2026-11-24 22:00") == ["Ben"]
        found = [names(list(duty.agents.all())) for duty in Duty.objects.order_by("starts_at")]
        assert found == [["Ana"], ["Eve"], ["Ben"]]
    with moved_to(at("2026-11-25 09:00")):
        duties.step()
        assert on_call(primary, "2026-11-24 21:00") == ["Eve"]
        client.post(f"/oncall/schedules/{primary.pk}/subscription", {"stop": "yes"})
        assert not Subscription.objects.exists()
        assert on_call(primary, "2026-11-24 21:00") == ["Eve"]


def test_a_calendar_that_fails_leaves_what_was_read_and_is_told_once(
    town: Town, client: Client, primary: Schedule, outside: Outside
) -> None:
    client.force_login(town.max.person)
    with moved_to(at(NOON)):
        subscribe(client, primary, outside, calendar((*NIGHT, "Eve")))
        outside.status = 500
        subscriptions.read_all()
        subscriptions.read_all()
        assert on_call(primary, "2026-11-24 20:00") == ["Eve"]
        told = Notice.objects.get(recipient=town.max, text__contains="can’t be read")
        assert "server answers 500" in told.text and SECRET not in told.text
        page = client.get(f"/oncall/schedules/{primary.pk}").text
        assert "server answers 500" in page
        outside.status = 200
        subscriptions.read_all()
        assert "server answers 500" not in client.get(f"/oncall/schedules/{primary.pk}").text


def test_the_failure_of_an_address_that_was_changed_meanwhile_is_nobodys(
    town: Town, client: Client, primary: Schedule, outside: Outside
) -> None:
    client.force_login(town.max.person)
    with moved_to(at(NOON)):
        subscribe(client, primary, outside, calendar((*NIGHT, "Eve")))
        before = Subscription.objects.get()
        subscribe(client, primary, outside, calendar((*NIGHT, "Eve")))  # sealed anew
        subscriptions._fail(before, "It is away.")
    assert Subscription.objects.get().problem == ""


def test_leave_is_read_by_its_address_with_its_hours_s9(
    town: Town, client: Client, primary: Schedule, outside: Outside
) -> None:
    client.force_login(town.ana.person)
    outside.content = calendar((*NIGHT, "Concert"))
    with moved_to(at(NOON)):
        sent = {"address": f"{outside.url}{SECRET}"}
        page = client.post("/oncall/absences/calendar", sent, follow=True).text
        assert "Concert" in page and "Your leave is read from the calendar at" in page
        found = Absence.objects.get()
        assert (found.starts_at, found.ends_at) == (
            at("2026-11-24 18:00"),
            at("2026-11-25 08:00"),
        )
        outside.content = calendar((*DAY, "Concert"))
        subscriptions.read_all()
        assert Absence.objects.get().starts_at == at("2026-11-25 08:00")
        client.post("/oncall/absences/calendar", {"stop": "yes"})
    assert not Subscription.objects.exists() and Absence.objects.exists()


@pytest.mark.parametrize(
    ("title", "who"),
    [
        ("eve engström", ["Eve"]),
        ("On call: ben@desk.example (primary)", ["Ben"]),
        ("Eve/Ben: nights", ["Ben", "Eve"]),
        ("Eventually", []),
        ("Benjamin", []),
    ],
)
def test_whom_a_title_means(
    town: Town, client: Client, primary: Schedule, outside: Outside, title: str, who: list[str]
) -> None:
    client.force_login(town.max.person)
    with moved_to(at(NOON)):
        subscribe(client, primary, outside, calendar((*NIGHT, title)))
        assert on_call(primary, "2026-11-24 20:00") == (who or ["Ana"])


@pytest.mark.parametrize(
    ("address", "content", "sentence"),
    [
        ("", b"", "address"),
        ("file:///etc/passwd", b"", "http"),
        ("http://10.0.0.1/x.ics", b"", "10.0.0.1"),
        ("{url}", b"<html>", "no calendar"),
        ("{url}", b"", "calendar file"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_change(
    town: Town,
    client: Client,
    primary: Schedule,
    outside: Outside,
    address: str,
    content: bytes,
    sentence: str,
) -> None:
    client.force_login(town.max.person)
    outside.content = content
    sent = {"address": address.format(url=outside.url)}
    answer = client.post(f"/oncall/schedules/{primary.pk}/subscription", sent)
    assert answer.status_code == 422 and sentence in answer.text
    assert not Subscription.objects.exists()
