"""The page of what-ifs: who may see it, what the form means, what the answer shows."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deskbell.lib.clock import moved_to
from deskbell.people.models import Person
from deskbell.reports.models import Turned, WhatIf
from deskbell.reports.whatif import asking
from deskbell.sla.policies import current_version
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import reply
from deskbell.tickets.words import Words
from tests.town import Town, at

FORM = {"first": "2026-11-02", "last": "2026-11-20", "normal-first_reply": "30 min"}
NOW = at("2026-11-25 12:00")


def browser_of(person: Person | None) -> Client:
    browser = Client()
    if person:
        browser.force_login(person)
    return browser


@pytest.fixture
def max(town: Town) -> Client:
    """The manager's browser."""
    return browser_of(town.max.person)


def live_through(town: Town, tickets: int = 1) -> None:
    for _ in range(tickets):
        with moved_to(at("2026-11-10 09:00")):
            ticket = open_for_customer("Black <screen>", Words("Dark"), requester=town.tess)
        with moved_to(at("2026-11-10 10:00")):
            reply(ticket, Words("On it"), by=town.ana)


def asked(browser: Client, form: dict[str, str]) -> WhatIf:
    with moved_to(NOW):
        answer = browser.post("/reports/what-if", form)
    assert answer.status_code == 302, answer.content.decode()
    found = WhatIf.objects.get()
    assert answer["Location"] == f"/reports/what-if/{found.pk}"
    return found


def refused(browser: Client, form: dict[str, str]) -> str:
    with moved_to(NOW):
        answer = browser.post("/reports/what-if", form)
    assert answer.status_code == 422 and not WhatIf.objects.exists()
    return answer.content.decode()


def test_only_managers_and_administrators_come_in(town: Town) -> None:
    with moved_to(NOW):
        one = WhatIf.objects.create(first=NOW, last=NOW, zone="UTC", document={})
    paths = ["", "/what-if", f"/what-if/{one.pk}", f"/what-if/{one.pk}/progress"]
    for person in (town.olivia, town.sam, town.ana.person):
        assert {browser_of(person).get(f"/reports{path}").status_code for path in paths} == {403}
        assert "/reports" not in browser_of(person).get("/team").content.decode()
    assert 'href="/reports"' in browser_of(town.max.person).get("/team").content.decode()


def test_an_empty_page_says_what_to_do(max: Client) -> None:
    assert "press Replay" in max.get("/reports/what-if").content.decode()


def test_a_question_is_worked_on_answered_and_shown_with_links(max: Client, town: Town) -> None:
    live_through(town)
    one = asked(max, FORM)
    working = max.get(f"/reports/what-if/{one.pk}").content.decode()
    assert f'hx-get="/reports/what-if/{one.pk}/progress"' in working and "Cancel" in working
    bar = max.get(f"/reports/what-if/{one.pk}/progress")
    assert "HX-Refresh" not in bar and "<progress" in bar.content.decode()
    asking.answer(one.pk)
    assert max.get(f"/reports/what-if/{one.pk}/progress")["HX-Refresh"] == "true"
    shown = max.get(f"/reports/what-if/{one.pk}").content.decode()
    number = Turned.objects.get().ticket
    assert f'<a href="/tickets/{number}">#{number} Black &lt;screen&gt;</a>' in shown
    for words in (
        "Normal: first reply in 30 min",
        "met, would be missed",
        "North Valley",
        "100.0 %",
    ):
        assert words in shown
    assert "Nov 2 to Nov 20, 2026" in max.get("/reports/what-if").content.decode()


def test_the_list_is_filtered_and_paged(max: Client, town: Town) -> None:
    live_through(town, 2)
    one = asked(max, FORM)
    asking.answer(one.pk)
    row = one.turned.first()
    assert row is not None
    more = [
        Turned(whatif=one, ticket=n, metric="next_reply", ordinal=2, impact="low", to_missed=False)
        for n in range(10_000, 10_060)
    ]
    Turned.objects.bulk_create(more)
    path = f"/reports/what-if/{one.pk}"
    first = max.get(path).content.decode()
    assert first.count("no longer there") == 48 and "Next page" in first
    last = Turned.objects.get(ticket=10_047).pk
    second = max.get(f"{path}?after={last}").content.decode()
    assert second.count("no longer there") == 12 and "Next page" not in second
    only = max.get(f"{path}?metric=first_reply&impact=normal&way=missed&district={row.district}")
    assert "no longer there" not in only.content.decode()
    assert "None of these" in max.get(f"{path}?metric=resolution").content.decode()
    assert max.get(f"{path}?after=x&district=%27&way=1&metric=!").status_code == 200


def test_the_page_asks_as_often_for_many_lines_as_for_one(max: Client, town: Town) -> None:
    counts = []
    for tickets in (1, 6):
        WhatIf.objects.all().delete()
        live_through(town, tickets)
        one = asked(max, FORM)
        asking.answer(one.pk)
        for path in ("/reports/what-if", f"/reports/what-if/{one.pk}"):
            with CaptureQueriesContext(connection) as queries:
                max.get(path)
            counts.append(len(queries))
        WhatIf.objects.filter(pk=one.pk).update(document={})
        assert max.get("/reports/what-if").status_code == 200
    assert counts[:2] == counts[2:]


