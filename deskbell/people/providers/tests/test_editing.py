"""Setting a provider up: what an administrator does on its screens, and what nobody sees again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.lib.sealing import seal, unseal
from deskbell.people.providers import told
from deskbell.people.providers.models import Account, Provider
from deskbell.people.providers.refusing import NoEntry
from tests import oidc
from tests.oidc import OpenIDProvider
from tests.town import Town

LIST = "/districts/providers"
TENANT = "0b1d7d4e-8a53-4a43-9a0b-2f1f6f3f7a10"
SECRET = "the client's own secret"


@pytest.fixture
def there(settings: Any) -> Iterator[OpenIDProvider]:
    settings.MAY_REACH = ["127.0.0.1"]
    with oidc.running() as provider:
        yield provider


@pytest.fixture
def ada(town: Town, settings: Any) -> Client:
    backend = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": backend}
    browser = Client()
    browser.force_login(town.ada.person)
    return browser


@pytest.fixture
def keycloak(town: Town, there: OpenIDProvider) -> Provider:
    return Provider.objects.create(kind="oidc", name="Keycloak", issuer=there.issuer)


def settings_of(provider: Provider, **more: Any) -> dict[str, Any]:
    return {
        "name": provider.name,
        "where": provider.where,
        "client_id": "deskbell",
        "listed": "yes",
        **more,
    }


def test_a_provider_is_added_set_up_and_switched_on(ada: Client, there: OpenIDProvider) -> None:
    pasted = f"{there.issuer}/.well-known/openid-configuration"
    ada.post(LIST, {"kind": "oidc", "name": "North Valley", "where": pasted})
    made = Provider.objects.get()
    page = f"{LIST}/{made.pk}"
    assert made.issuer == there.issuer and not made.problem
    assert f"/portal/with/{made.key}/back" in ada.get(page).content.decode()
    early = ada.post(f"{page}/switch", {"on": "yes"})
    assert early.status_code == 422 and "client ID" in early.content.decode()
    ada.post(page, settings_of(made, secret=SECRET))
    assert ada.post(f"{page}/switch", {"on": "yes"}).status_code == 302
    assert "North Valley" in Client().get("/portal/sign-in").content.decode()
    ada.post(f"{page}/switch", {"on": "no"})
    assert "North Valley" not in Client().get("/portal/sign-in").content.decode()


def test_the_secret_is_sealed_kept_and_shown_nowhere(ada: Client, keycloak: Provider) -> None:
    page = f"{LIST}/{keycloak.pk}"
    ada.post(page, settings_of(keycloak, secret=SECRET))
    keycloak.refresh_from_db()
    assert SECRET not in keycloak.sealed and unseal(keycloak.sealed) == SECRET
    ada.post(page, settings_of(keycloak, secret="", name="Staff"))
    keycloak.refresh_from_db()
    assert keycloak.name == "Staff" and unseal(keycloak.sealed) == SECRET
    for shown in (page, LIST):
        assert SECRET not in ada.get(shown).content.decode()


def test_the_secret_goes_to_no_other_issuer_unless_it_is_entered_again(
    ada: Client, keycloak: Provider, there: OpenIDProvider
) -> None:
    Provider.objects.update(sealed=seal(SECRET), client_id="deskbell", is_on=True)
    page = f"{LIST}/{keycloak.pk}"
    emptied = ada.post(page, settings_of(keycloak, client_id=""))
    assert emptied.status_code == 422 and "client ID" in emptied.content.decode()
    ada.post(page, settings_of(keycloak, where=f"{there.url}/other"))
    keycloak.refresh_from_db()
    assert not keycloak.sealed and not keycloak.is_on
    assert ada.post(f"{page}/switch", {"on": "yes"}).status_code == 422
    assert there.forms == []


def test_a_key_of_the_desk_that_has_changed_is_said(
    ada: Client, keycloak: Provider, settings: Any
) -> None:
    Provider.objects.update(sealed=seal(SECRET))
    ada.get(LIST)  # still under the key of its session
    session = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", []
    keycloak.refresh_from_db()
    assert keycloak.must_be_told_the_secret_again
    settings.SECRET_KEY = session
    assert not keycloak.must_be_told_the_secret_again


@pytest.mark.parametrize(
    ("kind", "where", "issuer"),
    [
        ("google", "", "https://accounts.google.com"),
        ("microsoft", "", "https://login.microsoftonline.com/organizations/v2.0"),
        ("microsoft", TENANT.upper(), f"https://login.microsoftonline.com/{TENANT}/v2.0"),
    ],
)
def test_google_and_microsoft_are_known_by_their_addresses(
    ada: Client, monkeypatch: pytest.MonkeyPatch, kind: str, where: str, issuer: str
) -> None:
    monkeypatch.setattr(told, "refresh", lambda *_, **__: None)
    assert ada.post(LIST, {"kind": kind, "name": "It", "where": where}).status_code == 302
    made = Provider.objects.get()
    assert made.issuer == issuer and made.where == where.lower()


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"kind": "facebook", "name": "It"}, "Choose who it is"),
        ({"kind": "google", "name": " "}, "name"),
        ({"kind": "google", "name": "x" * 61}, "60 characters"),
        ({"kind": "google", "name": "KEYCLOAK"}, "already is"),
        ({"kind": "microsoft", "name": "It", "where": "northvalley.example"}, "tenant"),
        ({"kind": "oidc", "name": "It", "where": ""}, "no web address"),
        ({"kind": "oidc", "name": "It", "where": "https://accounts.google.com"}, "more care"),
        ({"kind": "oidc", "name": "It", "where": "http://sso.example"}, "https://"),
        ({"kind": "oidc", "name": "It", "where": "https://10.0.0.1/realm"}, "inside"),
        ({"kind": "oidc", "name": "It", "where": "https://sso.example/?x=1"}, "neither"),
    ],
)
def test_what_can_not_be_is_refused_in_a_sentence(
    ada: Client, keycloak: Provider, form: dict[str, str], said: str
) -> None:
    answer = ada.post(LIST, form)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert Provider.objects.count() == 1


def test_only_a_districts_one_provider_can_vouch(
    ada: Client, town: Town, keycloak: Provider
) -> None:
    page = f"{LIST}/{keycloak.pk}"
    alone = ada.post(page, settings_of(keycloak, vouches="yes"))
    assert alone.status_code == 422 and "one district alone" in alone.content.decode()
    district = {"vouches": "yes", "district": str(town.north_valley.pk)}
    assert ada.post(page, settings_of(keycloak, **district)).status_code == 302
    everyone = Provider.objects.create(
        kind="microsoft", name="M", issuer="https://login.microsoftonline.com/organizations/v2.0"
    )
    answer = ada.post(f"{LIST}/{everyone.pk}", settings_of(everyone, **district))
    assert answer.status_code == 422 and "tenant" in answer.content.decode()


def test_one_that_calls_itself_otherwise_is_not_switched_on(
    ada: Client, keycloak: Provider, there: OpenIDProvider
) -> None:
    Provider.objects.update(client_id="deskbell", sealed=seal(SECRET), issuer=f"{there.url}/other")
    answer = ada.post(f"{LIST}/{keycloak.pk}/switch", {"on": "yes"})
    assert answer.status_code == 422 and "calls itself" in answer.content.decode()
    keycloak.refresh_from_db()
    assert not keycloak.is_on and "calls itself" in keycloak.problem


def test_one_that_is_away_is_believed_for_a_day(keycloak: Provider, there: OpenIDProvider) -> None:
    told.told_by(keycloak)
    there.down = 500
    with moved_to(clock.now() + timedelta(hours=23)):
        assert told.told_by(keycloak).keys
    assert "500" in keycloak.problem
    with moved_to(clock.now() + timedelta(hours=25)), pytest.raises(NoEntry):
        told.told_by(keycloak)


def test_an_old_account_is_forgotten_for_a_person_who_has_a_new_one(
    ada: Client, town: Town, keycloak: Provider
) -> None:
    account = Account.objects.create(
        issuer=keycloak.issuer, subject="old", person=town.olivia, disputed_at=clock.now()
    )
    elsewhere = Account.objects.create(
        issuer="https://other.example", subject="x", person=town.olivia, disputed_at=clock.now()
    )
    page = f"{LIST}/{keycloak.pk}"
    assert "Olivia Ortiz" in ada.get(page).content.decode()
    assert ada.post(f"{page}/accounts/{elsewhere.pk}/removal").status_code == 404
    assert ada.post(f"{page}/accounts/{account.pk}/removal").status_code == 302
    assert list(Account.objects.all()) == [elsewhere]
    assert "Olivia Ortiz" not in ada.get(page).content.decode()


def test_only_what_is_switched_off_is_removed_and_its_people_stay_known(
    ada: Client, town: Town, keycloak: Provider
) -> None:
    Account.objects.create(issuer=keycloak.issuer, subject="o", person=town.olivia)
    Provider.objects.update(is_on=True)
    page = f"{LIST}/{keycloak.pk}"
    assert ada.post(f"{page}/removal").status_code == 422
    Provider.objects.update(is_on=False)
    assert ada.post(f"{page}/removal").status_code == 302
    assert not Provider.objects.exists() and Account.objects.exists()


def test_managers_and_agents_set_no_provider_up(town: Town, keycloak: Provider) -> None:
    for agent in (town.ana, town.max):
        browser = Client()
        browser.force_login(agent.person)
        assert browser.get(LIST).status_code == 403
        assert browser.post(f"{LIST}/{keycloak.pk}/switch", {"on": "yes"}).status_code == 403
