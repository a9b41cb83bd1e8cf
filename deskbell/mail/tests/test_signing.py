"""DKIM: signatures that hold after a real SMTP hop, by keys that are sealed and published."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import dkim
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.test import Client

from deskbell.lib import files
from deskbell.lib.errors import Refused
from deskbell.mail import dns, outbound, signing
from deskbell.mail.models import SigningKey, SupportAddress
from deskbell.mail.tests.conftest import SUPPORT, free_port, relay_settings
from deskbell.tickets.opening import open_by_agent
from deskbell.tickets.words import File, Words
from tests.town import Town

DOMAIN = SUPPORT.rpartition("@")[2]
AWKWARD = ".\n..a dot\nFrom the start\ttab  \n\n" + "ü € 漢 " * 300 + "\n \n\n\n"
Sent = Callable[[], list[EmailMessage]]


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """The DNS of the desk's domain: TXT records by name."""
    records: dict[str, list[str]] = {}
    monkeypatch.setattr(dns, "txt", lambda name: records.get(name, []))
    return records


@pytest.fixture
def keys(town: Town, zone: dict[str, list[str]]) -> list[SigningKey]:
    """Two keys whose records are published."""
    made = signing.make_keys(DOMAIN)
    zone.update({str(key): [key.record] for key in made})
    return signing.check_dns(DOMAIN)


@pytest.fixture
def raw_relay(settings: Any) -> Any:
    """A relay that keeps the very bytes."""

    class Keeper:
        raw: list[bytes] = []

        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
            assert isinstance(envelope.content, bytes)
            self.raw.append(envelope.content)
            return "250 OK"

    kept = Keeper()
    controller = Controller(kept, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_RELAY = relay_settings(controller.port)
    yield kept
    controller.stop()


def sent_by(raw_relay: Any, town: Town, text: str) -> bytes:
    file = File(
        "näme.bin", "application/octet-stream", 300, files.keep(bytes(range(256)) + b"\n.\n")
    )
    words = Words(text, files=(file,))
    open_by_agent("Ünïcode", words, by=town.ana, requester=town.tess, customers_words=False)
    while outbound.step() == 0:
        pass
    return bytes(raw_relay.raw[-1])


@pytest.mark.parametrize("text", ["Plain", AWKWARD], ids=["plain", "awkward"])
def test_both_signatures_hold_after_a_real_hop(
    town: Town, keys: list[SigningKey], zone: dict[str, list[str]], raw_relay: Any, text: str
) -> None:
    raw = sent_by(raw_relay, town, text)
    assert raw.count(b"DKIM-Signature:") == 2
    for index in range(2):
        assert dkim.DKIM(raw).verify(idx=index, dnsfunc=_asking(zone))
        relaxed = (
            raw.replace(b"Subject: ", b"subject:   ") + b"\r\n\r\n"
        )  # as servers on the way do
        assert dkim.DKIM(relaxed).verify(idx=index, dnsfunc=_asking(zone))


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw.replace(b"To: Tess", b"To: Jess", 1),
        lambda raw: raw.replace(b"Plain", b"Plane", 1),
        lambda raw: raw.replace(b"From: ", b"From: evil@x.example\r\nFrom: ", 1),
    ],
    ids=["header", "body", "second From"],
)
def test_a_mail_that_was_changed_on_the_way_does_not_verify(
    town: Town, keys: list[SigningKey], zone: dict[str, list[str]], raw_relay: Any, change: Any
) -> None:
    raw = sent_by(raw_relay, town, "Plain")
    assert change(raw) != raw
    for index in range(2):
        assert not _holds(change(raw), index, zone)


def test_a_key_signs_only_once_its_record_is_in_the_dns(
    town: Town, zone: dict[str, list[str]], raw_relay: Any
) -> None:
    rsa, ed25519 = signing.make_keys(DOMAIN)
    assert b"DKIM-Signature" not in sent_by(raw_relay, town, "x")

    zone[str(rsa)] = ["v=spf1 -all", rsa.record.replace("; ", ";")]
    zone[str(ed25519)] = ["v=DKIM1; k=ed25519; p=bm90IHRoaXM="]
    found, missing = signing.check_dns(DOMAIN)
    assert found.published_at and not found.finding
    assert not missing.published_at and "another key" in missing.finding
    assert sent_by(raw_relay, town, "x").count(b"DKIM-Signature") == 1

    zone.clear()
    assert all("no TXT record" in key.finding for key in signing.check_dns(DOMAIN))
    assert b"DKIM-Signature" not in sent_by(raw_relay, town, "x")


def test_keys_are_made_once_and_lie_sealed(town: Town) -> None:
    first = signing.make_keys(DOMAIN)
    assert signing.make_keys(DOMAIN) == first
    assert all("PRIVATE" not in key.sealed and len(key.sealed) > 80 for key in first)
    assert {key.algorithm for key in first} == {"rsa", "ed25519"}
    with pytest.raises(Refused, match="no key"):
        signing.check_dns("other.example")


def test_under_another_secret_key_mails_leave_unsigned_and_are_not_lost(
    town: Town, keys: list[SigningKey], raw_relay: Any, settings: Any
) -> None:
    settings.SECRET_KEY = "another secret key, made later, and long enough to be one"
    assert b"DKIM-Signature" not in sent_by(raw_relay, town, "x")


def test_keys_that_another_secret_key_has_locked_say_so_and_give_way_to_new_ones(
    town: Town, keys: list[SigningKey], zone: dict[str, list[str]], settings: Any
) -> None:
    settings.SECRET_KEY = "another secret key, made later, and long enough to be one"
    browser = Client()
    browser.force_login(town.ada.person)
    address = SupportAddress.objects.create(address=SUPPORT)
    page = browser.get(f"/mail/addresses/{address.pk}").content.decode()
    assert "secret key has changed" in page and "leaves unsigned" in page and "Signs<" not in page

    browser.post(f"/mail/addresses/{address.pk}/keys")
    page = browser.get(f"/mail/addresses/{address.pk}").content.decode()
    names = {key.selector for key in SigningKey.objects.all()}
    assert "secret key has changed" not in page and all(name in page for name in names)
    assert len(names) == 2 and names.isdisjoint(key.selector for key in keys)


def test_the_screen_shows_the_records_and_looks_for_them(
    town: Town, zone: dict[str, list[str]]
) -> None:
    browser = Client()
    browser.force_login(town.ada.person)
    address = SupportAddress.objects.create(address=SUPPORT)
    browser.post(f"/mail/addresses/{address.pk}/keys")
    page = browser.get(f"/mail/addresses/{address.pk}").content.decode()
    for key in SigningKey.objects.all():
        assert str(key) in page and key.record in page and key.sealed not in page

    zone.update({str(key): [key.record] for key in SigningKey.objects.all()})
    browser.post(f"/mail/addresses/{address.pk}/keys/check")
    assert "the record is there." in browser.get(f"/mail/addresses/{address.pk}").content.decode()


def _asking(zone: dict[str, list[str]]) -> Callable[..., bytes | None]:
    def ask(name: bytes, timeout: int = 5) -> bytes | None:
        found = zone.get(name.decode().rstrip("."))
        return found[0].encode() if found else None

    return ask


def _holds(raw: bytes, index: int, zone: dict[str, list[str]]) -> bool:
    try:
        return bool(dkim.DKIM(raw).verify(idx=index, dnsfunc=_asking(zone)))
    except dkim.DKIMException:
        return False
