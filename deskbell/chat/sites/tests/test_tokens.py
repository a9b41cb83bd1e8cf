"""A signed identity is believed by the site's own keys and their own algorithms, and by nothing else."""

from __future__ import annotations

import base64
import hmac
import json
import time
import warnings
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from deskbell.chat.sites import keys
from deskbell.chat.sites.models import Site, SiteKey
from deskbell.chat.sites.tests.conftest import NORTH, PORTAL, Signed, pem
from deskbell.chat.sites.tokens import Expired, NotBelieved, claims_in
from deskbell.lib.errors import Refused
from tests.town import Town

HOUR = 3600


def part(said: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


def refused(token: str, origin: str = PORTAL) -> str:
    """Why it was not believed."""
    with pytest.raises(NotBelieved) as refusal:
        claims_in(token, origin)
    return refusal.value.why


def test_a_token_of_the_shared_secret_says_who_it_is(signed: Signed, portal: Site) -> None:
    said = claims_in(signed(name="Mia  Moss", role="student", school="Lincoln High"), PORTAL)
    assert (said.site, said.sub, said.name, said.role) == (portal, "pupil-7", "Mia Moss", "student")
    assert (said.email, said.district) == ("", "")


def test_tokens_of_public_keys_are_believed(
    signed: Signed, portal: Site, town: Town, rsa_key: Any, ec_key: Any
) -> None:
    keys.paste(portal, pem(rsa_key), kid="r", by=town.ada)
    keys.paste(portal, pem(ec_key), kid="e", by=town.ada)
    assert claims_in(signed(rsa_key, "RS256", {"kid": "r"}), PORTAL).sub == "pupil-7"
    assert claims_in(signed(ec_key, "ES256", {"kid": "e"}), PORTAL).sub == "pupil-7"


def test_a_token_without_a_key_id_is_tried_with_each_key(
    signed: Signed, portal: Site, town: Town
) -> None:
    keys.make_secret(portal, by=town.ada)
    assert claims_in(signed(headers={}), PORTAL).sub == "pupil-7"


def test_keys_rotate_both_hold_until_the_old_one_is_retired(
    signed: Signed, portal: Site, secret: tuple[SiteKey, str], town: Town
) -> None:
    new, new_secret = keys.make_secret(portal, by=town.ada)
    old_token, new_token = signed(), signed(new_secret, headers={"kid": new.kid})
    for token in (old_token, new_token):
        claims_in(token, PORTAL)
    keys.set_retired(portal, secret[0].pk, retired=True)
    claims_in(new_token, PORTAL)
    assert "No key" in refused(old_token)
    keys.set_retired(portal, secret[0].pk, retired=False)
    claims_in(old_token, PORTAL)


def test_an_expired_token_is_told_apart(signed: Signed) -> None:
    with pytest.raises(Expired):
        claims_in(signed(exp=int(time.time()) - HOUR), PORTAL)


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"exp": None}, "exp"),
        ({"sub": None}, "sub"),
        ({"sub": ""}, "sub"),
        ({"sub": "x" * 256}, "sub"),
        ({"sub": ["pupil-7"]}, "ubject"),
        ({"name": {"first": "Mia"}}, "name"),
        ({"name": "Mia\x00"}, "name"),
        ({"exp": "soon"}, "xpir"),
        ({"exp": 1e400}, "not valid"),
        ({"exp": int(time.time()) + 13 * HOUR}, "longer than 12 hours"),
        ({"nbf": int(time.time()) + HOUR}, "not yet"),
        ({"aud": "https://someone.else.example"}, "aud"),
        ({"aud": ["https://someone.else.example"]}, "aud"),
    ],
)
def test_what_a_token_must_say(signed: Signed, claims: dict[str, Any], why: str) -> None:
    assert why in refused(signed(**claims))


def test_a_token_for_this_desk_or_for_what_the_site_says_is_ours(
    signed: Signed, portal: Site, settings: Any
) -> None:
    claims_in(signed(aud=[settings.DESK_URL]), PORTAL)
    portal.audience = "deskbell"
    portal.save()
    claims_in(signed(aud="deskbell"), PORTAL)
    for audience in (None, settings.DESK_URL):
        assert "aud" in refused(signed(aud=audience))


