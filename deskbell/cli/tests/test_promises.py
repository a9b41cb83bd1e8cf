"""`deskbell sla explain`: what a page shows, for people and for scripts."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from deskbell.cli import main
from deskbell.lib.clock import moved_to
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import reply
from deskbell.tickets.words import Words
from tests.town import Town, at


@pytest.fixture
def ticket(town: Town) -> Ticket:
    with moved_to(at("2026-11-23 16:50")):
        ticket = open_for_customer("Black screen", Words("Dark"), requester=town.tess)
    with moved_to(at("2026-11-24 08:40")):
        reply(ticket, Words("On it"), by=town.ana)
    return ticket


@pytest.fixture(autouse=True)
def _a_database_of_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command asks no embedded server: the database of the test is there already."""
    monkeypatch.setenv("DATABASE_URL", "postgres://the-one-of-the-test")


def run(*words: str) -> Result:
    with moved_to(at("2026-11-24 12:00")):
        return CliRunner().invoke(main, ["sla", "explain", *words])


def test_it_prints_the_sentence_the_promise_and_the_spans(ticket: Ticket) -> None:
    told = run(str(ticket.number), "--metric", "first_reply").stdout
    assert "First reply 1 (kept): We promised a first reply within 4 business hours" in told
    assert "Normal impact: 4 h of Business hours, by Standard Support, version 1" in told
    assert "Mon, Nov 23, 4:50 pm to 7:00 pm" in told and "2 h 10 min" in told
    assert "Update" not in told


def test_it_tells_the_same_in_spanish(ticket: Ticket) -> None:
    told = run(str(ticket.number), "--metric", "first_reply", "--language", "es").stdout
    assert "Primera respuesta 1 (cumplido): Prometimos una primera respuesta en 4 horas" in told
    assert "Impacto normal: 4 h (Horario de atención), según Standard Support, versión 1" in told
    assert "lun, 23 nov, 4:50 p. m. a 7:00 p. m." in told and "Por qué" in told


def test_json_is_json_and_nothing_else(ticket: Ticket) -> None:
    told = json.loads(run(str(ticket.number), "--json").stdout)
    assert [(c["metric"], c["standing"]) for c in told["clocks"]] == [
        ("periodic_update", "running"),
        ("first_reply", "met"),
    ]
    assert told["clocks"][1]["due"] == "2026-11-24T14:50:00Z"
    assert len(told["versions"][0]["digest"]) == 64


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["99999"], "There is no ticket #99999."),
        (["1", "--metric", "speed"], "“speed” is no metric: write one of first_reply"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(
    ticket: Ticket, words: list[str], sentence: str
) -> None:
    result = run(*words)
    assert (result.exit_code, sentence in result.stderr) == (1, True)


def test_a_metric_without_a_clock_says_so(ticket: Ticket) -> None:
    assert "Nothing of that kind" in run(str(ticket.number), "--metric", "resolution").stdout
