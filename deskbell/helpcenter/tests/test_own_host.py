"""A host of its own: the help center is there, the desk isn't, and readers are led from one to the other."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from deskbell.helpcenter import addresses
from deskbell.helpcenter.models import Audience
from deskbell.helpcenter.own_host import is_there, shuts
from deskbell.helpcenter.tests.conftest import Publish
from deskbell.people import portraits
from tests.pictures import picture
from tests.town import Town

HELP, DESK = "help.example.org", "desk.example.org"


@pytest.fixture(autouse=True)
def own_host(settings: LazySettings) -> None:
    settings.ALLOWED_HOSTS = [HELP, DESK]
    settings.HELP_HOST, settings.HELP_URL = HELP, f"https://{HELP}"
    settings.DESK_URL = f"https://{DESK}"


@pytest.fixture
def there() -> Client:
    """A reader's browser at the help center's host."""
    return Client(SERVER_NAME=HELP)


@pytest.fixture
def here() -> Client:
    """One at the desk's."""
    return Client(SERVER_NAME=DESK)


def test_the_help_center_answers_at_its_host_and_names_it(publish: Publish, there: Client) -> None:
    path = addresses.of_edition(publish())
    page = there.get(path).content.decode()
    assert f'rel="canonical" href="https://{HELP}{path}"' in page and DESK not in page
    assert f"<loc>https://{HELP}{path}</loc>" in there.get("/help/sitemap.xml").content.decode()
    assert f"https://{HELP}/help/sitemap.xml" in there.get("/robots.txt").content.decode()
    front = there.get("/")
    assert (front.status_code, front["Location"]) == (301, "/help")
    assert there.post(f"{path}/feedback").status_code == 404  # the number alone takes faces
    number = path.split("/")[-1].split("-")[0]
    told = there.post(f"/help/articles/{number}/feedback", {"face": "happy"})
    assert told.status_code == 200


def test_pictures_of_authors_are_there_and_how_one_gets_them_is_not(
    there: Client, town: Town
) -> None:
    portraits.choose(town.ana.person, picture())
    path = town.ana.portrait_path
    assert there.get(path)["Content-Type"] == "image/webp"
    there.force_login(town.ana.person)
    assert there.get("/you/picture").status_code == 404
    assert there.post(path.replace(".webp", "/undo")).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/inbox", "/sign-in", "/portal", "/mail/look", "/articles", "/helpers", "/livery", "/your/x"],
)
@pytest.mark.parametrize("host", [HELP, f"{HELP}.", f"{HELP.upper()}:443"])
def test_nothing_of_the_desk_is_at_that_host(path: str, host: str, town: Town) -> None:
    there = Client(headers={"Host": host})
    answer = there.get(path)
    assert answer.status_code == 404 and "Nothing at this address" in answer.content.decode()
    there.force_login(town.ada.person)  # nor for whoever brings a session along
    assert there.get(path).status_code == 404
    assert there.post(path).status_code == 404


@pytest.mark.filterwarnings("ignore:No directory at")  # of static files, which no test needs
def test_what_is_answered_without_django_is_shut_there_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asgi = import_module("deskbell.config.asgi")  # it loads the whole web process
    for_django: list[str] = []

    async def page(scope: dict[str, Any], receive: object, send: object) -> None:
        for_django.append(scope["path"])

    monkeypatch.setattr(asgi, "_page", page)
    for path in ("/health", "/alerts/some-secret"):
        scope = {"type": "http", "path": path, "headers": [(b"host", HELP.encode())]}
        asyncio.run(asgi.application(scope, None, None))
    assert for_django == ["/health", "/alerts/some-secret"]  # which finds nothing there
    assert shuts(f"{HELP}:8000", "/health") and not shuts(DESK, "/health")


def test_readers_are_led_to_it_from_the_desk(publish: Publish, here: Client) -> None:
    path = addresses.of_edition(publish())
    led = here.get(f"{path}?from=mail")
    assert led["Location"] == f"https://{HELP}{path}?from=mail"
    assert (led.status_code, led["Cache-Control"]) == (302, "private, no-cache")
    assert here.get("/help/suggestions.json?q=password").status_code == 200
    assert here.get("/portal/sign-in").status_code == 200


def test_who_is_signed_in_reads_at_the_desk(publish: Publish, here: Client, town: Town) -> None:
    path = addresses.of_edition(publish("Codes", audience=Audience.AGENTS))
    here.force_login(town.ana.person)
    assert here.get(path).status_code == 200
    found = here.get("/help/suggestions.json?q=codes").json()["articles"]
    assert found[0]["address"] == f"https://{DESK}{path}"


def test_without_one_nothing_changes(
    publish: Publish, here: Client, settings: LazySettings
) -> None:
    settings.HELP_HOST = ""
    assert here.get("/help").status_code == 200 and here.get("/sign-in").status_code == 200
    assert not is_there(HELP) and not is_there("")
