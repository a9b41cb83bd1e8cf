"""Setting sites up on their screen: what an administrator does, and what nobody is shown twice."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from deskbell.chat.sites.models import Site, SiteKey
from deskbell.lib.sealing import unseal
from tests.town import Town

PORTAL = "https://portal.example"


@pytest.fixture
def ada(town: Town, settings: Any) -> Client:
    backend = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": backend}
    browser = Client()
    browser.force_login(town.ada.person)
    return browser


@pytest.fixture
def site(town: Town) -> Site:
    return Site.objects.create(name="Customer portal", origins=[PORTAL])


def test_a_site_that_is_added_may_embed_the_bubble_and_no_other_may(ada: Client) -> None:
    assert Client().get("/bubble/welcome", headers={"Origin": PORTAL}).status_code == 403
    form = {"name": "Customer portal", "origins": f"{PORTAL.upper()}/, http://localhost:8000"}
    assert ada.post("/sites", form).status_code == 302
    answer = Client().get("/bubble/welcome", headers={"Origin": PORTAL})
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (200, PORTAL)
    assert (
        Client().get("/bubble/welcome", headers={"Origin": f"{PORTAL}.evil.example"}).status_code
        == 403
    )


def test_the_secret_is_shown_once(ada: Client, site: Site) -> None:
    shown = ada.post(f"/sites/{site.pk}/keys")
    key = SiteKey.objects.get()
    secret = unseal(key.sealed)
    assert secret in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    for page in (f"/sites/{site.pk}", "/sites"):
        assert secret not in ada.get(page).content.decode()
    assert key.kid in ada.get(f"/sites/{site.pk}").content.decode()


def test_a_key_is_retired_and_believed_again(ada: Client, site: Site) -> None:
    ada.post(f"/sites/{site.pk}/keys")
    key = SiteKey.objects.get()
    for retired in ("yes", "no"):
        ada.post(f"/sites/{site.pk}/keys/{key.pk}/retirement", {"retired": retired})
        key.refresh_from_db()
        assert bool(key.retired_at) == (retired == "yes")


def test_a_key_of_another_site_is_not_found(ada: Client, site: Site) -> None:
    other = Site.objects.create(name="Other", origins=["https://other.example"])
    ada.post(f"/sites/{site.pk}/keys")
    key = SiteKey.objects.get()
    assert (
        ada.post(f"/sites/{other.pk}/keys/{key.pk}/retirement", {"retired": "yes"}).status_code
        == 404
    )


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": "", "origins": PORTAL}, "name"),
        ({"name": "x" * 101, "origins": PORTAL}, "100"),
        ({"name": "customer PORTAL", "origins": "https://new.example"}, "already"),
        ({"name": "New", "origins": PORTAL}, "already belongs"),
        ({"name": "New", "origins": ""}, "at least one"),
        ({"name": "New", "origins": "http://portal.example"}, "https://"),
        ({"name": "New", "origins": "https://*.example"}, "no site"),
        ({"name": "New", "origins": "https://a.example/path"}, "no site"),
        ({"name": "New", "origins": "https://user@a.example"}, "no site"),
        ({"name": "New", "origins": "https://a.example:99999"}, "no site"),
        ({"name": "New", "origins": "null"}, "no site"),
        ({"name": "New", "origins": "https://" + "a" * 70 + ".example"}, "no site"),
        ({"name": "New", "origins": "https://a.example", "hours": "0"}, "hours"),
        ({"name": "New", "origins": "https://a.example", "hours": "1e9"}, "hours"),
        ({"name": "New", "origins": "https://a.example", "hours": "9", "district": "77"}, "district"),
    ],
)  # fmt: skip
def test_what_can_not_be_is_refused_in_a_sentence(
    ada: Client, site: Site, form: dict[str, str], said: str
) -> None:
    answer = ada.post("/sites", form)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Site.objects.count() == 1


def test_a_name_in_other_letters_becomes_the_origin_that_browsers_send(ada: Client) -> None:
    ada.post("/sites", {"name": "École", "origins": "https://école.example:443"})
    assert Site.objects.get().origins == ["https://xn--cole-9oa.example"]


def test_a_site_by_which_someone_was_proved_stays(ada: Client, site: Site, town: Town) -> None:
    site.identities.create(subject="mia", person=town.tess)
    assert ada.post(f"/sites/{site.pk}/removal").status_code == 422
    site.identities.all().delete()
    assert ada.post(f"/sites/{site.pk}/removal").status_code == 302
    assert not Site.objects.exists()


def test_the_page_says_why_a_token_was_not_believed(ada: Client, site: Site) -> None:
    Client().post(
        "/bubble/sessions", {"identity": "<b>x"}, content_type="application/json", headers={"Origin": PORTAL}
    )  # fmt: skip
    page = ada.get(f"/sites/{site.pk}").content.decode()
    assert re.search(r"no signed token", page)
