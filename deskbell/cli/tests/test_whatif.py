"""`deskbell sla replay`: what would have been met, for people and for scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deskbell.cli.commands import main
from deskbell.lib.clock import moved_to
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import reply
from deskbell.tickets.words import Words
from tests.town import Town, at

STRICTER = {"targets": {"normal": {"first_reply": {"target": 1800, "coverage": "always"}}}}
TRIED = {"zone": "UTC", "windows": {"tue": [["00:00", "24:00"]]}, "targets": {"first_reply": 60}}


@pytest.fixture
def ticket(town: Town) -> int:
    with moved_to(at("2026-11-10 09:00")):
        ticket = open_for_customer("Black screen", Words("Dark"), requester=town.tess)
    with moved_to(at("2026-11-10 10:00")):
        reply(ticket, Words("On it"), by=town.ana)
    return ticket.number


def replay(file: Path, *words: str) -> Result:
    days = ["--from", "2026-11-10", "--to", "2026-11-10"]
    command = ["sla", "replay", "--policy", str(file), *(words or days)]
    with moved_to(at("2026-11-25 12:00")):
        return CliRunner().invoke(main, [*command, "--json"])


@pytest.mark.parametrize("written", [STRICTER, TRIED], ids=["changes", "a file for trying"])
def test_it_prints_both_sides_and_what_changes(
    written: dict[str, object], ticket: int, tmp_path: Path
) -> None:
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(written))
    found = json.loads(replay(file).stdout)
    assert (found["from"], found["to"], found["tickets"]) == ("2026-11-10", "2026-11-10", 1)
    (row,) = found["changed"]
    due = "2026-11-10T14:30:00+00:00" if written is STRICTER else "2026-11-10T14:01:00+00:00"
    assert row == {
        "ticket": ticket,
        "impact": "normal",
        "metric": "first_reply",
        "ordinal": 1,
        "was": "met",
        "would_be": "breached",
        "due_was": "2026-11-10T18:00:00+00:00",
        "due_would_be": due,
    }
    first = found["by_metric"][0]
    assert (first["as_it_was"]["met"], first["would_be"]["breached"]) == (1, 1)
    assert {"by_impact", "by_district"} <= set(found)


def test_people_get_a_table(ticket: int, tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(STRICTER))
    days = ["--from", "2026-11-10", "--to", "2026-11-10"]
    with moved_to(at("2026-11-25 12:00")):
        answer = CliRunner().invoke(main, ["sla", "replay", "--policy", str(file), *days])
    assert answer.exit_code == 0
    assert "1 clocks would have been missed that were met" in answer.stdout
    assert "North Valley" in answer.stdout and f"#{ticket} first_reply 1" in answer.stdout


@pytest.mark.parametrize(
    ("text", "words", "says"),
    [
        ("{", ["--from", "2026-11-10", "--to", "2026-11-10"], "can't be read as JSON"),
        ("[]", ["--from", "2026-11-10", "--to", "2026-11-10"], "JSON object"),
        ("{}", ["--from", "yesterday", "--to", "2026-11-10"], "--from is “yesterday”"),
        (json.dumps(STRICTER), ["--from", "2026-11-10", "--to", "2026-11-09"], "before it begins"),
        ('{"warn_at": 9}', ["--from", "2026-11-10", "--to", "2026-11-10"], "warn_at"),
    ],
)
def test_what_can_t_be_read_is_a_sentence_and_status_1(
    text: str, words: list[str], says: str, town: Town, tmp_path: Path
) -> None:
    file = tmp_path / "policy.json"
    file.write_text(text)
    answer = replay(file, *words)
    assert answer.exit_code == 1 and answer.stdout == ""
    assert says in answer.stderr and "Traceback" not in answer.stderr
