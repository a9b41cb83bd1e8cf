"""The bubble's face: what is saved is what portals get, legible in every color, seen before it is saved."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.test import Client

from deskbell.chat.faces import Face
from deskbell.mail.colors import contrast
from deskbell.messenger import packing
from tests import dice
from tests.town import Town

FORM = {"color": "#b00020", "side": "start", "above": "64", "launcher": "label"}


@pytest.fixture
def ada(town: Town, settings: Any) -> Client:
    backend = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": backend}
    browser = Client()
    browser.force_login(town.ada.person)
    return browser


def test_what_is_saved_is_what_portals_get(ada: Client) -> None:
    before = Client().get("/bubble.mjs")
    assert ada.post("/sites/look", {**FORM, "hello-es": "¿Le  ayudamos?"}).status_code == 302
    after = Client().get("/bubble.mjs")
    script = after.content.decode()
    assert after["ETag"] != before["ETag"]
    assert Client().get("/bubble/words-es.json").json()["hello"] == "¿Le ayudamos?"
    assert Client().get("/bubble/words-en.json").json()["hello"] == "How can we help?"
    assert "max(64px" in script and "knob wide" in script
    assert "#b00020" in script


def test_a_preview_changes_nothing(ada: Client) -> None:
    page = ada.get("/sites/look/preview", {**FORM, "lang": "es", "mode": "dark"})
    assert page.status_code == 200
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert '<html lang="es">' in page.content.decode()
    assert "#b00020" in ada.get("/sites/look/bubble.mjs", FORM).content.decode()
    said = ada.get("/sites/look/bubble/words-en.json", {**FORM, "hello-en": "Ask us"}).json()
    assert said["hello"] == "Ask us" and said["close"] == "Close chat"
    assert not Face.objects.exists()
    assert "#b00020" not in Client().get("/bubble.mjs").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"color": "red"},
        {"color": "#fff;}body{display:none"},
        {"above": "201"},
        {"above": "-1"},
        {"above": "x"},
        {"side": "top"},
        {"launcher": "<b>"},
        {"hello-en": "x" * 61},
    ],
)
def test_what_can_not_be_is_refused(ada: Client, wrong: dict[str, str]) -> None:
    assert ada.post("/sites/look", {**FORM, **wrong}).status_code == 422
    assert ada.get("/sites/look/bubble.mjs", {**FORM, **wrong}).status_code == 422
    assert not Face.objects.exists()


def test_words_are_words_and_never_script(ada: Client) -> None:
    ada.post("/sites/look", {**FORM, "hello-en": '</script>"+alert(1)//'})
    said = Client().get("/bubble/words-en.json")
    assert said["Content-Type"] == "application/json"
    assert said.json()["hello"] == '</script>"+alert(1)//'
    assert "alert(" not in Client().get("/bubble.mjs").content.decode()


def test_every_color_can_be_read() -> None:
    chance = random.Random(dice.SEED)
    for _ in range(50):
        color = f"#{chance.randrange(1 << 24):06x}"
        face = Face(color=color)
        css = packing.css_of(face)
        day, night = css.partition("--key:light-dark(")[2].partition(")")[0].split(",")
        head = css.partition("--head:light-dark(")[2].partition(",")[0]
        assert contrast(day, packing.DAY) >= 4.5 and contrast(day, "#ffffff") >= 4.5
        assert contrast(night, packing.NIGHT) >= 4.5
        assert contrast(head, "#ffffff") >= 4.5


def test_the_heaviest_face_still_fits(db: None) -> None:
    words = {
        each: {
            "hello": "h" * 60,
            "begin": "Two or three words of our own. " * 9,
            "foot": "f" * 80,
            "label": "Help",
        }
        for each in ("en", "es")
    }
    face = Face(color="#123456", side="start", above=99, launcher="label", words=words)
    fixed = len(packing.messenger(face).packed) + len(packing.loader().packed)
    for language in packing.LANGUAGES:
        assert fixed + len(packing.words(face, language).packed) <= 15 * 1024
