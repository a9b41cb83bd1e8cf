"""The screens of coverages: the team looks, managers edit, an edit tells first what follows (C1, K9)."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from deskbell.lib.clock import moved_to
from deskbell.people.models import Person
from deskbell.sla.coverages import dated
from deskbell.sla.models import Coverage, CoverageEdit, DatedException
from deskbell.sla.policies import current_version
from deskbell.sla.verify import differences
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town, at

HOURS = "/promises/coverages/business_hours"
SUMMER = {"first": "2027-06-14", "last": "2027-08-27", "name": "Summer", "hours": "closed"}
CALENDAR = b"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20270104
DTEND;VALUE=DATE:20270109
SUMMARY:Winter Break
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART;TZID=America/New_York:20270210T113000
DTEND;TZID=America/New_York:20270210T120000
SUMMARY:Early dismissal <all>
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTART;VALUE=DATE:20270211
SUMMARY:Board meeting
END:VEVENT
END:VCALENDAR
"""


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def manager(town: Town) -> Client:
    return browser(town.max.person)


@pytest.fixture
def hours(town: Town) -> Coverage:
    return Coverage.objects.get(key="business_hours")


def confirmed(page: str, reason: str = "As agreed") -> dict[str, list[str] | str]:
    """What the review's form sends when its button is pressed."""
    form = page[page.index('class="sheet pad review"') :]
    found: dict[str, list[str] | str] = {"reason": reason}
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    for name in {name for name, _ in pairs}:
        found[name] = [_plain(value) for key, value in pairs if key == name]
    return found


def _plain(value: str) -> str:
    return (
        value.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"').replace("&amp;", "&")
    )


def test_an_edit_is_told_first_and_made_when_it_is_confirmed_k9(
    town: Town, manager: Client, hours: Coverage
) -> None:
    with moved_to(at("2026-11-19 09:00")):
        open_for_customer("Black screen", Words("Dark"), requester=town.tess)
        told = manager.post(f"{HOURS}/dates", SUMMER).content.decode()
        assert "Standard Support, version 2" in told
        assert "1 keeps the version it was opened under" in told
        assert "Jun 14 to Aug 27, 2027" in told
        assert not hours.exceptions.exists()
        answer = manager.post(f"{HOURS}/dates", confirmed(told, "School is out"))
    assert answer.status_code == 302
    (edited,) = CoverageEdit.objects.all()
    assert answer["Location"] == f"{HOURS}/dates?done={edited.pk}"
    assert (edited.reason, edited.by) == ("School is out", town.max.person)
    assert current_version().number == 2
    assert list(differences()) == []
    page = manager.get(answer["Location"]).content.decode()
    assert "Standard Support has version 2 now." in page
    assert "75 days, 10.7 weeks" in page
    manager.post(f"/promises/coverages/edits/{edited.pk}/undo")
    assert not hours.exceptions.exists()


def test_with_a_script_the_review_comes_alone_and_a_refusal_goes_to_its_form(
    manager: Client,
) -> None:
    htmx = {"HX-Request": "true"}
    told = manager.post(f"{HOURS}/dates", SUMMER, headers=htmx).content.decode()
    assert "What will follow" in told and "<html" not in told
    wrong = manager.post(f"{HOURS}/dates", {**SUMMER, "hours": "soon"}, headers=htmx)
    assert (wrong.status_code, wrong["HX-Retarget"]) == (422, "find .refusal")
    assert "“soon” is no span of hours" in wrong.content.decode()


def test_the_weekly_hours_are_edited_as_text_c1(manager: Client, hours: Coverage) -> None:
    page = manager.get(f"{HOURS}/week").content.decode()
    assert 'name="mon" value="08:00-19:00"' in page and 'name="sun" value="closed"' in page
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "08:00-12:00, 13:00-19:00")
    told = manager.post(f"{HOURS}/week", {**week, "zone": "America/New_York"}).content.decode()
    assert "Every Monday" in told
    assert manager.post(f"{HOURS}/week", confirmed(told)).status_code == 302
    hours.refresh_from_db()
    assert hours.windows["mon"] == [["08:00", "12:00"], ["13:00", "19:00"]]
    assert "sat" not in hours.windows


