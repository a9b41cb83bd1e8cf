"""Who leads a team: one of its own, chosen by an administrator."""

from __future__ import annotations

import pytest
from django.test import Client

from deskbell.lib.errors import Refused
from deskbell.people.models import Team
from deskbell.people.teams import set_lead
from tests.town import Town


@pytest.fixture
def support(town: Town) -> Team:
    return Team.objects.get(name="Support")


def test_an_administrator_says_who_leads_a_team_on_its_page(town: Town, support: Team) -> None:
    browser = Client()
    browser.force_login(town.ada.person)
    browser.post(f"/teams/{support.pk}/lead", {"lead": str(town.ana.pk)})
    support.refresh_from_db()
    assert support.lead == town.ana
    page = browser.get("/team").content.decode()
    assert f'<option value="{town.ana.pk}" selected>Ana Alvarez</option>' in page
    browser.post(f"/teams/{support.pk}/lead", {"lead": ""})
    support.refresh_from_db()
    assert support.lead is None


def test_a_team_is_led_by_one_of_its_own(town: Town, support: Team) -> None:
    with pytest.raises(Refused, match="Eve Engström is not of Support"):
        set_lead(support, town.eve)
