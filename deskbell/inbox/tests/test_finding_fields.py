"""The search box finds tickets by what they hold in custom fields, and offers them while one types."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deskbell.inbox.finding import lists
from deskbell.inbox.finding.asking import find, numbers_of
from deskbell.inbox.finding.completing import completions
from deskbell.lib.errors import Refused
from deskbell.tickets.fields.defining import Written, archive, define
from deskbell.tickets.fields.models import Choice, CustomField, Holds
from deskbell.tickets.fields.setting import set_field
from deskbell.tickets.finding.filters import Asker
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town, at

HELD = {
    "first": {
        "room": ["B12"],
        "seats": ["12"],
        "bought": ["2026-11-19"],
        "loaner": ["yes"],
        "device": ["ipad"],
        "fails": ["sound", "screen"],
    },
    "second": {
        "room": ["gym"],
        "seats": ["100"],
        "bought": ["2024-05-02"],
        "loaner": ["no"],
        "device": ["windows_laptop"],
        "fails": ["sound"],
    },
    "third": {},
}


@pytest.fixture
def fields(db: None) -> dict[str, CustomField]:
    devices = [Choice("", "iPad"), Choice("", "Windows laptop"), Choice("", "Windows tablet")]
    made = [
        define(Written("Room")),
        define(Written("Seats", Holds.NUMBER)),
        define(Written("Bought", Holds.DATE)),
        define(Written("Loaner", Holds.YES_NO)),
        define(Written("Device", Holds.ONE, choices=devices)),
        define(
            Written("Fails", Holds.SEVERAL, choices=[Choice("", "Sound"), Choice("", "Screen")])
        ),
    ]
    return {each.key: each for each in made}


@pytest.fixture
def asker(town: Town) -> Asker:
    return Asker(town.ana, "America/New_York", at("2026-11-20 10:00"))


@pytest.fixture
def subjects(town: Town, fields: dict[str, CustomField]) -> dict[int, str]:
    found = {}
    for subject, held in HELD.items():
        ticket = open_for_customer(subject, Words("Dark"), requester=town.tess)
        for key, given in held.items():
            set_field(ticket, fields[key], given, by=town.ana.person)
        found[ticket.number] = subject
    return found


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("field.room:b12", "first"),
        ("Field.Room:GYM,B12", "first second"),
        ("-field.room:b12", "second third"),
        ("field.room:b1", ""),
        ("field.room:any", "first second"),
        ("field.room:none", "third"),
        ("field.seats:12", "first"),
        ("field.seats:12.0", "first"),
        ("field.seats:>12", "second"),
        ("field.seats:>=12", "first second"),
        ("field.seats:9..12.5", "first"),
        ("field.seats:<=0", ""),
        ("field.bought:2026-11-19", "first"),
        ("field.bought:yesterday", "first"),
        ("field.bought:<1w", "first"),
        ("field.bought:2024-01-01..2024-12-31", "second"),
        ("field.bought:<2026-11-19", "second"),
        ("field.loaner:yes", "first"),
        ("field.loaner:no", "second"),
        ("field.device:ipad", "first"),
        ('field.device:"Windows laptop"', "second"),
        ("field.device:windows", "second"),
        ("field.device:none", "third"),
        ("field.fails:sound", "first second"),
        ("field.fails:screen field.fails:sound", "first"),
        ("gym", "second"),
    ],
)
def test_tickets_are_found_by_what_they_hold(
    question: str, expected: str, subjects: dict[int, str], asker: Asker
) -> None:
    found = [subjects[number] for number in numbers_of(question, asker, most=10)]
    assert found == expected.split()


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("field.rom:b12", "There is no field “rom”. There are: field.room:, field.seats:"),
        ("field.seats:many", "“Seats” is a number: “many” is none"),
        ("field.seats:>", "“Seats” is a number"),
        ("field.bought:someday", "someday"),
        ("field.device:tv", "“tv” is no choice of “Device”. There are: iPad, Windows laptop"),
        ("field.room:", "Say what “field.room:” should be"),
    ],
)
def test_what_can_not_be_found_so_is_told(
    question: str, sentence: str, subjects: dict[int, str], asker: Asker
) -> None:
    with pytest.raises(Refused) as refusal:
        find(question, asker)
    assert sentence in str(refusal.value)


def test_a_word_with_a_point_and_a_colon_stays_a_word(
    subjects: dict[int, str], asker: Asker
) -> None:
    assert numbers_of("settings.py:40", asker, most=10) == []


def test_an_archived_field_is_found_still_and_offered_no_more(
    fields: dict[str, CustomField], subjects: dict[int, str], asker: Asker
) -> None:
    archive(fields["room"])
    assert len(numbers_of("field.room:b12", asker, most=10)) == 1
    assert completions("roo") == []


@pytest.mark.parametrize(
    ("begun", "texts"),
    [
        ("roo", ["field.room:"]),
        ("field.s", ["field.seats:"]),
        ("-field.loan", ["-field.loaner:"]),
        ("field.device:win", ['field.device:"Windows laptop" ', 'field.device:"Windows tablet" ']),
        ("field.loaner:", ["field.loaner:Yes ", "field.loaner:No ", "field.loaner:any "]),
        ("field.nothing:", []),
        ("fiel", [f"field.{key}:" for key in HELD["first"]]),
    ],
)
def test_the_box_offers_fields_and_their_choices(
    begun: str, texts: list[str], fields: dict[str, CustomField], town: Town
) -> None:
    assert [each.text for each in completions(begun)][: len(texts) or 1] == texts


def test_a_view_keeps_such_a_question_and_counts_it(subjects: dict[int, str], asker: Asker) -> None:
    saved = lists.save("field.device:none", "Unknown devices", by=asker.agent, shared=False)
    assert lists.counts_of([lists.as_view(saved)], asker) == {f"saved-{saved.pk}": "1"}


def test_a_field_costs_one_query_however_many_tickets_hold_it(
    subjects: dict[int, str], asker: Asker
) -> None:
    find("is:unfinished sort:newest", asker)  # what is remembered for longer is asked for once
    with CaptureQueriesContext(connection) as one:
        find("field.room:b12", asker)
    with CaptureQueriesContext(connection) as two:
        find("field.room:any", asker)
    with CaptureQueriesContext(connection) as without:
        find("is:unfinished sort:newest", asker)
    assert len(one) == len(two) == len(without) + 1


def test_what_is_emptied_is_found_no_more(
    fields: dict[str, CustomField], subjects: dict[int, str], asker: Asker
) -> None:
    (number,) = numbers_of("gym", asker, most=2)
    set_field(Ticket(pk=number), fields["room"], [""], by=asker.agent.person)
    assert numbers_of("gym", asker, most=2) == numbers_of("field.room:gym", asker, most=2) == []