def test_an_emergency_closure_tells_each_due_instant_and_is_one_press_k9(
    town: Town, manager: Client
) -> None:
    with moved_to(at("2026-11-19 09:00")):
        open_for_customer("Black screen", Words("Dark"), requester=town.tess)
        form = {"first": "2026-11-19", "last": "", "because": "Snow storm"}
        told = manager.post(f"{HOURS}/closure", form).content.decode()
        assert "Thu, Nov 19, 1:00 pm Eastern" in told and "Fri, Nov 20, 12:00 pm Eastern" in told
        assert "1 goes along at once." in told
        assert 'name="reason"' not in told
        assert manager.post(f"{HOURS}/closure", confirmed(told)).status_code == 302
    assert CoverageEdit.objects.get().moved_tickets
    assert DatedException.objects.get().name == "Snow storm"


def test_holidays_are_chosen_by_place_with_their_days_c7(manager: Client, hours: Coverage) -> None:
    with moved_to(at("2026-11-19 09:00")):
        page = manager.get(f"{HOURS}/holidays/choice?country=US&state=TX").content.decode()
        assert "Holidays of Texas, United States" in page
        assert "Fri, Mar 26, 2027" in page  # Good Friday
        names = re.findall(r'name="shown" value="([^"]+)"', page)
        off = [name for name in names if name != "Good Friday"]
        form = {"country": "US", "state": "TX", "shown": names, "off": off}
        told = manager.post(f"{HOURS}/holidays", form).content.decode()
        assert "but for Good Friday" in told
        assert manager.post(f"{HOURS}/holidays", confirmed(told)).status_code == 302
        assert hours.holidays.get(subdivision="TX").skipped == ["Good Friday"]
        page = manager.get(f"{HOURS}/holidays").content.decode()
    assert "You work on Good Friday." in page


def test_a_school_calendar_is_read_chosen_and_taken_over(manager: Client, hours: Coverage) -> None:
    with moved_to(at("2026-11-19 09:00")):
        file = SimpleUploadedFile("school.ics", CALENDAR)
        page = manager.post(f"{HOURS}/calendars", {"name": "School", "file": file}).content.decode()
        assert 'value="0 2027-01-04 2027-01-08 Winter Break" checked' in page
        assert 'value="1 2027-02-10 2027-02-10 Early dismissal &lt;all&gt;">' in page
        assert 'name="hours-1" value="08:00-11:30"' in page
        assert "Other events (1)" in page
        form = {
            "name": "School",
            "event": [
                "0 2027-01-04 2027-01-08 Winter Break",
                "1 2027-02-10 2027-02-10 Early dismissal <all>",
            ],
            "hours-0": "closed",
            "hours-1": "08:00-11:30",
        }
        told = manager.post(f"{HOURS}/calendars/choice", form).content.decode()
        assert "2 added, 0 dropped" in told
        assert manager.post(f"{HOURS}/calendars/choice", confirmed(told)).status_code == 302
        assert [(e.first, e.windows) for e in hours.exceptions.all()] == [
            (date(2027, 1, 4), []),
            (date(2027, 2, 10), [["08:00", "11:30"]]),
        ]
        again = manager.post(f"{HOURS}/calendars", {"name": "School", "text": CALENDAR.decode()})
        assert "as before" in again.content.decode()


@pytest.mark.parametrize(
    ("address", "form", "sentence"),
    [
        ("dates", {**SUMMER, "first": "soon"}, "is no date"),
        ("dates", {**SUMMER, "first": "2028-01-01"}, "comes before the first"),
        ("dates", {**SUMMER, "last": "2037-01-01"}, "more than 400 days"),
        ("dates", {**SUMMER, "first": "0001-01-01"}, "choose a date from"),
        ("dates", {**SUMMER, "name": " "}, "Say what these days are"),
        ("dates", {**SUMMER, "hours": "08:00-12:00, 11:00-13:00"}, "overlap"),
        ("week", {"zone": "America/New_York"}, "never opens"),
        ("week", {"zone": "US/Eastern", "mon": "8-19"}, "deprecated"),
        ("name", {"name": "24/7"}, "already"),
        ("closure", {"first": "2026-11-19", "because": ""}, "Say why you are closed"),
        ("holidays", {"country": "US", "state": "Narnia"}, "Choose a state"),
        ("calendars", {"name": "S", "text": "hello"}, "no calendar"),
        ("calendars", {"name": "", "text": "hello"}, "Give the calendar a name"),
        ("calendars/choice", {"name": "S"}, "Choose at least one event"),
        ("calendars/choice", {"name": "S", "event": ["0 x"], "hours-0": ""}, "is no date"),
        ("removal", {}, "count in"),
    ],
)
def test_bad_input_gets_a_sentence(
    address: str, form: dict[str, object], sentence: str, manager: Client
) -> None:
    answer = manager.post(f"{HOURS}/{address}", form)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert current_version().number == 1


