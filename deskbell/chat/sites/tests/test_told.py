"""The keys that a site tells itself, over real HTTP: they rotate by themselves, and nobody makes us hurry."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from deskbell.chat.sites import editing, told
from deskbell.chat.sites.models import Site
from deskbell.chat.sites.tests.conftest import PORTAL, Signed
from deskbell.chat.sites.tokens import NotBelieved, claims_in
from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused


def told_as(key: Any, **more: Any) -> dict[str, Any]:
    """A key as a site tells it."""
    algorithm: Any = jwt.algorithms.ECAlgorithm
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        algorithm = jwt.algorithms.RSAAlgorithm
    return {**json.loads(algorithm.to_jwk(key.public_key())), "use": "sig", **more}


class Portal:
    """A portal's server."""

    def __init__(self) -> None:
        self.keys: Any = []
        self.status, self.asked, self.url = 200, 0, ""


@pytest.fixture
def server(portal: Site, settings: Any) -> Iterator[Portal]:
    settings.MAY_REACH = ["127.0.0.1"]
    there = Portal()

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            there.asked += 1
            said = json.dumps({"keys": there.keys}).encode()
            self.send_response(there.status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    there.url = f"http://127.0.0.1:{http.server_port}/keys"
    portal.keys_url = there.url
    portal.save()
    yield there
    http.shutdown()
    http.server_close()
    thread.join()


@pytest.fixture
def by_portal(signed: Signed, settings: Any) -> Signed:
    return lambda key, kid, alg: signed(key, alg, {"kid": kid}, aud=settings.DESK_URL)


def test_keys_are_fetched_when_they_are_needed_and_rotate(
    server: Portal, by_portal: Signed, rsa_key: Any, ec_key: Any
) -> None:
    server.keys = [told_as(rsa_key, kid="old")]
    claims_in(by_portal(rsa_key, "old", "RS256"), PORTAL)
    claims_in(by_portal(rsa_key, "old", "RS256"), PORTAL)
    assert server.asked == 1
    server.keys.insert(0, told_as(ec_key, kid="new", alg="ES256"))
    with moved_to(clock.now() + timedelta(minutes=2)):
        claims_in(by_portal(ec_key, "new", "ES256"), PORTAL)
        claims_in(by_portal(rsa_key, "old", "RS256"), PORTAL)
    assert server.asked == 2
    server.keys = [told_as(ec_key, kid="new")]
    with moved_to(clock.now() + timedelta(hours=2)), pytest.raises(NotBelieved):
        claims_in(by_portal(rsa_key, "old", "RS256"), PORTAL)


def test_forged_key_ids_make_the_desk_ask_once_a_minute_at_most(
    server: Portal, by_portal: Signed, rsa_key: Any
) -> None:
    server.keys = [told_as(rsa_key, kid="old")]
    for each in range(5):
        with pytest.raises(NotBelieved):
            claims_in(by_portal(rsa_key, f"forged-{each}", "RS256"), PORTAL)
    assert server.asked == 1


def test_a_site_that_is_away_is_believed_for_a_day(
    server: Portal, by_portal: Signed, rsa_key: Any, portal: Site
) -> None:
    server.keys = [told_as(rsa_key, kid="old")]
    claims_in(by_portal(rsa_key, "old", "RS256"), PORTAL)
    server.status = 500
    with moved_to(clock.now() + timedelta(hours=23)):
        claims_in(by_portal(rsa_key, "old", "RS256"), PORTAL)
    portal.refresh_from_db()
    assert "500" in portal.keys_problem
    with moved_to(clock.now() + timedelta(hours=25)), pytest.raises(NotBelieved):
        claims_in(by_portal(rsa_key, "old", "RS256"), PORTAL)


def test_a_key_that_is_told_must_be_used_for_this_desk(
    server: Portal, signed: Signed, rsa_key: Any
) -> None:
    """One provider signs for many: what it signed for another is none for us."""
    server.keys = [told_as(rsa_key, kid="old")]
    for audience in (None, "https://another.example"):
        with pytest.raises(NotBelieved) as refusal:
            claims_in(signed(rsa_key, "RS256", {"kid": "old"}, aud=audience), PORTAL)
        assert "aud" in refusal.value.why


@pytest.mark.parametrize(
    "keys",
    [
        None,
        [],
        "keys",
        [7],
        [{"kty": "oct", "k": "c2VjcmV0", "kid": "old"}],
        [{"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "old"}],
        [{"kty": "EC", "crv": "P-256", "x": "?", "y": "?", "kid": "old"}],
    ],
)
def test_what_can_not_serve_is_left_out_and_said(server: Portal, portal: Site, keys: Any) -> None:
    server.keys = keys
    told.refresh(portal, now=True)
    assert portal.keys_problem
    assert portal.keys_told == []


def test_keys_for_other_uses_are_left_out(
    server: Portal, portal: Site, rsa_key: Any, ec_key: Any
) -> None:
    server.keys = [
        told_as(rsa_key, kid="for encryption", use="enc"),
        told_as(rsa_key, kid="another algorithm", alg="PS256"),
        told_as(rsa_key),
        told_as(ec_key, kid="good"),
    ]
    told.refresh(portal, now=True)
    assert [each["kid"] for each in portal.keys_told] == ["good"]


@pytest.mark.parametrize("url", ["http://portal.example/keys", "https://10.0.0.1/keys", "ftp://x"])
def test_an_address_inside_or_in_the_open_is_refused(portal: Site, url: str) -> None:
    with pytest.raises(Refused):
        editing.set_keys_url(portal, url)
