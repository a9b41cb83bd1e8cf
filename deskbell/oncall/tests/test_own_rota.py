"""A person's own page: absences, calendars out and in (S9), and the hand-over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from icalendar import Calendar

from deskbell.lib.clock import moved_to
from deskbell.oncall import calendars, duties, schedules
from deskbell.oncall.models import Duty, Schedule
from deskbell.people.models import Absence, Notice
from deskbell.tickets.models import Ticket
from tests.town import Town, at

pytestmark = pytest.mark.django_db
NOON = "2026-11-24 12:00"
LEAVE = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//made by hand//EN\r
BEGIN:VEVENT\r
UID:1@example\r
DTSTAMP:20261101T000000Z\r
DTSTART;VALUE=DATE:20261128\r
DTEND;VALUE=DATE:20261130\r
SUMMARY:Wedding\r
END:VEVENT\r
END:VCALENDAR\r
"""


@pytest.fixture
def primary(town: Town, rota: Callable[..., None]) -> Schedule:
    rota(town.ana, town.ben)
    return schedules.ensure_default_schedule()


def read(client: Client, address: str) -> list[str]:
    calendar = Calendar.from_ical(client.get(address).content)
    return [
        f"{event['SUMMARY']} {event.decoded('DTSTART'):%m-%d %H:%M%z}"
        for event in calendar.walk("VEVENT")
    ]


def test_calendars_go_out_for_a_schedule_and_a_person_s9(
    town: Town, client: Client, primary: Schedule
) -> None:
    with moved_to(at(NOON)):
        mine = f"/oncall/calendars/{calendars.token_of(town.ben)}.ics"
        whole = read(client, f"/oncall/calendars/{primary.calendar_token}.ics")
        bens = read(client, mine)
    assert "On call (Primary): Ben Baker 11-30 14:00+0000" in whole
    assert "On call (Primary): Ana Alvarez 12-07 14:00+0000" in whole
    assert bens and all("Ben Baker" in each for each in bens)


def test_a_calendar_that_got_a_new_address_has_left_the_old_one_s9(
    town: Town, client: Client, primary: Schedule
) -> None:
    old = {f"/oncall/calendars/{calendars.token_of(town.ben)}.ics"}
    old.add(f"/oncall/calendars/{primary.calendar_token}.ics")
    client.force_login(town.ben.person)
    client.post("/oncall/calendars/renewal")
    client.force_login(town.max.person)
    client.post(f"/oncall/schedules/{primary.pk}/renewal")
    assert [Client().get(address).status_code for address in old] == [404, 404]
    kept = calendars.token_of(town.ben)
    town.ben.person.is_active = False
    town.ben.person.save()
    assert Client().get(f"/oncall/calendars/{kept}.ics").status_code == 404


def test_leave_is_entered_or_read_from_a_calendar_and_shown_at_the_turns_in_it_s9(
    town: Town, client: Client, primary: Schedule
) -> None:
    client.force_login(town.ana.person)
    with moved_to(at(NOON)):
        client.post("/oncall/absences", {"from": "2026-11-25T09:00", "to": "2026-11-25T12:00"})
        file = SimpleUploadedFile("leave.ics", LEAVE, "text/calendar")
        client.post("/oncall/absences", {"calendar": file})
        file.seek(0)
        client.post("/oncall/absences", {"calendar": file})  # replaces what it said before
        found = [(a.starts_at, a.ends_at) for a in Absence.objects.order_by("starts_at")]
        assert found == [
            (at("2026-11-25 09:00"), at("2026-11-25 12:00")),
            (at("2026-11-28 00:00"), at("2026-11-30 00:00")),
        ]
        page = client.get("/oncall/mine").text
        assert "Wedding" in page and "You are away in it" in page
        wedding = Absence.objects.get(reason="Wedding")
        client.force_login(town.ben.person)
        assert client.post(f"/oncall/absences/{wedding.pk}/removal").status_code == 404
        client.force_login(town.ana.person)
        client.post(f"/oncall/absences/{wedding.pk}/removal")
    assert Absence.objects.count() == 1


def test_whoever_takes_over_is_told_with_the_note_and_what_is_open(
    town: Town, client: Client, primary: Schedule, alarm: Callable[..., Ticket]
) -> None:
    with moved_to(at(NOON)):
        duties.step()
        duty = Duty.objects.get()
        client.force_login(town.eve.person)
        assert (
            "Only those on call" in client.post(f"/oncall/handover/{duty.pk}", {"note": "x"}).text
        )
        client.force_login(town.ana.person)
        client.post(f"/oncall/handover/{duty.pk}", {"note": "Disk of db2\nis nearly full"})
    alarm("2026-11-29 03:00")
    with moved_to(at("2026-11-30 09:00:05")):
        duties.step()
        duties.step()
        told = Notice.objects.get(recipient=town.ben, text__startswith="You are on call now")
        assert "1 open call, 1 open alert, 1 urgent ticket" in told.text
        assert "Ana Alvarez left a note: Disk of db2 is nearly full" in told.text
        client.force_login(town.ben.person)
        page = client.get(told.path).text
    assert "Disk of db2" in page and "Streaming is down" in page


def test_the_own_page_asks_the_same_number_of_questions_however_many_turns(
    town: Town,
    client: Client,
    primary: Schedule,
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    client.force_login(town.ana.person)
    with moved_to(at(NOON)):
        client.get("/oncall/mine")
        with django_assert_max_num_queries(30):
            client.get("/oncall/mine")
