"""Each sentence for subscribers is there in Spanish."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from deskbell.incidents import languages
from deskbell.incidents.news import words
from deskbell.incidents.tests.news import at_noon
from deskbell.look import dates

ROOM = Path(words.__file__).parents[1]
SAID = re.compile(
    r"""say\(\s*"((?:[^"\\]|\\.)*)"(?:\s*if\s\w+\s*else\s+say\("((?:[^"\\]|\\.)*)")?"""
)


def sentences() -> set[str]:
    """What templates and code say: the words of `say("...")`, `say(language, "...")` and the tables."""
    found = {
        sentence
        for file in (ROOM / "templates" / "incidents" / "news").iterdir()
        for match in SAID.finditer(file.read_text())
        for sentence in match.groups()
        if sentence
    }
    for file in (ROOM / "news").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
                said = node.args[1:2]
                found |= {each.value for each in said if isinstance(each, ast.Constant)}
    tables = (languages.PHASES, words.NOTICES, languages.STATES, words.ZONES)
    return found | {sentence for table in tables for sentence in table.values()}


def test_every_sentence_has_its_spanish() -> None:
    found = sentences()
    assert len(found) > 50
    assert sorted(found - words.ES.keys()) == []


@pytest.mark.parametrize("english", words.ES)
def test_a_sentence_names_the_same_in_both_languages(english: str) -> None:
    places = re.compile(r"\{\w+\}")
    assert sorted(places.findall(english)) == sorted(places.findall(words.ES[english]))


def test_instants_are_said_in_both_languages() -> None:
    with at_noon() as now:
        assert dates.moment(now, "America/New_York", "en") == "Mon, Nov 30, 12:00 pm Eastern"
        spanish = dates.moment(now, "America/New_York", "es")
        assert spanish == "lun, 30 nov, 12:00\xa0p.\xa0m., hora del Este"
        assert dates.stretch(now, now, "Europe/Madrid", "es").endswith("hora de Madrid")