def test_what_a_calendar_says_is_shown_and_never_run(manager: Client, hours: Coverage) -> None:
    evil = "<script>alert(1)</script>\x00\x1b"
    told = manager.post(f"{HOURS}/dates", {**SUMMER, "name": evil}).content.decode()
    manager.post(f"{HOURS}/dates", confirmed(told))
    assert hours.exceptions.get().name == "<script>alert(1)</script>"
    for address in ("", "/dates", "/history"):
        asked = f"{HOURS}{address}?year=2026"
        assert "<script>alert" not in manager.get(asked).content.decode()


def test_a_coverage_is_made_and_removed_and_comes_back(manager: Client, town: Town) -> None:
    form = {"name": "Nights", "zone": "America/Denver", "mon": "22:00-06:00", "district": ""}
    answer = manager.post("/promises/coverages", form)
    assert answer["Location"].startswith("/promises/coverages/nights?done=")
    page = manager.get(answer["Location"]).content.decode()
    assert "10:00 pm until 6:00 am the next day" in page
    removed = manager.post("/promises/coverages/nights/removal")
    assert "Removed Nights." in manager.get(removed["Location"]).content.decode()
    edit = CoverageEdit.objects.first()
    assert edit is not None
    manager.post(f"/promises/coverages/edits/{edit.pk}/undo")
    assert Coverage.objects.filter(key="nights").exists()


def test_agents_look_and_are_offered_nothing_to_edit(town: Town, hours: Coverage) -> None:
    agent = browser(town.ana.person)
    for address in ("", "/week", "/dates", "/holidays", "/calendars", "/history"):
        page = agent.get(HOURS + address).content.decode()
        main = page[page.index("<main") : page.index("</main>")]
        assert "<form" not in main and "Close for an emergency" not in page
    assert "<form" not in _main(agent.get("/promises/coverages").content.decode())
    assert agent.post(f"{HOURS}/dates", SUMMER).status_code == 403
    assert agent.get(f"{HOURS}/closure").status_code == 403


def _main(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")]


def test_the_year_tells_each_day_in_words_and_as_a_table_c2(manager: Client) -> None:
    with moved_to(at("2026-11-25 09:00")):
        page = manager.get(f"{HOURS}?day=2026-11-26").content.decode()
    assert "School year 2026–27" in page
    assert page.count('class="day shade-') >= 365
    told = re.search(r'id="day" role="status">([^<]+)<', page)
    assert told and told[1] == "Thursday, November 26, 2026: closed (Thanksgiving Day)."
    assert "this day has 23 hours" in page and "<small>25h</small>" in page
    assert "The year as a table" in page
    assert manager.get(f"{HOURS}?kind=calendar&year=2030&day=x").status_code == 200
    assert manager.get("/promises/coverages/always?done=99999999999999999999").status_code == 200


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("", 12),
        ("/week", 9),
        ("/dates", 10),
        ("/holidays", 10),
        ("/calendars", 10),
        ("/history", 12),
    ],
)
def test_no_page_asks_per_row(
    address: str,
    queries: int,
    manager: Client,
    hours: Coverage,
    town: Town,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for n in range(1, 9):
        dated.add_exception(
            hours, date(2027, 1, n), date(2027, 1, n), [], "Day", reason="x", by=town.max.person
        )
        hours.calendars.create(name=f"School {n}")
    with django_assert_max_num_queries(queries):
        assert manager.get(HOURS + address).status_code == 200