def test_a_changed_token_is_refused(signed: Signed) -> None:
    head, _, sign = signed().split(".")
    forged = part({"sub": "principal", "exp": int(time.time()) + 600})
    assert "signature" in refused(f"{head}.{forged}.{sign}")


def test_a_token_by_another_secret_is_refused(signed: Signed) -> None:
    assert "signature" in refused(signed("another secret of enough letters, I hope"))


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "", None, 256, "HS512", "RS256"])
def test_the_token_does_not_choose_the_algorithm(
    signed: Signed, secret: tuple[SiteKey, str], alg: Any
) -> None:
    head = part({"alg": alg, "typ": "JWT", "kid": secret[0].kid})
    refused(f"{head}.{signed().split('.')[1]}.")


def test_a_longer_hash_by_the_right_secret_is_refused(signed: Signed) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        token = signed(alg="HS512")
    assert "HS512" in refused(token)


def test_a_public_key_is_no_secret(signed: Signed, portal: Site, town: Town, rsa_key: Any) -> None:
    """Signed by HS256 with the public key's own letters, which anyone may know."""
    keys.paste(portal, pem(rsa_key), kid="r", by=town.ada)
    for letters in (pem(rsa_key), pem(rsa_key).strip()):
        head, body = part({"alg": "HS256", "kid": "r"}), signed().split(".")[1]
        mac = hmac.digest(letters.encode(), f"{head}.{body}".encode(), "sha256")
        signature = base64.urlsafe_b64encode(mac).decode()
        assert "RS256" in refused(f"{head}.{body}.{signature.rstrip('=')}")


def test_a_key_inside_the_token_is_not_looked_at(
    signed: Signed, secret: tuple[SiteKey, str]
) -> None:
    mine = ec.generate_private_key(ec.SECP256R1())
    inside = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(mine.public_key()))
    told = {"jwk": inside}
    for headers in (told, {**told, "kid": secret[0].kid}, {"jku": "https://evil.example/keys"}):
        refused(signed(mine, "ES256", headers))


def test_a_token_of_one_site_is_nothing_on_the_page_of_another(
    signed: Signed, north: Site, ec_key: Any
) -> None:
    assert "No key" in refused(signed(), NORTH)
    norths = signed(ec_key, "ES256", {"kid": "north-1"})
    assert claims_in(norths, NORTH).site == north
    refused(norths, PORTAL)
    refused(norths, "https://nobody.example")
    assert claims_in(norths, "").site == north  # the desk's own pages


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "....", "\u00e9.\u00e9.\u00e9", "x" * 5000])
def test_what_is_no_token_is_refused(signed: Signed, token: str) -> None:
    refused(token)


def test_the_site_says_what_was_wrong_and_the_visitor_is_not_told(
    signed: Signed, portal: Site
) -> None:
    with pytest.raises(NotBelieved) as refusal:
        claims_in(signed("another secret of enough letters, I hope"), PORTAL)
    portal.refresh_from_db()
    assert "signature" in portal.refused_why
    assert portal.refused_at
    assert "signature" not in str(refusal.value)


def test_a_secret_is_kept_sealed(secret: tuple[SiteKey, str]) -> None:
    key, told = secret
    assert told not in str(SiteKey.objects.values().get())
    assert len(told) >= 43
    assert key.sealed


@pytest.mark.parametrize("kind", ["private", "small", "curve", "other", "nonsense"])
def test_a_key_that_can_not_serve_is_refused_when_it_is_pasted(
    portal: Site, town: Town, rsa_key: rsa.RSAPrivateKey, kind: str
) -> None:
    makers: dict[str, Callable[[], str]] = {
        "private": lambda: "-----BEGIN PRIVATE KEY-----\nMIG\n-----END PRIVATE KEY-----",
        "small": lambda: pem(rsa.generate_private_key(65537, 1024)),
        "curve": lambda: pem(ec.generate_private_key(ec.SECP384R1())),
        "other": lambda: "ssh-ed25519 AAAA",
        "nonsense": lambda: "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pasted = makers[kind]()
    with pytest.raises(Refused):
        keys.paste(portal, pasted, by=town.ada)
    assert not portal.keys.exists()
