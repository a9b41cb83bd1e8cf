"""Custom fields in the portal: asked with a new request, seen on it and in the table, in both languages."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client

from deskbell.portal.tests.conftest import ClientOf
from deskbell.tickets.events import Kind
from deskbell.tickets.fields.defining import Written, define
from deskbell.tickets.fields.models import Choice, Customers, CustomField, Holds
from deskbell.tickets.fields.setting import set_field
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town

FORM = {"subject": "No apps", "text": "x", "works": "no", "students": "few", "around": "no"}
SPANISH = {"Accept-Language": "es"}


@pytest.fixture
def browser(town: Town, portal_of: ClientOf) -> Client:
    return portal_of(town.olivia)


@pytest.fixture
def device(db: None) -> CustomField:
    return define(
        Written(
            "Device",
            Holds.ONE,
            help="It stands on the back",
            name_es="Equipo",
            help_es="Está en la parte de atrás",
            choices=[Choice("", "iPad"), Choice("", "Laptop", "Portátil")],
            customers=Customers.ASKED,
        )
    )


@pytest.fixture
def seats(db: None) -> CustomField:
    return define(Written("Seats", Holds.NUMBER, name_es="Puestos", customers=Customers.ASKED))


def page(browser: Client, path: str, headers: dict[str, str] | None = None) -> str:
    return browser.get(path, headers=headers).content.decode()


def test_what_is_asked_for_stands_on_the_request_and_is_theirs(
    town: Town, browser: Client, device: CustomField, seats: CustomField
) -> None:
    assert "It stands on the back" in page(browser, "/portal/new")
    browser.post("/portal/new", {**FORM, "field-device": "laptop", "field-seats": ""})
    ticket = Ticket.objects.get()
    assert ticket.field_values == {"device": "laptop"}
    (event,) = ticket.events.filter(kind=Kind.FIELD)
    assert (event.by, event.data["said"]) == (town.olivia, "Laptop")
    path = f"/portal/requests/{ticket.number}"
    assert "<dt>Device</dt><dd>Laptop</dd>" in page(browser, path)
    assert "<dt>Equipo</dt><dd>Portátil</dd>" in page(browser, path, headers=SPANISH)


def test_the_form_speaks_the_readers_language(browser: Client, device: CustomField) -> None:
    html = page(browser, "/portal/new", headers=SPANISH)
    assert "Equipo" in html and "Está en la parte de atrás" in html
    assert '<option value="laptop">Portátil</option>' in html


def test_a_bad_value_is_told_in_their_language_and_the_rest_stays(
    browser: Client, device: CustomField, seats: CustomField
) -> None:
    form = {**FORM, "field-device": "laptop", "field-seats": "many"}
    answer = browser.post("/portal/new", form)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "“Seats” can’t be read" in html
    assert '<option value="laptop" selected>' in html and 'value="many"' in html
    spanish = browser.post("/portal/new", form, headers=SPANISH).content.decode()
    assert "No se entiende «Puestos»" in spanish
    assert not Ticket.objects.exists()


def test_what_is_the_teams_alone_is_neither_asked_nor_shown_nor_taken(
    town: Town, browser: Client
) -> None:
    cause = define(Written("Root cause"))
    define(Written("Invoice", customers=Customers.ASKED, categories=["billing"]))
    html = page(browser, "/portal/new")
    assert "Root cause" not in html and "Invoice" not in html
    browser.post("/portal/new", {**FORM, "field-root_cause": "x", "field-invoice": "x"})
    ticket = Ticket.objects.get()
    assert ticket.field_values == {}
    set_field(ticket, cause, ["Bad cable"], by=town.ana.person)
    for path in (f"/portal/requests/{ticket.number}", "/portal", "/portal?q=cable"):
        assert "Bad cable" not in page(browser, path)
    assert "No apps" not in page(browser, "/portal?q=cable"), "a search tells nothing of it either"


def test_the_table_has_what_customers_see(town: Town, browser: Client, device: CustomField) -> None:
    cause = define(Written("Root cause"))
    ticket = open_for_customer("No apps", Words("x"), requester=town.olivia)
    set_field(ticket, device, ["laptop"], by=town.ana.person)
    set_field(ticket, cause, ["Bad cable"], by=town.ana.person)
    open_for_customer("Another", Words("x"), requester=town.olivia)
    answer = browser.get("/portal/requests.csv", headers=SPANISH)
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    assert [row[-1] for row in rows] == ["Equipo", "", "Portátil"]
