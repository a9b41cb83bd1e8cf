"""Custom fields: how they are defined, what tickets hold in them, and what each change leaves behind."""

from __future__ import annotations

from typing import Any

import pytest

from deskbell.lib.errors import NotFound, Refused
from deskbell.tickets import macros
from deskbell.tickets.bulk import changing
from deskbell.tickets.events import Kind
from deskbell.tickets.fields.defining import (
    Written,
    archive,
    bring_back,
    change,
    current_fields,
    define,
    field_with_key,
    move,
)
from deskbell.tickets.fields.models import Choice, CustomField, Holds
from deskbell.tickets.fields.reading import read_value, said
from deskbell.tickets.fields.setting import set_field
from deskbell.tickets.finding.filters import Asker
from deskbell.tickets.macros import Action
from deskbell.tickets.merging import merge, unmerge
from deskbell.tickets.models import State, Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import reply
from deskbell.tickets.solving import set_state
from deskbell.tickets.words import Words
from tests.town import Town

DEVICES = (Choice("", "Chromebook"), Choice("", "iPad"), Choice("", "Windows laptop", "Portátil"))


def a_field(name: str, holds: Holds = Holds.TEXT, **more: Any) -> CustomField:
    return define(Written(name, holds, **more))


@pytest.fixture
def room(db: None) -> CustomField:
    return a_field("Room")


@pytest.fixture
def device(db: None) -> CustomField:
    return a_field("Device", Holds.ONE, choices=DEVICES)


def named(made: CustomField) -> list[str]:
    return [each.name for each in made.offered()]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Serial number", "serial_number"),
        ("  Año   de compra ", "ano_de_compra"),
        ("3D printer", "3d_printer"),
        ("设备", "field"),
    ],
)
def test_a_field_gets_a_key_of_plain_letters_from_its_name(db: None, name: str, key: str) -> None:
    assert a_field(name).key == key


def test_the_key_stays_and_is_never_given_twice(room: CustomField) -> None:
    change(room, Written("Class room"))
    assert (room.key, room.name) == ("room", "Class room")
    assert a_field("Room").key == "room_2"


