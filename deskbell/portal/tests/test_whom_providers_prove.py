"""Whom the desk lets in by what a provider has proved, and who reads why not."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from deskbell.people.models import Agent, Contact, Person
from deskbell.people.providers.models import Account, Provider
from deskbell.portal.tests.at_providers import OLIVIA, SAM, comes_by, is_in, provider_at
from tests.oidc import OpenIDProvider
from tests.town import Town


@pytest.mark.parametrize("told", [None, False, "false", 1.5, "yes"])
def test_only_an_address_that_was_verified_counts(
    keycloak: Provider, there: OpenIDProvider, told: Any
) -> None:
    there.user["email_verified"] = told
    answer = comes_by(keycloak)
    assert answer.status_code == 403 and "really yours" in answer.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "oKivia@northvalley.example".replace("K", "\u212a"),
        "a b@northvalley.example",
        "a,b@northvalley.example",
        "",
        7,
    ],
)
def test_what_only_looks_like_an_address_is_none(
    keycloak: Provider, there: OpenIDProvider, address: Any
) -> None:
    there.user["email"] = address
    assert comes_by(keycloak).status_code == 403
    assert not Account.objects.exists()


def test_a_provider_may_tell_the_address_beside_its_token(
    keycloak: Provider, there: OpenIDProvider
) -> None:
    there.thin = True
    assert comes_by(keycloak).status_code == 302
    there.user["sub"] = "olivia-2"
    for wrong in ({**OLIVIA, "sub": "someone else"}, {"email": OLIVIA["email"]}):
        there.by_userinfo = wrong
        assert "can’t be believed" in comes_by(keycloak).content.decode()
    there.by_userinfo = {"sub": "olivia-2", "email": "tess@northvalley.example"}
    assert "really yours" in comes_by(keycloak).content.decode()


def test_a_districts_own_provider_speaks_for_its_addresses_alone(
    town: Town, there: OpenIDProvider
) -> None:
    own = provider_at(there, district=town.north_valley)
    assert comes_by(own).status_code == 302
    for address in ("sam@southridge.example", "nobody@elsewhere.example"):
        there.user = {**SAM, "email": address}
        answer = comes_by(own)
        assert answer.status_code == 403
        assert "its own district alone" in answer.content.decode()


def test_an_account_from_before_is_none_of_a_district_it_was_tied_to_since(
    town: Town, keycloak: Provider, there: OpenIDProvider
) -> None:
    there.user = dict(SAM)
    assert comes_by(keycloak).status_code == 302
    Provider.objects.update(district=town.north_valley)
    assert comes_by(keycloak).status_code == 403


def test_a_district_may_vouch_for_its_own_addresses_yet_not_against_its_word(
    town: Town, there: OpenIDProvider
) -> None:
    there.user["email_verified"] = None
    assert comes_by(provider_at(there, name="For all", vouches=True)).status_code == 403
    own = provider_at(there, name="Own", vouches=True, district=town.north_valley)
    assert comes_by(own).status_code == 302
    there.user = {
        **OLIVIA,
        "sub": "tess",
        "email": "tess@northvalley.example",
        "email_verified": False,
    }
    assert comes_by(own).status_code == 403


def test_who_is_known_by_a_mail_domain_alone_is_met_now_with_their_name(
    keycloak: Provider, there: OpenIDProvider
) -> None:
    there.user = {**OLIVIA, "sub": "nia", "email": "Nia@NorthValley.example", "name": "Nia New"}
    assert comes_by(keycloak).status_code == 302
    assert Person.objects.get(email="nia@northvalley.example").name == "Nia New"


def refused_as_unknown(answer: Any, address: str) -> str:
    page = str(answer.content.decode())
    assert answer.status_code == 403
    assert f"Your address {address} isn’t known to this desk" in page
    return page.replace(address, "…")


def test_the_unknown_the_removed_and_the_team_read_the_same(
    town: Town, keycloak: Provider, there: OpenIDProvider
) -> None:
    Person.objects.filter(pk=town.olivia.pk).update(is_active=False)
    pages = set()
    for each in ("nobody@elsewhere.example", "olivia@northvalley.example", "ana@desk.example"):
        there.user = {**OLIVIA, "sub": each, "email": each}
        page = refused_as_unknown(comes_by(keycloak), each)
        pages.add(page.split("<main")[1])
        assert "support@deskbell.localhost" in page
    assert len(pages) == 1
    assert not Person.objects.filter(email="nobody@elsewhere.example").exists()
    assert not Account.objects.exists()


def test_who_was_in_and_is_taken_off_or_joins_the_team_is_refused(
    town: Town, keycloak: Provider, there: OpenIDProvider
) -> None:
    there.user = dict(SAM)
    assert comes_by(keycloak).status_code == 302
    Agent.objects.create(person=town.sam)
    refused_as_unknown(comes_by(keycloak), "sam@southridge.example")
    Agent.objects.all().delete()
    Person.objects.filter(pk=town.sam.pk).update(is_active=False)
    refused_as_unknown(comes_by(keycloak), "sam@southridge.example")


def test_an_address_that_was_given_to_someone_else_does_not_inherit(
    town: Town, keycloak: Provider, there: OpenIDProvider
) -> None:
    assert comes_by(keycloak).status_code == 302
    there.user["sub"] = "olivia-2"
    browser = Client()
    answer = comes_by(keycloak, browser)
    assert answer.status_code == 403
    assert "known here by another account of Keycloak" in answer.content.decode()
    assert not is_in(browser)
    account = Account.objects.get()
    assert account.subject == "olivia-1" and account.disputed_at


def test_an_account_stays_theirs_when_its_address_changes(
    town: Town, keycloak: Provider, there: OpenIDProvider
) -> None:
    assert comes_by(keycloak).status_code == 302
    there.user["email"] = "o.married@elsewhere.example"
    browser = Client()
    assert comes_by(keycloak, browser).status_code == 302
    assert "Olivia Ortiz" in browser.get("/portal").content.decode()


def test_who_belongs_to_no_domain_comes_in_by_their_place(
    town: Town, keycloak: Provider, there: OpenIDProvider
) -> None:
    guest = Person.objects.with_address("guest@gmail.example")
    Contact.objects.create(person=guest, district=town.north_valley)
    there.user = {**OLIVIA, "sub": "guest", "email": "guest@gmail.example"}
    assert comes_by(keycloak).status_code == 302


def google_at(there: OpenIDProvider) -> Provider:
    return provider_at(there, kind="google", name="Google")


def test_google_is_believed_about_what_it_hosts_itself(town: Town, there: OpenIDProvider) -> None:
    google = google_at(there)
    left = Client().get(f"/portal/with/{google.key}")
    assert "prompt=select_account" in left["Location"]  # or a private account is taken unasked
    assert comes_by(google).status_code == 403  # checked once, when the account was made
    there.user["hd"] = "northvalley.example"
    assert comes_by(google).status_code == 302


TENANT = "0b1d7d4e-8a53-4a43-9a0b-2f1f6f3f7a10"


@pytest.mark.parametrize(("proof", "status"), [(True, 302), ("1", 302), (None, 403), (False, 403)])
def test_an_address_in_any_tenant_counts_only_where_its_domain_is_the_tenants(
    town: Town, there: OpenIDProvider, proof: Any, status: int
) -> None:
    there.path = "/organizations/v2.0"
    microsoft = provider_at(there, kind="microsoft", name="Microsoft", vouches=True)
    there.user = {
        **OLIVIA,
        "email_verified": None,
        "oid": "of-olivia",
        "tid": TENANT,
        "xms_edov": proof,
    }
    there.bend = {"iss": f"{there.url}/{TENANT}/v2.0"}
    assert comes_by(microsoft).status_code == status
    if status == 302:
        account = Account.objects.get()
        assert (account.issuer, account.subject) == (there.bend["iss"], "of-olivia")


def test_a_tenant_can_not_speak_as_another(town: Town, there: OpenIDProvider) -> None:
    there.path = "/organizations/v2.0"
    microsoft = provider_at(there, kind="microsoft", name="Microsoft")
    there.user = {**OLIVIA, "email_verified": None, "oid": "o", "tid": TENANT, "xms_edov": True}
    for tenant in ("../evil", "0b1d7d4e-8a53-4a43-9a0b-2f1f6f3f7a11"):
        there.bend = {"iss": f"{there.url}/{tenant}/v2.0"}
        assert comes_by(microsoft).status_code == 403


def test_a_districts_one_tenant_may_vouch_and_all_tenants_may_not(
    town: Town, there: OpenIDProvider
) -> None:
    there.user = {**OLIVIA, "email_verified": None, "oid": "of-olivia", "tid": TENANT}
    more: dict[str, Any] = {
        "kind": "microsoft",
        "vouches": True,
        "district": town.north_valley,
    }
    there.path = "/organizations/v2.0"
    there.bend = {"iss": f"{there.url}/{TENANT}/v2.0"}
    assert comes_by(provider_at(there, name="All", **more)).status_code == 403
    there.path, there.bend = f"/{TENANT}/v2.0", {}
    assert comes_by(provider_at(there, name="One", **more)).status_code == 302
