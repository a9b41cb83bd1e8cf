"""Managers hand out districts' own pages: made, shown, renewed, revoked, brought back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from deskbell.incidents.models import PrivatePage
from deskbell.incidents.status_page import private
from deskbell.incidents.tests.status_pages import ask, rendered
from deskbell.incidents.tests.test_status_page import trouble
from deskbell.incidents.tests.test_updating import streaming
from deskbell.lib import files
from deskbell.mail.models import Branding
from deskbell.people.models import Contract
from tests.town import Town


@pytest.fixture
def max_in(town: Town) -> Client:
    browser = Client()
    browser.force_login(town.max.person)
    return browser


def do(browser: Client, town: Town, what: str, **more: str) -> str:
    """Do it to North Valley's page; what the screen says then."""
    path = f"/districts/{town.north_valley.pk}/status-page"
    answer = browser.post(path, {"do": what, **more}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_page_is_made_and_its_address_shown(town: Town, max_in: Client) -> None:
    said = do(max_in, town, "make")
    page = PrivatePage.objects.get(district=town.north_valley)
    assert f"{settings.DESK_URL}/status/d/{page.token}" in said and "Max Meyer" in said
    assert len(page.token) >= 40  # 256 bits
    assert do(max_in, town, "make").count(page.token) >= 1  # made twice, it is the same


def test_renewing_gives_another_address(town: Town, max_in: Client) -> None:
    do(max_in, town, "make")
    old = PrivatePage.objects.get().token
    said = do(max_in, town, "renew")
    assert old not in said and private.district_of(old) is None
    assert private.district_of(PrivatePage.objects.get().token) == town.north_valley


def test_revoking_can_be_undone(town: Town, max_in: Client) -> None:
    do(max_in, town, "make")
    token = PrivatePage.objects.get().token
    assert "was revoked" in do(max_in, town, "revoke")
    assert private.district_of(token) is None
    assert token in do(max_in, town, "undo")
    assert private.district_of(token) == town.north_valley


def test_a_contract_may_count_maintenance(town: Town, max_in: Client) -> None:
    Contract.objects.create(district=town.north_valley, starts_on="2026-01-01")
    assert 'name="counts" checked' in do(max_in, town, "maintenance", counts="on")
    assert Contract.objects.get().maintenance_counts
    assert 'name="counts" checked' not in do(max_in, town, "maintenance")


def test_what_a_district_looks_like_lies_with_its_private_page(town: Town, tmp_path: Path) -> None:
    Branding.objects.create(
        district=town.north_valley,
        color="#aa0044",
        logo=files.keep(b"a logo"),
        logo_type="image/png",
    )
    token = private.make(town.north_valley, by=town.max).token
    page = rendered(tmp_path)
    front = ask(page, f"/status/d/{token}").text
    named = re.findall(r'"(/status[^"]*(?:brand|logo)\.[^"]+)"', front)
    assert len(set(named)) == 2
    for address in named:
        assert address.startswith(f"/status/d/{token}/assets/")
        assert ask(page, address).status == 200
        assert ask(page, address.replace(f"/d/{token}", "")).status == 404


def test_readers_are_led_to_their_own_page_if_they_have_one(town: Town) -> None:
    incident = trouble(town, streaming(state="operational"))
    everyone = f"{settings.DESK_URL}/status"
    assert private.address_of(town.north_valley) == everyone
    assert private.address_of(None, incident) == f"{everyone}/incidents/{incident.pk}"
    page = private.make(town.north_valley, by=town.max)
    own = f"{everyone}/d/{page.token}"
    assert private.address_of(town.north_valley, incident) == f"{own}/incidents/{incident.pk}"
    assert private.district_of("") is None and private.district_of("a\0b") is None


def test_what_is_not_for_everyone_leads_to_no_public_page_of_it(town: Town) -> None:
    component = streaming(state="operational", for_everyone=False)
    component.districts.set([town.south_ridge])
    incident = trouble(town, component)
    assert private.address_of(town.south_ridge, incident) == f"{settings.DESK_URL}/status"


def test_the_screen_asks_as_often_for_many_districts(
    town: Town, max_in: Client, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        max_in.get("/districts/status-pages")