def test_two_fields_never_have_one_name(room: CustomField) -> None:
    with pytest.raises(Refused, match="There is a field “room” already"):
        a_field("room")
    archive(room)
    with pytest.raises(Refused, match="is archived"):
        a_field("Room")


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (Written(" "), "Give the field a name"),
        (Written("x" * 61), "Give the field a name"),
        (Written("Room", "money"), "Choose what the field holds"),
        (Written("Room", help="x" * 201), "at most 200 characters"),
        (Written("Room", customers="admired"), "what customers have to do"),
        (Written("Device", Holds.ONE), "what there is to choose from in “Device”"),
        (Written("Device", Holds.ONE, choices=[DEVICES[0], DEVICES[0]]), "stands twice"),
    ],
)
def test_what_is_no_definition_is_refused(db: None, written: Written, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        define(written)
    assert not CustomField.objects.exists()


def test_an_archived_field_is_asked_of_no_ticket_and_can_come_back(
    room: CustomField, ticket: Ticket, town: Town
) -> None:
    set_field(ticket, room, ["204"], by=town.ana.person)
    archive(room)
    assert current_fields() == ()
    with pytest.raises(NotFound):
        field_with_key("room")
    bring_back(room)
    ticket.refresh_from_db()
    assert (current_fields(), ticket.field_values) == ((room,), {"room": "204"})


def test_it_cannot_come_back_beside_one_of_its_name(room: CustomField) -> None:
    archive(room)
    a_field("Class room")
    CustomField.objects.filter(key="class_room").update(name="Room")
    with pytest.raises(Refused, match="There is a field “Room” already"):
        bring_back(room)


def test_fields_change_their_places(db: None) -> None:
    one, two, three = (a_field(name) for name in ("One", "Two", "Three"))
    move(three, up=True)
    move(one, up=True)  # it is the first already
    assert current_fields() == (one, three, two)
    move(one, up=False)
    assert current_fields() == (three, one, two)


def test_a_choice_keeps_its_key_when_it_is_renamed_and_is_retired_when_it_is_left_out(
    device: CustomField, ticket: Ticket, town: Town
) -> None:
    set_field(ticket, device, ["ipad"], by=town.ana.person)
    kept = [Choice("windows_laptop", "PC"), Choice("chromebook", "Chromebook")]
    change(device, Written("Device", choices=kept))
    assert named(device) == ["PC", "Chromebook"]
    assert said(device, "windows_laptop") == "PC"
    assert said(device, "ipad") == "iPad", "what tickets hold keeps its name"
    assert read_value(device, ["ipad"], kept="ipad") == "ipad", "and stays where it is"
    with pytest.raises(Refused, match="“ipad” is no choice of “Device”"):
        read_value(device, ["ipad"])


def test_a_choice_of_a_name_that_was_there_before_is_the_same_again(device: CustomField) -> None:
    change(device, Written("Device", choices=[Choice("ipad", "iPad")]))
    change(device, Written("Device", choices=[Choice("ipad", "iPad"), Choice("", "Chromebook")]))
    assert [each.key for each in device.offered()] == ["ipad", "chromebook"]


READ = [
    (Holds.TEXT, ["  a \n b "], "a b"),
    (Holds.TEXT, ["  "], None),
    (Holds.NUMBER, ["1,200"], 1200),
    (Holds.NUMBER, ["-3.50"], -3.5),
    (Holds.DATE, ["2026-11-20"], "2026-11-20"),
    (Holds.YES_NO, ["no"], False),
    (Holds.ONE, ["ipad"], "ipad"),
    (Holds.SEVERAL, ["windows_laptop", "chromebook"], ["chromebook", "windows_laptop"]),
    (Holds.SEVERAL, [""], None),
]


@pytest.mark.parametrize(("holds", "given", "value"), READ)
def test_what_a_form_brings_is_read_by_what_the_field_holds(
    db: None, holds: Holds, given: list[str], value: object
) -> None:
    choices = DEVICES if holds in {Holds.ONE, Holds.SEVERAL} else ()
    assert read_value(a_field("It", holds, choices=choices), given) == value


BAD = [
    (Holds.TEXT, "x" * 201, "at most 200 characters; this has 201"),
    (Holds.NUMBER, "12 px", "“12 px” is none. Write it like 12 or 3.5"),
    (Holds.NUMBER, "3,5", "“3,5” is none"),
    (Holds.NUMBER, "1" * 13, "is none"),
    (Holds.NUMBER, "٣", "is none"),
    (Holds.DATE, "2026-02-30", "“2026-02-30” is none. Write it like 2026-11-20"),
    (Holds.DATE, "0026-11-20", "is none"),
    (Holds.DATE, "20261120", "is none"),
    (Holds.YES_NO, "perhaps", "“It” is yes or no"),
    (Holds.SEVERAL, "tv", "“tv” is no choice of “It”. There are: Chromebook, iPad"),
]


@pytest.mark.parametrize(("holds", "given", "sentence"), BAD)
def test_what_is_no_value_is_refused_with_a_sentence(
    db: None, holds: Holds, given: str, sentence: str
) -> None:
    choices = DEVICES if holds == Holds.SEVERAL else ()
    with pytest.raises(Refused, match="“It”") as refusal:
        read_value(a_field("It", holds, choices=choices), [given])
    assert sentence in str(refusal.value)


def test_values_are_said_in_words_in_both_languages(db: None) -> None:
    device = a_field("Device", Holds.SEVERAL, choices=DEVICES)
    assert said(device, ["ipad", "windows_laptop"]) == "iPad, Windows laptop"
    assert said(device, ["ipad", "windows_laptop"], "es") == "iPad, Portátil"
    yes_no = a_field("Loaner", Holds.YES_NO)
    assert (said(yes_no, True), said(yes_no, False, "es")) == ("Yes", "No")
    number = a_field("Seats", Holds.NUMBER)
    assert (said(number, 1200), said(number, 0.1), said(number, None)) == ("1200", "0.1", "")


def test_each_change_is_an_event_with_who_and_what_was_before(
    device: CustomField, ticket: Ticket, town: Town
) -> None:
    set_field(ticket, device, ["ipad"], by=town.ana.person)
    set_field(ticket, device, ["ipad"], by=town.ben.person)
    set_field(ticket, device, ["chromebook"], by=town.ben.person)
    set_field(ticket, device, [], by=town.ana.person)
    events = list(ticket.events.filter(kind=Kind.FIELD).select_related("by"))
    told = [(each.by, each.data["said_before"], each.data["said"]) for each in events]
    assert told == [
        (town.ana.person, "", "iPad"),
        (town.ben.person, "iPad", "Chromebook"),
        (town.ana.person, "Chromebook", ""),
    ]
    ticket.refresh_from_db()
    assert ticket.field_values == {}


def test_zero_is_a_value_and_nothing_is_none(ticket: Ticket, town: Town) -> None:
    seats = a_field("Seats", Holds.NUMBER)
    set_field(ticket, seats, ["0"], by=town.ana.person)
    assert ticket.events.filter(kind=Kind.FIELD).count() == 1
    ticket.refresh_from_db()
    assert ticket.field_values == {"seats": 0}


def test_a_ticket_is_not_solved_while_what_is_needed_is_empty(
    ticket: Ticket, town: Town, room: CustomField
) -> None:
    cause = a_field("Root cause", required=True)
    a_field("Invoice", required=True, categories=["billing"])
    reply(ticket, Words("Done"), by=town.ana)
    with pytest.raises(Refused, match="Fill in “Root cause” first"):
        set_state(ticket, State.SOLVED, by=town.ana)
    with pytest.raises(Refused, match="Fill in “Root cause” first"):
        set_state(ticket, State.SOLVED, by=town.ana, unanswered=True)
    change(room, Written("Room", required=True))
    with pytest.raises(Refused, match="Fill in “Room” and “Root cause” first"):
        set_state(ticket, State.SOLVED, by=town.ana)
    set_state(ticket, State.PENDING, by=town.ana)
    for field in (room, cause):
        set_field(ticket, field, ["x"], by=town.ana.person)
    assert set_state(ticket, State.SOLVED, by=town.ana).state == State.SOLVED


def test_an_archived_field_is_needed_by_none(ticket: Ticket, town: Town) -> None:
    archive(a_field("Root cause", required=True))
    assert set_state(ticket, State.SOLVED, by=town.ana, unanswered=True).state == State.SOLVED


@pytest.fixture
def many(town: Town) -> list[int]:
    return [
        open_for_customer(str(number), Words("x"), requester=town.tess).number
        for number in range(3)
    ]


def values(numbers: list[int]) -> list[dict[str, object]]:
    found = Ticket.objects.filter(pk__in=numbers).order_by("pk")
    return list(found.values_list("field_values", flat=True))


def test_many_are_set_at_once_and_only_what_nobody_has_touched_is_taken_back(
    town: Town, many: list[int], room: CustomField, device: CustomField
) -> None:
    set_field(Ticket(pk=many[0]), room, ["7"], by=town.ana.person)
    sets = changing.begin(many, "field", "room=204", by=town.ana)
    assert changing.said(sets) == "Set “Room” to 204"
    changing.carry_out(sets)
    assert values(many) == [{"room": "204"}] * 3
    set_field(Ticket(pk=many[1]), room, ["9"], by=town.ben.person)
    back = changing.begin_undoing(sets.pk, by=town.ana)
    changing.carry_out(back)
    assert values(many) == [{"room": "7"}, {"room": "9"}, {}]
    empties = changing.begin(many, "field", "room=", by=town.ana)
    changing.carry_out(empties)
    assert values(many) == [{}] * 3


def test_of_many_those_that_lack_what_is_needed_are_counted_and_told(
    town: Town, many: list[int], room: CustomField
) -> None:
    change(room, Written("Room", required=True))
    set_field(Ticket(pk=many[0]), room, ["7"], by=town.ana.person)
    solving = changing.begin(many, "state", "solved", by=town.ana, unanswered=True)
    changing.carry_out(solving)
    notes = [(line.outcome, line.note[:22]) for line in solving.lines.all()]
    assert notes == [("done", ""), *[("refused", "Fill in “Room” first: ")] * 2]


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("hall=2", "Choose a field that tickets have"),
        ("device=tv", "“tv” is no choice of “Device”"),
        ("room=" + "x" * 600, "more than can be set on many"),
    ],
)
def test_what_many_can_not_hold_is_refused_before_any_is_touched(
    town: Town, many: list[int], device: CustomField, value: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        changing.begin(many, "field", value, by=town.ana)


def test_a_macro_sets_fields_and_leaves_out_what_is_archived(
    ticket: Ticket, town: Town, room: CustomField, device: CustomField
) -> None:
    actions = [Action("field", "device=ipad"), Action("field", "room=204")]
    macro = macros.write(macros.Written("Gym", "", "all", actions), by=town.ana)
    archive(room)
    asker = Asker(town.ana, "UTC")
    macros.carry_out(ticket, macros.actions_of(macro), by=asker)
    assert [each.said for each in macros.actions_of(macro)] == ["Set “Device” to iPad"]
    assert values([ticket.number]) == [{"device": "ipad"}]


def test_a_merge_and_a_split_leave_fields_with_their_tickets(
    town: Town, many: list[int], room: CustomField
) -> None:
    one, other = (Ticket.objects.get(pk=number) for number in many[:2])
    set_field(one, room, ["7"], by=town.ana.person)
    merge(one, other, by=town.ana)
    assert values(many[:2]) == [{"room": "7"}, {}]
    unmerge(one, by=town.ana)
    assert values(many[:2]) == [{"room": "7"}, {}]
