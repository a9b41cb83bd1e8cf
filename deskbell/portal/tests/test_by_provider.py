"""Coming in by a provider, over real HTTP to a stand-in: the journey, and every way to forge its end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client

from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.lib.outside import asking_outside
from deskbell.people.models import SignInFailure
from deskbell.people.providers import failures
from deskbell.people.providers.models import Account, Provider
from deskbell.portal.by_provider import COOKIE
from deskbell.portal.tests.at_providers import comes_by, consented, is_in, provider_at
from tests.oidc import CLIENT, SECRET, OpenIDProvider
from tests.town import Town


def test_a_customer_comes_in_by_a_press_and_is_who_they_are(keycloak: Provider) -> None:
    browser = Client()
    assert "Keycloak" in browser.get("/portal/sign-in").content.decode()
    assert comes_by(keycloak, browser).headers["Location"] == "/portal"
    assert "Olivia Ortiz" in browser.get("/portal").content.decode()
    assert Account.objects.get().person.email == "olivia@northvalley.example"


def test_the_browser_takes_along_state_nonce_and_pkce_and_no_secret(
    keycloak: Provider, there: OpenIDProvider
) -> None:
    left = Client().get(f"/portal/with/{keycloak.key}")
    asked = {name: one[0] for name, one in parse_qs(urlsplit(left["Location"]).query).items()}
    assert asked["redirect_uri"] == f"http://testserver/portal/with/{keycloak.key}/back"
    assert asked["code_challenge_method"] == "S256" and asked["response_type"] == "code"
    assert asked["scope"] == "openid email profile" and "prompt" not in asked
    assert all(len(asked[name]) >= 43 for name in ("state", "nonce", "code_challenge"))
    assert SECRET not in left["Location"] and "code_verifier" not in asked


def test_it_leads_to_the_page_that_was_asked_for_and_never_elsewhere(keycloak: Provider) -> None:
    led = comes_by(keycloak, onward="/portal?show=solved")
    assert led.headers["Location"] == "/portal?show=solved"
    assert comes_by(keycloak, onward=f"/portal?find={'x' * 5000}").headers["Location"] == "/portal"
    for bad in ("https://evil.example/portal/", "//evil.example", "/tickets/1"):
        assert comes_by(keycloak, onward=bad).headers["Location"] == "/portal", bad


def test_the_session_has_a_new_key_and_opens_no_page_of_the_desk(
    town: Town, keycloak: Provider
) -> None:
    agents = Client()
    agents.force_login(town.ana.person)  # any session that was there before
    before = agents.cookies["sessionid"].value
    comes_by(keycloak, agents)
    assert is_in(agents) and agents.cookies["sessionid"].value != before
    assert agents.get("/inbox").status_code == 200  # hers goes on beside it
    browser = Client()
    comes_by(keycloak, browser)
    assert is_in(browser)
    assert browser.get("/inbox").headers["Location"].startswith("/sign-in")


def test_a_stranger_who_presses_the_button_writes_nothing_here(keycloak: Provider) -> None:
    browser = Client()
    left = browser.get(f"/portal/with/{keycloak.key}")
    assert not Session.objects.exists()
    kept = left.cookies[COOKIE]
    assert kept["httponly"] and kept["samesite"] == "Lax"
    assert kept["path"] == f"/portal/with/{keycloak.key}" and kept["max-age"] == 600


def test_an_answer_is_good_once_and_in_the_browser_that_asked(keycloak: Provider) -> None:
    browser = Client()
    back = consented(browser, keycloak)
    stolen = Client().get(back)
    assert stolen.status_code == 403 and "Begin it once more" in stolen.content.decode()
    assert browser.get(back).status_code == 302
    browser.post("/portal/sign-out")
    assert browser.get(back).status_code == 403 and not is_in(browser)


def test_a_code_is_good_once_even_with_a_new_state(keycloak: Provider) -> None:
    browser = Client()
    used = parse_qs(urlsplit(back := consented(browser, keycloak)).query)["code"][0]
    browser.get(back)
    other = Client()
    fresh = consented(other, keycloak)
    code = parse_qs(urlsplit(fresh).query)["code"][0]
    assert other.get(fresh.replace(code, used)).status_code == 403 and not is_in(other)


def test_an_answer_of_one_provider_is_none_of_another(
    keycloak: Provider, there: OpenIDProvider
) -> None:
    other = provider_at(there, name="Other")
    browser = Client()
    back = consented(browser, keycloak)
    assert browser.get(back.replace(keycloak.key, other.key)).status_code == 403
    assert not is_in(browser) and "/token" not in there.asked


def test_a_kept_journey_that_was_not_signed_here_is_none(keycloak: Provider) -> None:
    browser = Client()
    back = consented(browser, keycloak)
    browser.cookies[COOKIE] = signing.dumps(["s", "n", "v", keycloak.pk, "", 9e9], key="another")
    forged = browser.get(f"/portal/with/{keycloak.key}/back?code=x&state=s")
    assert forged.status_code == 403 and browser.get(back).status_code == 403


def test_an_answer_that_took_too_long_begins_again(keycloak: Provider) -> None:
    browser = Client()
    back = consented(browser, keycloak)
    with moved_to(clock.now() + timedelta(minutes=11)):
        assert "took too long" in browser.get(back).content.decode()


FORGERIES = {
    "of another desk": {"aud": "another"},
    "for two, by the other": {"aud": [CLIENT, "another"], "azp": "another"},
    "for two, by nobody": {"aud": [CLIENT, "another"]},
    "by another issuer": {"iss": "https://evil.example"},
    "of another sign-in": {"nonce": "x" * 43},
    "without a nonce": {"nonce": None},
    "without an end": {"exp": None},
    "without a beginning": {"iat": None},
    "about nobody": {"sub": None},
    "with a number for a subject": {"sub": 7},
    "with half a letter for a nonce": {"nonce": "\ud800"},
    "with half a letter for an issuer": {"iss": "\ud800\x00"},
}


@pytest.mark.parametrize("bend", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_token_that_is_not_for_us_lets_nobody_in(
    keycloak: Provider, there: OpenIDProvider, bend: dict[str, Any]
) -> None:
    there.bend = bend
    browser = Client()
    answer = comes_by(keycloak, browser)
    assert answer.status_code == 403 and "can’t be believed" in answer.content.decode()
    assert not is_in(browser) and not Account.objects.exists()
    keycloak.refresh_from_db()
    assert keycloak.refused_why


@pytest.mark.parametrize(
    ("algorithm", "kid"), [("none", "first"), ("HS256", "first"), ("RS256", "other")]
)
def test_a_forged_signature_lets_nobody_in(
    keycloak: Provider, there: OpenIDProvider, algorithm: str, kid: str
) -> None:
    if algorithm == "HS256":
        there.key = CLIENT * 8
    there.algorithm, there.kid = algorithm, kid
    browser = Client()
    assert comes_by(keycloak, browser).status_code == 403 and not is_in(browser)


def test_a_token_by_another_key_of_the_same_name_lets_nobody_in(
    keycloak: Provider, there: OpenIDProvider
) -> None:
    there.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    browser = Client()
    assert comes_by(keycloak, browser).status_code == 403 and not is_in(browser)


@pytest.mark.parametrize("bend", [{"exp": 1_000_000_000}, {"iat": 9_999_999_999}])
def test_clocks_that_differ_are_named(
    keycloak: Provider, there: OpenIDProvider, bend: dict[str, int]
) -> None:
    there.bend = bend
    answer = comes_by(keycloak)
    assert answer.status_code == 403 and "clocks of Keycloak" in answer.content.decode()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("access_denied", "You didn’t let Keycloak tell us"),
        ("temporarily_unavailable", "doesn’t answer just now"),
        ("unauthorized_client", "without saying who you are"),
        ("\x00<b>" * 50, "without saying who you are"),
    ],
)
def test_a_refusal_there_is_said_with_the_way_back(
    keycloak: Provider, there: OpenIDProvider, fault: str, said: str
) -> None:
    there.refusal = fault
    page = comes_by(keycloak, onward="/portal/status").content.decode()
    assert said in page and 'href="/portal/sign-in?next=%2Fportal%2Fstatus"' in page


def test_a_provider_that_is_away_is_said_before_and_after(
    keycloak: Provider, there: OpenIDProvider
) -> None:
    there.down = 503
    before = Client().get(f"/portal/with/{keycloak.key}")
    assert before.status_code == 403 and "doesn’t answer just now" in before.content.decode()
    there.down = 0
    with moved_to(clock.now() + timedelta(minutes=2)):
        browser = Client()
        back = consented(browser, keycloak)
        there.down = 503
        assert "doesn’t answer just now" in browser.get(back).content.decode()


def test_strangers_can_not_make_the_desk_ask_a_provider_again_and_again(
    keycloak: Provider, there: OpenIDProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        consented(Client(), keycloak)
    documents = [path for path in there.asked if "authorize" not in path]
    assert len(documents) == 2  # its own and its keys
    monkeypatch.setattr(failures, "OF_A_NETWORK", 2)
    for _ in range(3):
        browser = Client()
        state = parse_qs(urlsplit(consented(browser, keycloak)).query)["state"][0]
        answer = browser.get(f"/portal/with/{keycloak.key}/back", {"code": "x", "state": state})
        assert answer.status_code == 403
    assert len(there.forms) == 2 and "Too many sign-ins" in answer.content.decode()
    assert SignInFailure.objects.count() == 2


@pytest.mark.parametrize(
    ("said", "noted"),
    [
        ({"error": "invalid_scope"}, "It sent someone back with “invalid_scope”."),
        ({"error": "Call +1 555 0100"}, "It sent someone back without a code."),
        ({"error": "\0"}, "It sent someone back without a code."),
        ({}, "It sent someone back without a code."),
    ],
)
def test_what_an_address_says_is_kept_as_a_fault_alone_and_holds_no_school_to_account(
    keycloak: Provider, said: dict[str, str], noted: str
) -> None:
    browser = Client()
    state = parse_qs(urlsplit(consented(browser, keycloak)).query)["state"][0]
    answer = browser.get(f"/portal/with/{keycloak.key}/back", {"state": state, **said})
    assert answer.status_code == 403
    assert "sent you back without saying who you are" in answer.content.decode()
    keycloak.refresh_from_db()
    assert keycloak.refused_why == noted
    assert not SignInFailure.objects.exists()


def test_a_slow_provider_leaves_the_other_thread_to_the_desk(
    keycloak: Provider, there: OpenIDProvider
) -> None:
    browser = Client()
    back = consented(browser, keycloak)
    with asking_outside():  # another page asks somebody just now
        assert "doesn’t answer just now" in browser.get(back).content.decode()
    assert there.forms == [] and not SignInFailure.objects.exists()


@pytest.mark.django_db
def test_no_key_of_a_provider_has_a_zero_byte() -> None:
    assert Client().get("/portal/with/%00").status_code == 404


def test_a_provider_that_is_switched_off_is_not_there(keycloak: Provider) -> None:
    browser = Client()
    back = consented(browser, keycloak)
    Provider.objects.update(is_on=False)
    assert browser.get(back).status_code == 404 and not is_in(browser)
    assert browser.get(f"/portal/with/{keycloak.key}").status_code == 404
    assert "Keycloak" not in browser.get("/portal/sign-in").content.decode()


def test_a_districts_provider_need_not_be_shown_to_everyone(
    town: Town, there: OpenIDProvider
) -> None:
    own = provider_at(there, name="North Valley", district=town.north_valley, listed=False)
    browser = Client()
    assert "North Valley" not in browser.get("/portal/sign-in").content.decode()
    assert comes_by(own, browser).status_code == 302


def test_all_of_it_speaks_spanish(keycloak: Provider, there: OpenIDProvider) -> None:
    browser = Client(headers={"accept-language": "es"})
    assert "O entre con" in browser.get("/portal/sign-in").content.decode()
    there.user["email"] = "nadie@elsewhere.example"
    page = comes_by(keycloak, browser).content.decode()
    assert "No conocemos su dirección nadie@elsewhere.example" in page