def test_many_earlier_ones_are_listed_in_as_many_queries_as_one(max: Client, town: Town) -> None:
    counts = []
    for many in (1, 5):
        for _ in range(many):
            WhatIf.objects.create(
                first=date(2026, 1, 1),
                last=date(2026, 1, 2),
                zone="UTC",
                document={},
                asked_by=town.max.person,
            )
        with CaptureQueriesContext(connection) as queries:
            max.get("/reports/what-if")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_it_can_be_cancelled_and_deleted(max: Client, town: Town) -> None:
    one = asked(max, FORM)
    assert max.post(f"/reports/what-if/{one.pk}/cancellation").status_code == 302
    assert "It was stopped after" in max.get(f"/reports/what-if/{one.pk}").content.decode()
    assert max.post(f"/reports/what-if/{one.pk}/deletion").status_code == 302
    assert not WhatIf.objects.exists()
    assert max.get(f"/reports/what-if/{one.pk}").status_code == 404


def test_a_period_in_which_nothing_began_says_so(max: Client, town: Town) -> None:
    one = asked(max, FORM)
    asking.answer(one.pk)
    assert "No clock began in these days" in max.get(f"/reports/what-if/{one.pk}").content.decode()


def test_every_field_of_the_form_changes_what_it_says(max: Client) -> None:
    one = asked(
        max,
        {
            **FORM,
            "normal-next_reply": "1 h 30 min",
            "normal-periodic_update": "none",
            "low-resolution": "80h",
            "coverage-high": "always",
            "hours": "business_hours",
            "week": "Mon-Thu 08:00-18:00\r\nFri 8:00-12:00, 13:00-15:00",
            "closed": "2026-11-11 2026-11-12",
            "warn_at": "50 %",
        },
    )
    base, document = current_version().document, one.document
    normal = document["targets"]["normal"]
    assert normal["first_reply"] == {"target": 1800, "coverage": "business_hours"}
    assert normal["next_reply"]["target"] == 5400 and normal["periodic_update"] is None
    assert document["targets"]["low"]["resolution"] == {
        "target": 288000,
        "coverage": "business_hours",
    }
    assert {each["coverage"] for each in document["targets"]["high"].values()} == {"always"}
    assert document["targets"]["urgent"] == base["targets"]["urgent"]
    hours = document["coverages"]["business_hours"]
    assert hours["windows"]["fri"] == [["08:00", "12:00"], ["13:00", "15:00"]]
    assert set(hours["windows"]) == {"mon", "tue", "wed", "thu", "fri"}
    assert hours["exceptions"]["2026-11-11"] == {"windows": [], "name": "Closed"}
    assert "2026-11-26" in hours["exceptions"]  # Thanksgiving stays
    assert document["warn_at"] == 0.5
    assert "Business hours: Mon-Thu 08:00-18:00; Fri 8:00-12:00, 13:00-15:00" in one.changes


def test_days_that_are_left_out_of_the_week_are_closed(max: Client) -> None:
    one = asked(max, {**FORM, "hours": "business_hours", "week": "Sat-Mon 10:00-12:00"})
    assert set(one.document["coverages"]["business_hours"]["windows"]) == {"sat", "sun", "mon"}


def test_a_document_counts_instead_of_the_fields(max: Client) -> None:
    promise = '{"targets": {"urgent": {"first_reply": {"target": 60, "coverage": "always"}}}}'
    one = asked(max, {**FORM, "document": promise})
    assert one.document["targets"]["urgent"]["first_reply"]["target"] == 60
    assert one.document["targets"]["normal"] == current_version().document["targets"]["normal"]


@pytest.mark.parametrize(
    ("field", "says"),
    [
        ({"first": "tomorrow"}, "Write the first day like"),
        ({"first": "2026-11-21"}, "before it begins"),
        ({"first": "2027-01-01", "last": "2027-01-02"}, "lies in the future"),
        ({"normal-first_reply": "soon"}, "“soon” is no time"),
        ({"normal-first_reply": "99999999999999 h"}, "too long"),
        ({"coverage-low": "nowhere"}, "no longer there"),
        ({"week": "Mon-Fri 08:00-18:00"}, "Choose the coverage"),
        ({"hours": "always", "week": "Mon-Fry 08:00-18:00"}, "can’t be read"),
        ({"hours": "always", "week": "Mon 08:00-18:00, 17:00-19:00"}, "overlap"),
        ({"hours": "always", "closed": "Monday"}, "each closed day"),
        ({"warn_at": "0"}, "from 1 to 100"),
        ({"version": "999"}, "choose another one"),
        ({"document": "{"}, "read as JSON"),
        ({"document": "[]"}, "JSON object"),
    ],
)
def test_a_mistake_becomes_a_sentence(max: Client, field: dict[str, str], says: str) -> None:
    text = refused(max, {**FORM, **field})
    assert says.replace("’", "&#39;") in text or says in text
