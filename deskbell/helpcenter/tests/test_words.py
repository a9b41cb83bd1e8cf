"""English and Spanish are both complete: a sentence without its Spanish, or without a use, fails here."""

from __future__ import annotations

import re
from pathlib import Path

from deskbell import helpcenter
from deskbell.helpcenter import markdown, words
from tests.spanish import bare_words, otherwise_named

HERE = Path(helpcenter.__file__).parent
# What readers see; the team's screens, in a folder below, are in English.
TEMPLATES = sorted((HERE / "templates" / "helpcenter").glob("*.html"))
SAID = re.compile(r"""\bt\(\s*(?:"([^"]+)"|'([^']+)')""")


def said() -> set[str]:
    found = set(words.FACES.values())
    for file in [*TEMPLATES, *HERE.glob("*.py"), *HERE.glob("views/*.py")]:
        if file.name != "words.py":
            found |= {one or other for one, other in SAID.findall(file.read_text())}
    return found | {"Help center"}


def test_every_sentence_has_its_spanish_and_no_other_is_kept() -> None:
    assert len(said()) > 30
    assert said() - words.ES.keys() == set()
    assert words.ES.keys() - said() == set()


def test_both_say_the_same_numbers_and_names() -> None:
    assert otherwise_named(words.ES) == []


def test_templates_say_nothing_that_was_not_translated() -> None:
    assert set(bare_words(TEMPLATES)) == set()


def test_callouts_have_a_word_in_each_language() -> None:
    assert markdown.CALLOUTS["en"].keys() == markdown.CALLOUTS["es"].keys()
