"""English and Spanish are both complete: a sentence without its Spanish, or without a use, fails here."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from deskbell.incidents import languages, status_page
from deskbell.incidents.status_page import words
from deskbell.look import dates
from tests.spanish import bare_words, otherwise_named
from tests.town import at

HERE = Path(status_page.__file__).parent
TEMPLATES = sorted((HERE.parent / "templates/incidents/status_page").glob("*.html"))
TABLES = (words.STATES, languages.PHASES, words.SEVERITIES, words.WINDOWS, words.HEADLINES)
SAID = re.compile(r"""\bt\(\s*(?:"([^"]+)"|'([^']+)')""")


def said() -> set[str]:
    """Every sentence that a page may say."""
    found = {text for table in TABLES for text in table.values()}
    for file in [*TEMPLATES, *HERE.glob("*.py")]:
        found |= {one or other for one, other in SAID.findall(file.read_text())}
    return found


def test_every_sentence_has_its_spanish_and_no_other_is_kept() -> None:
    assert len(said()) > 60
    named_by_lists = {"Impact", "Causes", "What happened", "What we do about it"}
    assert said() - words.ES.keys() == set()
    assert words.ES.keys() - said() - named_by_lists - {"Nothing at this address"} == set()


def test_both_say_the_same_numbers_and_names() -> None:
    assert otherwise_named(words.ES) == []


def test_templates_say_nothing_that_was_not_translated() -> None:
    assert set(bare_words(TEMPLATES)) <= {"Atom", "RSS", "JSON"}


@pytest.mark.parametrize(
    ("language", "moment", "month", "zone"),
    [
        ("en", "Mon, Nov 30, 3:05 pm Eastern", "November 2026", "Eastern time"),
        (
            "es",
            "lun, 30 nov, 3:05\xa0p.\xa0m., hora del Este",
            "noviembre de 2026",
            "hora del Este",
        ),
    ],
)
def test_dates_in_both(
    language: str, moment: str, month: str, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deskbell.lib.clock.now", lambda: at("2026-11-01 12:00"))
    assert dates.moment(at("2026-11-30 15:05"), "America/New_York", language) == moment
    assert dates.month(date(2026, 11, 1), language) == month
    assert dates.zone_name("America/New_York", language) == zone
    assert dates.zone_name("Europe/Madrid", language).endswith(
        "Madrid" if language == "es" else "Madrid time"
    )
    assert "2025" in dates.day(at("2025-11-30 15:05"), "America/New_York", language)
