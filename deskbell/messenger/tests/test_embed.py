"""The two files that portals embed, and the make-believe portal that shows how."""

from __future__ import annotations

import gzip
import re
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from deskbell.chat.faces import Face
from deskbell.messenger import packing
from tests.town import Town

MOST_BYTES = 15 * 1024
FILES = ["/bubble.js", "/bubble.mjs"]
WORDS = [f"/bubble/words-{language}.json" for language in packing.LANGUAGES]


@pytest.fixture(autouse=True)
def plain_static_files(settings: Settings) -> None:
    backend = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": backend}


@pytest.mark.parametrize("words", WORDS)
def test_all_that_a_page_is_ever_sent_is_at_most_15_kb_on_the_wire(db: None, words: str) -> None:
    """Loader, messenger, and the words of the page's language: there is no other script, style or text."""
    total = 0
    for file in [*FILES, words]:
        answer = Client().get(file, headers={"Accept-Encoding": "gzip, br"})
        assert answer["Content-Encoding"] == "gzip"
        assert gzip.decompress(answer.content) == Client().get(file).content
        total += len(answer.content)
    assert 5_000 < total <= MOST_BYTES


def test_the_loader_alone_is_next_to_nothing(db: None) -> None:
    answer = Client().get("/bubble.js", headers={"Accept-Encoding": "gzip"})
    assert len(answer.content) < 500


def test_the_messenger_fetches_nothing_else_to_run_or_to_look_like() -> None:
    """What it fetches beside its words are answers of the desk, and pictures; it imports nothing."""
    script = packing.messenger(Face()).plain.decode()
    assert not re.findall(
        r"\bimport[ (]|[Ww]orker|stylesheet|createElement\(\"(?:script|link)", script
    )
    assert script.count("fetch(") == 4  # words, sign-out, an answer, a picture


@pytest.mark.parametrize("file", [*FILES, *WORDS])
def test_a_browser_that_has_it_is_not_sent_it_again(db: None, file: str) -> None:
    first = Client().get(file)
    again = Client().get(file, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("file", FILES)
def test_a_strict_portal_may_load_it(db: None, file: str) -> None:
    assert Client().get(file)["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize("file", ["/bubble.mjs", *WORDS])
def test_a_page_of_another_site_may_read_it(db: None, file: str) -> None:
    assert Client().get(file)["Access-Control-Allow-Origin"] == "*"


def test_it_speaks_no_other_languages(db: None) -> None:
    assert Client().get("/bubble/words-fr.json").status_code == 404


@pytest.mark.parametrize("file", FILES)
def test_its_texts_are_whole_on_a_page_of_any_encoding(db: None, file: str) -> None:
    assert Client().get(file)["Content-Type"] == "text/javascript; charset=utf-8"


def test_the_module_has_what_a_page_may_call(db: None) -> None:
    script = Client().get("/bubble.mjs").content.decode()
    named = set(re.findall(r"\bexport const (\w+)=", script))
    assert named == {"start", "open", "close", "show", "identify", "on"}


def test_nothing_in_it_can_turn_words_into_markup() -> None:
    script = (packing.loader().plain + packing.messenger(Face()).plain).decode()
    assert len(script) > 30_000
    assert not re.findall(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc"
        r"|DOMParser|document\.cookie|setAttribute\(\"style\"|globalThis|window\.\w+\s*=",
        script,
    )


def test_only_who_asked_to_be_remembered_is_kept_beyond_the_tab() -> None:
    """One line writes, and it chooses the device only by what the visitor has ticked."""
    assert packing.messenger(Face()).plain.decode().count("setItem") == 1
    script = (packing.HERE / "2-known.js").read_text()
    assert "(known.remembered ? DEVICE : TAB).setItem(KEY, JSON.stringify(known));" in script


def test_comments_stay_at_home() -> None:
    script = packing.messenger(Face()).plain.decode()
    assert not re.findall(r"^\s*(?:/\*|//|\* )", script, re.MULTILINE)
    assert "https://desk.example" not in script


@pytest.mark.parametrize("language", [each for each in packing.LANGUAGES if each != "en"])
def test_each_language_has_every_text(language: str) -> None:
    english, other = packing.texts("en"), packing.texts(language)
    assert len(english) > 40
    assert [name for name in english if name not in other] == []
    assert [name for name in other if name not in english] == []
    for name, text in english.items():
        assert _shape(other[name]) == _shape(text), name
        same = {"says"}
        assert name in same or other[name] != text, f"{name} is not translated"


def test_each_text_is_used_and_each_one_that_is_used_is_there() -> None:
    script = "".join(part.read_text() for part in packing.HERE.glob("[0-9]*.js"))
    used = set(re.findall(r"\bt\(\"(\w+)\"[,)]", script))
    known = set(packing.texts("en"))
    mentioned = {name for name in known if f'"{name}"' in script or name.startswith("phase_")}
    assert known - mentioned == set()
    assert len(used) > 20
    assert used - known == set()


def test_the_portal_embeds_it_by_the_one_line(town: Town, settings: Settings) -> None:
    settings.TRY = True
    page = Client().get("/try").content.decode()
    line = '<script src="http://testserver/bubble.js" data-desk="http://testserver" async></script>'
    assert line in page
    assert page.count("<script") == 1
    assert "style=" not in page


@pytest.mark.parametrize(
    ("asked", "html"),
    [
        ("es", '<html lang="es" dir="ltr">'),
        ("ar", '<html lang="ar" dir="rtl">'),
        ('"><b>', '<html lang="en" dir="ltr">'),
    ],
)
def test_the_portal_tries_other_languages(
    town: Town, settings: Settings, asked: str, html: str
) -> None:
    settings.TRY = True
    assert html in Client().get("/try", {"lang": asked}).content.decode()


def test_a_desk_at_work_has_no_make_believe_portal(town: Town, settings: Settings) -> None:
    settings.TRY = False
    assert Client().get("/try").status_code == 404


def test_a_desk_with_demo_data_has_one(town: Town, settings: Settings) -> None:
    settings.TRY = False
    town.north_valley.demo = True
    town.north_valley.save()
    assert Client().get("/try").status_code == 200


def _shape(text: Any) -> Any:
    """The plural forms, and what is filled in."""
    if isinstance(text, dict):
        return {form: _shape(each) for form, each in text.items()}
    return sorted(re.findall(r"\{\w+\}", text))
