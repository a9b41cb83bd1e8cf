"""Search: stems, synonyms, half typed words, words typed wrong, two languages, and nothing found."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deskbell.helpcenter import limits, publishing, ranking, snippets, synonyms
from deskbell.helpcenter.folding import distance, folded
from deskbell.helpcenter.models import Audience, Edition, Search
from deskbell.helpcenter.searching import search, suggest
from deskbell.helpcenter.tests.conftest import BrowserOf, Publish
from deskbell.lib.errors import Refused
from deskbell.lib.slips import shapes
from tests.town import Town


@pytest.fixture
def shelf(publish: Publish) -> dict[str, Edition]:
    """A few articles that questions are about."""
    return {
        "black": publish("The screen stays black", "Press reload. Close other tabs with video."),
        "print": publish("Print from an app", "Choose the printer. Plotters need a setting."),
        "password": publish(
            "Reset a student’s password", "Search for the student in the directory."
        ),
        "roster": publish("A class is missing", "Rosters arrive every night from Clever."),
    }


def titles(text: str, language: str = "en") -> list[str]:
    return [each.title for each in search(text, None, language).editions]


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("black screen", "The screen stays black"),
        ("screens", "The screen stays black"),  # another form
        ("printing", "Print from an app"),
        ("prin", "Print from an app"),  # half typed
        ("passw", "Reset a student’s password"),
        ("pupil passcode", "Reset a student’s password"),  # other words for it
        ("blank screen", "The screen stays black"),
        ("class list", "A class is missing"),
        ("pasword", "Reset a student’s password"),  # typed wrong
        ("plotetrs", "Print from an app"),
        ("clevre rostres", "A class is missing"),
        ("my screen is black what do i do", "The screen stays black"),
        ("STUDENTS PASSWORD?!", "Reset a student’s password"),
    ],
)
def test_a_question_finds_its_answer(asked: str, first: str, shelf: dict[str, Edition]) -> None:
    assert titles(asked)[:1] == [first]


@pytest.mark.parametrize(
    "asked", ["", "   ", "the", "?!", "'; drop table x", "a & | ! ( ) :*", "<->"]
)
def test_what_means_nothing_breaks_nothing(asked: str, shelf: dict[str, Edition]) -> None:
    titles(asked)


def test_what_was_typed_wrong_is_said(shelf: dict[str, Edition], client: Client) -> None:
    assert search("pasword", None, "en").instead == "password"
    page = client.get("/help/search", {"q": "pasword"}).content.decode()
    assert "You see what is found for “password”" in page
    assert search("password", None, "en").instead == ""


def test_spanish_with_and_without_its_accents(publish: Publish) -> None:
    publish("Restablecer una contraseña", "La impresión y el sonido.", language="es")
    for asked in ("contraseña", "contrasena", "contraseñas", "impresiones", "clave", "contrasenna"):
        assert titles(asked, "es") == ["Restablecer una contraseña"], asked


def test_the_other_language_is_better_than_nothing(
    shelf: dict[str, Edition], client: Client
) -> None:
    found = search("plotters", None, "es")
    assert found.language == "en" and found.editions[0].title == "Print from an app"
    assert "Esto está en English" in client.get("/help/es/search?q=plotters").content.decode()


def test_a_title_weighs_more_than_the_text(publish: Publish) -> None:
    publish("Plotters", "Nothing.")
    publish("Paper", "Plotters plotters plotters.")
    assert titles("plotters")[0] == "Plotters"


def test_nobody_finds_what_they_may_not_read(
    publish: Publish, client: Client, browser_of: BrowserOf, town: Town
) -> None:
    publish("Firewall of the district", audience=Audience.DISTRICT, district=town.north_valley)
    publish("Codes", "firewall", audience=Audience.AGENTS)
    for path in ("/help/search?q=firewall", "/help/suggestions.json?q=firewall"):
        assert "of the district" not in client.get(path).content.decode()
        assert "of the district" in browser_of(town.olivia).get(path).content.decode()
        assert "of the district" not in browser_of(town.sam).get(path).content.decode()
        assert "Codes" in browser_of(town.ana).get(path).content.decode()


def test_what_is_withdrawn_is_not_found(shelf: dict[str, Edition]) -> None:
    publishing.withdraw(shelf["print"])
    assert titles("plotters") == []


def test_nothing_found_says_what_to_do(shelf: dict[str, Edition], client: Client) -> None:
    page = client.get("/help/search?q=zzzgibberish").content.decode()
    assert "Nothing found for “zzzgibberish”" in page and "Ask us." in page
    assert "/status" in page and "Sign-in and rosters" in page


def test_suggestions_for_programs(shelf: dict[str, Edition], client: Client) -> None:
    answer = client.get("/help/suggestions.json?q=passw&lang=en")
    (first,) = answer.json()["articles"]
    assert first["title"] == "Reset a student’s password"
    assert first["path"].startswith("/help/articles/") and first["address"].startswith("http")
    assert answer["Cache-Control"].startswith("public")
    again = client.get(
        "/help/suggestions.json?q=passw&lang=en", headers={"If-None-Match": answer["ETag"]}
    )
    assert again.status_code == 304


def test_only_sites_of_the_bubble_may_read_suggestions(
    shelf: dict[str, Edition], client: Client, settings: LazySettings
) -> None:
    settings.BUBBLE_ORIGINS = ["https://portal.example"]
    path, header = "/help/suggestions.json?q=passw", "Access-Control-Allow-Origin"
    known = client.get(path, headers={"Origin": "https://portal.example"})
    assert known[header] == "https://portal.example" and "Origin" in known["Vary"]
    assert header not in client.get(path, headers={"Origin": "https://other.example"})
    assert "Access-Control-Allow-Credentials" not in known


def test_a_program_that_asks_too_fast_has_to_wait(
    shelf: dict[str, Edition], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_counts", limits.Counts(2, 10))
    codes = [client.get("/help/suggestions.json?q=a").status_code for _ in range(3)]
    assert codes == [200, 200, 429]


def test_another_address_of_the_same_network_has_to_wait_as_well(
    shelf: dict[str, Edition], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_counts", limits.Counts(2, 10))
    asking = [f"2001:db8:0:ff0{each}::1" for each in range(3)]
    path = "/help/suggestions.json?q=a"
    codes = [client.get(path, REMOTE_ADDR=each).status_code for each in asking]
    assert codes == [200, 200, 429]
    assert client.get(path, REMOTE_ADDR="2001:db8:1::1").status_code == 200


def test_a_bucket_fills_again() -> None:
    counts = limits.Counts(60, 2)
    for _ in range(60):
        counts.ask("a", 0.0)
    with pytest.raises(limits.TooMany):
        counts.ask("a", 0.0)
    counts.ask("a", 1.5)
    counts.ask("b", 1.5)
    counts.ask("c", 1.5)  # "a" is forgotten: so many machines only
    counts.ask("a", 1.5)


def test_what_is_asked_is_counted_without_who(shelf: dict[str, Edition], client: Client) -> None:
    for _ in range(2):
        client.get("/help/search", {"q": "Parent Portal"})
    client.get("/help/search", {"q": "tess@northvalley.example 555-123-4567 webcam"})
    client.get("/help/search", {"q": "password"})
    kept = {each.words: (each.times, each.found) for each in Search.objects.all()}
    assert kept == {"parent portal": (2, 0), "webcam": (1, 0), "password": (1, 1)}


def test_words_of_an_article_are_marked_and_stay_harmless() -> None:
    shown = snippets.snippet("Hold <b>the</b> power button. " * 20 + "Then print it.", ["printing"])
    assert shown.endswith("Then <mark>print</mark> it.") and shown.startswith("… ")
    assert "<b>" not in shown and len(shown) < 500
    assert snippets.marked("<i>Contraseña</i>", ["contrasena"]) == (
        "&lt;i&gt;<mark>Contraseña</mark>&lt;/i&gt;"
    )


def test_own_synonyms(shelf: dict[str, Edition]) -> None:
    assert titles("drawing machine") == []
    synonyms.save("en", "drawing machine, plotters\n")
    assert titles("drawing machine") == ["Print from an app"]
    assert synonyms.written("en") == "drawing machine, plotters"
    with pytest.raises(Refused, match="stands alone"):
        synonyms.save("en", "plotter")


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [("abc", "abc", 0), ("abc", "abd", 1), ("abc", "acb", 1), ("abc", "abcd", 1), ("abc", "", 3)],
)
def test_how_far_words_are_apart(one: str, other: str, far: int) -> None:
    assert distance(one, other) == distance(other, one) == far
    if far == 1:
        assert set(shapes(one)) & set(shapes(other))


def test_folding_keeps_places() -> None:
    assert folded("Contraseña ﬁn Ä") == "contrasena ﬁn a"


def test_a_search_costs_as_many_queries_among_many(
    shelf: dict[str, Edition], publish: Publish
) -> None:
    def cost(text: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            found = suggest(text, None, "en")
            assert found.paths()
        return len(asked)

    for number in range(
        3
    ):  # with fewer, a second query looks for those that have some of the words
        publish(f"Password {number}")
    few = [cost("password"), cost("pasword")]
    for number in range(8):
        publish(f"Password and more {number}")
    assert [cost("password"), cost("pasword")] == few
    assert max(few) <= 12


def test_a_search_leaves_the_planner_as_it_was(shelf: dict[str, Edition]) -> None:
    suggest("password", None, "en")
    with connection.cursor() as cursor:
        cursor.execute("SHOW enable_seqscan")
        assert cursor.fetchone() == ("on",)


def test_the_best_come_first_where_more_are_found_than_are_ranked(
    publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "CANDIDATES", 8)
    publish("Plotters", "Paper and ink.")
    publish("Scanners", "An unheard word: frobnicate.")
    for number in range(9):
        publish(f"Paper {number}", "All about plotters.")
    assert titles("plotters")[0] == "Plotters"
    assert "Scanners" in titles("plotters paper printer frobnicate")
