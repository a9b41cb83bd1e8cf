"""Web push: what a push service is handed, by the RFCs (E6)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.lib.push import encrypting
from deskbell.lib.push.encrypting import padless, unpadded
from deskbell.lib.sealing import seal
from deskbell.lib.tests.test_push import AUTH, THEIR_POINT, THEIRS, key_of, opened
from deskbell.oncall.models import Method, PushKeys
from deskbell.oncall.tests.outside import Outside
from deskbell.oncall.tests.test_remote_ways import ADA, OVER, PAGE
from deskbell.oncall.ways.push import form
from deskbell.oncall.ways.push.keys import ensure_keys
from deskbell.oncall.ways.remote import REMOTE, Gone
from tests.town import at


def push(outside: Outside, **more: Any) -> Method:
    private = padless(b"\x01" * 32)
    secrets = {
        "endpoint": outside.url + "/send/abc",
        "p256dh": THEIR_POINT,
        "auth": AUTH,
        "key": private,
    }
    return Method(way="push", sealed=seal(json.dumps(secrets | more)))


def test_a_page_is_handed_over_as_rfc_8030_and_8292_say_e6(outside: Outside) -> None:
    outside.status = 201
    outside.headers = {"Location": "https://push.example.net/message/qDIYHNcfAIPP_5ITvURr"}
    with moved_to(at("2026-11-24 03:00")):
        name = REMOTE["push"].send(PAGE, push(outside))
    assert name == "https://push.example.net/message/qDIYHNcfAIPP_5ITvURr"
    sent = outside.last
    assert sent.path == "/send/abc"
    assert (sent.headers["ttl"], sent.headers["urgency"]) == ("3600", "high")
    assert sent.headers["content-encoding"] == "aes128gcm"
    assert 0 < len(sent.headers["topic"]) <= 32  # RFC 8030, 5.4
    told = json.loads(opened(sent.content, key_of(THEIRS), AUTH))
    assert (told["title"], told["link"], told["kind"]) == (PAGE.title, PAGE.link, "page")
    assert b"Streaming" not in sent.content


def test_the_service_knows_the_desk_by_a_signed_token_rfc_8292(outside: Outside) -> None:
    with moved_to(at("2026-11-24 03:00")):
        REMOTE["push"].send(PAGE, push(outside))
    scheme, _, rest = outside.last.headers["authorization"].partition(" ")
    parts = dict(each.strip().split("=", 1) for each in rest.split(","))
    head, claims, signature = parts["t"].split(".")
    assert scheme == "vapid"
    assert json.loads(unpadded(head)) == {"typ": "JWT", "alg": "ES256"}
    said = json.loads(unpadded(claims))
    assert said["aud"] == outside.url
    assert said["sub"].startswith(("mailto:", "https://"))
    assert said["exp"] - at("2026-11-24 03:00").timestamp() <= 24 * 3600
    raw = unpadded(signature)
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    encrypting.public_key(parts["k"]).verify(
        encode_dss_signature(r, s), f"{head}.{claims}".encode(), ec.ECDSA(SHA256())
    )


def test_that_it_is_over_replaces_the_page_and_wakes_nobody(outside: Outside) -> None:
    REMOTE["push"].send(PAGE, push(outside))
    REMOTE["push"].send(OVER, push(outside))
    page, over = outside.taken
    assert page.headers["topic"] == over.headers["topic"]
    assert over.headers["urgency"] == "normal"


def test_no_bundle_replaces_another(outside: Outside) -> None:
    for text in ("one", "two"):
        REMOTE["push"].send(replace(PAGE, kind="bundle", key="bundle", text=text), push(outside))
    one, two = outside.taken
    assert one.headers["topic"] != two.headers["topic"]


def test_a_long_message_is_cut_to_what_a_service_takes(outside: Outside) -> None:
    REMOTE["push"].send(replace(PAGE, text="𝄞" * 5000), push(outside))
    assert len(outside.last.content) <= 4096
    told = json.loads(opened(outside.last.content, key_of(THEIRS), AUTH))
    assert told["link"] == PAGE.link and len(told["text"]) > 100


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_has_ended_is_gone(outside: Outside, status: int) -> None:
    """RFC 8030, 7.3: 404 for an expired one; services answer 410 for one that was ended."""
    outside.status = status
    with pytest.raises(Gone):
        REMOTE["push"].send(PAGE, push(outside))


@pytest.mark.django_db
def test_the_desks_keys_are_made_once_and_sealed() -> None:
    public, private = ensure_keys()
    assert ensure_keys() == (public, private)
    assert padless(encrypting.point_of(key_of(private).public_key())) == public
    assert private not in PushKeys.objects.get().sealed


@pytest.mark.django_db
def test_its_form_takes_what_a_browser_gives() -> None:
    given = {
        "endpoint": "https://fcm.googleapis.com/fcm/send/abc",
        "expirationTime": None,
        "keys": {"p256dh": THEIR_POINT, "auth": AUTH},
    }
    got = form.read({"subscription": json.dumps(given)}, ADA)
    assert got.where == "fcm.googleapis.com"
    assert got.secrets["endpoint"] == given["endpoint"]
    assert got.secrets["key"] == ensure_keys()[1]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "given",
    [
        "",
        "[]",
        "{}",
        "1",
        '{"endpoint": "https://a.example/", "keys": {"p256dh": "AAAA", "auth": "AAAA"}}',
        f'{{"endpoint": 1, "keys": {{"p256dh": "{THEIR_POINT}", "auth": "{AUTH}"}}}}',
        f'{{"endpoint": "https://a.example/", "keys": {{"p256dh": "{THEIR_POINT}", "auth": "é"}}}}',
        f'{{"endpoint": "http://10.0.0.1/", "keys": {{"p256dh": "{THEIR_POINT}", "auth": "{AUTH}"}}}}',
    ],
)
def test_its_form_refuses_what_no_browser_gives(given: str) -> None:
    with pytest.raises(Refused):
        form.read({"subscription": given}, ADA)
