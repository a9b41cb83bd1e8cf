"""A picture of oneself: brought, shown to whoever is answered, taken away, and back within a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.people import portraits
from deskbell.people.models import Person, Portrait
from tests.pictures import picture, seen
from tests.town import Town


@pytest.fixture
def ana(town: Town) -> Client:
    return signed_in(town.ana.person)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def bring(client: Client, content: bytes) -> str:
    """The page after it."""
    file = SimpleUploadedFile("me.png", content)
    return client.post("/you/picture", {"picture": file}, follow=True).content.decode()


def shown(person: Person) -> str:
    return Person.objects.get(pk=person.pk).portrait_path


def test_one_brings_a_picture_and_everyone_may_see_it(town: Town, ana: Client) -> None:
    page = bring(ana, picture(300, 200))
    path = shown(town.ana.person)
    assert f'<img src="{path}" alt=""' in page
    answer = Client().get(path)
    assert seen(answer.content).size == (portraits.SIDE, portraits.SIDE)
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert not answer.cookies


def test_its_address_can_not_be_guessed_and_is_never_another_picture(
    town: Town, ana: Client
) -> None:
    bring(ana, picture(20, 20))
    first = shown(town.ana.person)
    bring(ana, picture(30, 30))
    assert len(first) > 40 and shown(town.ana.person) != first
    assert Client().get(first).status_code == 404


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "Choose a picture first"), (b"MZ a program", "can’t be read")],
)
def test_what_is_none_is_refused_and_the_one_before_stays(
    town: Town, ana: Client, content: bytes, words: str
) -> None:
    bring(ana, picture())
    before = shown(town.ana.person)
    assert words in bring(ana, content)
    assert shown(town.ana.person) == before


def test_a_file_that_is_too_large_is_refused_before_it_is_looked_at(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portraits, "LARGEST", 1024 * 1024)
    with pytest.raises(Refused, match="larger than 1 MB"):
        portraits.choose(town.ana.person, b"\0" * (1024 * 1024 + 1))


def test_it_is_taken_away_and_brought_back(town: Town, ana: Client) -> None:
    bring(ana, picture())
    path = shown(town.ana.person)
    page = ana.post("/you/picture/removal", follow=True).content.decode()
    assert "Your picture was taken away." in page and shown(town.ana.person) == ""
    assert Client().get(path).status_code == 404
    undo = path.removesuffix(".webp") + "/undo"
    assert f'action="{undo}"' in page
    assert "taken away" not in ana.get("/you/picture").content.decode()  # offered once
    ana.post(undo)
    assert shown(town.ana.person) == path and Client().get(path).status_code == 200


def test_a_new_one_can_be_undone_too(town: Town, ana: Client) -> None:
    bring(ana, picture(20, 20))
    before = shown(town.ana.person)
    page = bring(ana, picture(30, 30))
    assert "Your new picture is shown." in page
    ana.post(before.removesuffix(".webp") + "/undo")
    assert shown(town.ana.person) == before


def test_an_administrator_takes_anothers_away_and_they_are_told(town: Town, ana: Client) -> None:
    bring(ana, picture())
    path, ada = shown(town.ana.person), signed_in(town.ada.person)
    assert "Take picture away" in ada.get("/team").content.decode()
    page = ada.post(f"/team/{town.ana.pk}/picture/removal", follow=True).content.decode()
    assert "The picture was taken away." in page and shown(town.ana.person) == ""
    assert [each.text for each in town.ana.notices.all()] == ["Ada Abara took your picture away."]
    undo = path.removesuffix(".webp") + "/undo"
    assert ana.post(undo).status_code == 404  # it was not she who took it away
    assert ada.post(undo, {"team": ""})["Location"] == "/team"
    assert shown(town.ana.person) == path


def test_nobody_else_brings_it_back(town: Town, ana: Client) -> None:
    bring(ana, picture())
    left = portraits.remove(town.ana.person, by=town.ana)
    assert left
    with pytest.raises(NotFound):
        portraits.bring_back(left.key, by=town.ben)


def test_taking_it_away_twice_takes_nothing_more(town: Town) -> None:
    chosen = portraits.choose(town.ana.person, picture())
    portraits.remove(town.ana.person, by=town.ana)
    assert portraits.remove(town.ana.person, by=town.ana) is None
    portraits.bring_back(chosen.key, by=town.ana)
    portraits.bring_back(chosen.key, by=town.ana)
    assert shown(town.ana.person) == f"/portraits/{chosen.key}.webp"


def test_what_was_taken_away_is_erased_after_a_day(town: Town) -> None:
    kept = portraits.choose(town.ben.person, picture())
    portraits.choose(town.ana.person, picture())
    left = portraits.remove(town.ana.person, by=town.ana)
    assert left and portraits.erase_left() == 0
    Portrait.objects.filter(pk=left.key).update(left_at=clock.now() - timedelta(days=1))
    assert portraits.erase_left() == 1
    assert list(Portrait.objects.all()) == [kept]


def test_of_all_one_ever_had_the_last_alone_is_kept_for_going_back(town: Town) -> None:
    for side in range(10, 15):
        portraits.choose(town.ana.person, picture(side, side))
    assert town.ana.person.portraits.count() == 2


def test_who_has_none_is_shown_by_their_initials(town: Town, ana: Client) -> None:
    page = ana.get("/team").content.decode()
    assert "/portraits/" not in page and ">AA" in page
    bring(ana, picture())
    page = ana.get("/team").content.decode()
    assert page.count(shown(town.ana.person)) == 2  # in the table, and as oneself in the frame
