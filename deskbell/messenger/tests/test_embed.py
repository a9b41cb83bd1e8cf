"""The one file that portals embed, and the make-believe portal that shows how."""

from __future__ import annotations

import gzip
import re

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from deskbell.messenger.embed import FILE
from tests.town import Town

MOST_BYTES = 15 * 1024


@pytest.fixture(autouse=True)
def plain_static_files(settings: Settings) -> None:
    backend = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": backend}


def test_the_whole_messenger_is_at_most_15_kb_on_the_wire(db: None) -> None:
    answer = Client().get("/bubble.js", headers={"Accept-Encoding": "gzip, br"})
    assert answer["Content-Encoding"] == "gzip"
    assert 0 < len(answer.content) <= MOST_BYTES
    assert gzip.decompress(answer.content) == FILE.read_bytes()


def test_a_browser_that_has_it_is_not_sent_it_again(db: None) -> None:
    first = Client().get("/bubble.js")
    again = Client().get("/bubble.js", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_strict_portal_may_load_it(db: None) -> None:
    answer = Client().get("/bubble.js")
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_its_texts_are_whole_on_a_page_of_any_encoding(db: None) -> None:
    assert Client().get("/bubble.js")["Content-Type"] == "text/javascript; charset=utf-8"


def test_nothing_in_it_can_turn_words_into_markup() -> None:
    script = FILE.read_text()
    assert not re.findall(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc"
        r"|DOMParser|document\.cookie|localStorage|setAttribute\(\"style\"",
        script,
    )


def test_the_portal_embeds_it_by_the_one_line(town: Town, settings: Settings) -> None:
    settings.TRY = True
    page = Client().get("/try").content.decode()
    line = '<script src="http://testserver/bubble.js" data-desk="http://testserver" async></script>'
    assert line in page
    assert page.count("<script") == 1
    assert "style=" not in page


def test_a_desk_at_work_has_no_make_believe_portal(town: Town, settings: Settings) -> None:
    settings.TRY = False
    assert Client().get("/try").status_code == 404


def test_a_desk_with_demo_data_has_one(town: Town, settings: Settings) -> None:
    settings.TRY = False
    town.north_valley.demo = True
    town.north_valley.save()
    assert Client().get("/try").status_code == 200
