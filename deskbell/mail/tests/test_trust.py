"""Who a mail is from: SPF, DKIM, DMARC, ARC, and what follows. The DNS is a table (see conftest.py)."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from deskbell.mail.inbound import quarantine, taking
from deskbell.mail.models import RawMail
from deskbell.mail.tests.conftest import Letter, TableOfNames
from deskbell.mail.trust.policies import are_aligned, organization_of
from deskbell.people.models import Notice
from deskbell.sla.verify import differences
from deskbell.tickets.following import followers_of
from deskbell.tickets.models import Ticket
from tests.town import Town, at

Arrive = Callable[..., RawMail]
NORTH, OUTSIDE = "northvalley.example", "203.0.113.7"
SIGNED = [b"from", b"to", b"subject", b"message-id"]


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 1024)


@pytest.fixture
def sign(key: rsa.RSAPrivateKey, dns: TableOfNames) -> Callable[..., bytes]:
    """Signs a mail by DKIM for a domain, whose key then stands in the DNS."""
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def put(raw: bytes, domain: str, *, headers: list[bytes] = SIGNED, **more: Any) -> bytes:
        dns.records[f"s._domainkey.{domain}", "TXT"] = [
            (b"v=DKIM1; k=rsa; p=" + base64.b64encode(public),)
        ]
        made = dkim.sign(raw, b"s", domain.encode(), private, include_headers=headers, **more)
        return bytes(made) + raw

    return put


@pytest.fixture(autouse=True)
def outside_is_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses for documentation count as the internet here."""
    monkeypatch.setattr(
        "deskbell.mail.trust.signatures.is_from_outside", lambda peer: peer.startswith("203.")
    )
    monkeypatch.setattr(
        "deskbell.mail.trust.verdict.is_from_outside", lambda peer: peer.startswith("203.")
    )


@pytest.fixture
def north(dns: TableOfNames) -> TableOfNames:
    """North Valley says by DMARC that its mails are signed."""
    dns.says(f"_dmarc.{NORTH}", "v=DMARC1; p=reject; rua=mailto:a=b@c.example")
    return dns


def test_a_signature_of_the_senders_domain_proves_the_sender(
    town: Town, letter: Letter, arrive: Arrive, sign: Callable[..., bytes], north: TableOfNames
) -> None:
    came = arrive(sign(letter(), NORTH))
    assert (came.state, came.trust) == ("taken", "proved")
    assert came.proof == f"DKIM proves {NORTH}."


def test_a_signature_of_another_domain_proves_nothing(
    town: Town, letter: Letter, arrive: Arrive, sign: Callable[..., bytes]
) -> None:
    came = arrive(sign(letter(), "bulk.example"))
    assert (came.state, came.trust) == ("taken", "unproved")


def test_a_body_that_was_changed_breaks_the_signature(
    town: Town, letter: Letter, arrive: Arrive, sign: Callable[..., bytes]
) -> None:
    came = arrive(sign(letter(), NORTH).replace(b"It is dark", b"Send cash"))
    assert came.trust != "proved"


def test_a_signature_below_which_anyone_can_write_proves_nothing(
    town: Town, letter: Letter, arrive: Arrive, sign: Callable[..., bytes]
) -> None:
    raw = sign(letter(), NORTH, length=True)
    assert arrive(raw + b"Send cash\r\n").trust == "unproved"


def test_the_second_signature_counts_as_well_as_the_first(
    town: Town, letter: Letter, arrive: Arrive, sign: Callable[..., bytes]
) -> None:
    assert arrive(sign(sign(letter(), NORTH), "bulk.example")).trust == "proved"


def test_spf_proves_who_comes_from_the_right_address(
    town: Town, letter: Letter, arrive: Arrive, dns: TableOfNames
) -> None:
    dns.says(NORTH, "v=spf1 ip4:203.0.113.7 -all")
    assert arrive(letter(), peer=OUTSIDE).trust == "proved"
    assert arrive(letter(), peer="203.0.113.8").danger == "pretended"
    assert arrive(letter(), peer="10.0.0.1").trust == "unproved"  # our own relay: not to be asked


def test_spf_of_another_envelope_proves_nothing(
    town: Town, letter: Letter, arrive: Arrive, dns: TableOfNames
) -> None:
    dns.says("bulk.example", "v=spf1 ip4:203.0.113.7 -all")
    came = arrive(letter(), peer=OUTSIDE, sender="x@bulk.example")
    assert (came.state, came.trust) == ("taken", "unproved")


@pytest.mark.parametrize("among_others", [False, True])
def test_nobody_reads_along_whom_a_new_mail_names_that_comes_from_elsewhere(
    town: Town, letter: Letter, arrive: Arrive, put: Arrive, dns: TableOfNames, among_others: bool
) -> None:
    """In a teacher's name, with the writer's own address in Cc: each answer would go there."""
    dns.says("evil.example", "v=spf1 ip4:203.0.113.7 -all")
    if among_others:
        put(letter())
    forged = arrive(letter(cc="spy@evil.example"), peer=OUTSIDE, sender="x@evil.example")
    assert forged.state == "taken" and forged.message
    assert followers_of(forged.message.ticket) == []

    dns.says(NORTH, "v=spf1 ip4:203.0.113.7 -all")
    proved = arrive(letter(cc="friend@evil.example"), peer=OUTSIDE)
    assert proved.message
    assert [each.email for each in followers_of(proved.message.ticket)] == ["friend@evil.example"]


def test_a_mail_that_fails_for_a_districts_domain_is_set_aside_with_the_reason(
    town: Town, letter: Letter, arrive: Arrive, north: TableOfNames
) -> None:
    came = arrive(letter(), peer=OUTSIDE, sender="x@evil.example")
    assert (came.state, came.danger, came.trust) == ("quarantined", "pretended", "failed")
    assert "North Valley" in came.reason and "DMARC p=reject" in came.reason
    assert not Ticket.objects.exists()
    assert Notice.objects.get().recipient == town.ada


def test_also_from_a_host_of_the_districts_domain(
    town: Town, letter: Letter, arrive: Arrive, north: TableOfNames
) -> None:
    came = arrive(letter(**{"from": f"it@mail.{NORTH}"}), peer=OUTSIDE, sender="x@evil.example")
    assert came.danger == "pretended"


def test_a_mail_that_fails_for_someone_elses_domain_comes_in_and_says_so(
    town: Town, letter: Letter, arrive: Arrive, dns: TableOfNames
) -> None:
    dns.says("_dmarc.shop.example", "v=DMARC1; p=none")
    came = arrive(letter(**{"from": "a@shop.example"}), peer=OUTSIDE, sender="x@evil.example")
    assert (came.state, came.trust) == ("taken", "failed")


def test_a_dns_that_does_not_answer_fails_nobody_and_proves_nobody(
    town: Town, letter: Letter, arrive: Arrive, sign: Callable[..., bytes], north: TableOfNames
) -> None:
    raw = sign(letter(), NORTH)
    for silent in ({f"s._domainkey.{NORTH}"}, {NORTH}, {f"_dmarc.{NORTH}"}):
        north.silent = silent
        broken = raw if f"s._domainkey.{NORTH}" in silent else letter()
        came = arrive(broken, peer=OUTSIDE)
        assert (came.state, came.trust) == ("taken", "unproved"), silent
        assert "could not be checked" in came.proof


def test_results_of_a_trusted_server_are_believed_and_no_others(
    town: Town, letter: Letter, arrive: Arrive, settings: Any
) -> None:
    settings.TRUSTED_AUTHSERV = frozenset({"mx.desk.example"})
    good = f"dmarc=pass (p=reject) header.from={NORTH}; spf=pass smtp.mailfrom=t@{NORTH}"
    bad = f"mx.desk.example; dmarc=fail header.from={NORTH}"

    def trust(*headers: str, **more: str) -> str:
        raw = b"".join(f"Authentication-Results: {each}\r\n".encode() for each in headers)
        return arrive(raw + letter(), **more).trust

    assert trust(f"mx.desk.example; {good}") == "proved"
    assert trust(f"mx.evil.example; {good}") == "unproved"
    assert trust(f"mx.desk.example; dkim=pass header.d={NORTH}") == "proved"
    assert trust("mx.desk.example; dkim=pass header.d=bulk.example") == "unproved"
    assert trust(bad, f"mx.desk.example; {good}") == "failed"  # the topmost one is the server's
    assert trust(f"mx.desk.example; {good}", peer=OUTSIDE) == "unproved"  # not through our server


def test_a_chain_of_a_forwarder_is_believed_if_it_is_trusted(
    town: Town,
    letter: Letter,
    arrive: Arrive,
    key: rsa.RSAPrivateKey,
    dns: TableOfNames,
    settings: Any,
) -> None:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    dns.says("s._domainkey.list.example", "v=DKIM1; p=" + base64.b64encode(public).decode())
    dns.says(f"_dmarc.{NORTH}", "v=DMARC1; p=reject")

    def sealed() -> bytes:
        raw = f"Authentication-Results: list.example; dkim=pass header.d={NORTH}\r\n".encode()
        raw += letter()
        seals = dkim.arc_sign(raw, b"s", b"list.example", private, b"list.example", SIGNED)
        return b"".join(seals) + raw

    assert arrive(sealed(), peer=OUTSIDE, sender="l@list.example").danger == "pretended"
    settings.TRUSTED_AUTHSERV = frozenset({"list.example"})
    assert arrive(sealed(), peer=OUTSIDE, sender="l@list.example").trust == "proved"
    broken = sealed().replace(b"It is dark", b"Send cash")
    assert arrive(broken, peer=OUTSIDE, sender="l@list.example").danger == "pretended"


def test_an_agents_own_mail_is_their_reply_if_its_sender_is_proved_k1(
    town: Town, letter: Letter, arrive: Arrive, sign: Callable[..., bytes]
) -> None:
    arrive(letter())
    ticket = Ticket.objects.get()
    named = f"Re: [#{ticket.number}]"
    ana = {"from": "Ana <ana@desk.example>", "subject": named}

    arrive(letter("Not me", **ana))
    assert not ticket.clocks.get(metric="first_reply").stopped_at
    arrive(sign(letter("On it", **ana), "desk.example"))

    said = ticket.messages.order_by("-id")[0]
    assert said.public and said.text == "On it" and said.side == "team"
    assert ticket.clocks.get(metric="first_reply").outcome == "met"
    ticket.refresh_from_db()
    assert ticket.assignee == town.ana and list(differences()) == []


def test_a_mail_that_pretends_to_be_an_agents_is_set_aside(
    town: Town, letter: Letter, arrive: Arrive, dns: TableOfNames
) -> None:
    dns.says("_dmarc.desk.example", "v=DMARC1; p=quarantine")
    came = arrive(letter(**{"from": "ana@desk.example"}), peer=OUTSIDE, sender="x@evil.example")
    assert came.danger == "pretended" and "of the team" in came.reason


def test_what_was_released_counts_from_when_it_came_and_is_late_because_it_was_held_k13(
    town: Town, letter: Letter, arrive: Arrive, north: TableOfNames
) -> None:
    came = arrive(
        letter(), peer=OUTSIDE, sender="x@evil.example", received_at=at("2026-11-19 09:00")
    )
    quarantine.release(came.pk, by=town.ada)
    taking.step()

    ticket = Ticket.objects.get()
    clock = ticket.clocks.get(metric="first_reply")
    assert clock.started_at == at("2026-11-19 09:00")
    assert (clock.outcome, clock.marks) == ("breached", ["held"])
    assert clock.breached_at == ticket.created_at > at("2026-11-20 09:00")
    assert list(differences()) == []


@pytest.mark.parametrize(
    ("domain", "proved", "mode", "aligned"),
    [
        ("a.k12.oh.us", "mail.a.k12.oh.us", "r", True),
        ("a.k12.oh.us", "mail.a.k12.oh.us", "s", False),
        ("a.k12.oh.us", "b.k12.oh.us", "r", False),
        ("north-valley.org", "mail.north-valley.org", "r", True),
        ("north.example", "south.example", "r", False),
        ("a.example", "", "r", False),
    ],
)
def test_domains_are_aligned_if_one_organization_has_them(
    domain: str, proved: str, mode: str, aligned: bool
) -> None:
    assert are_aligned(domain, proved, mode) is aligned


def test_a_domain_of_no_known_ending_is_not_everybodys() -> None:
    assert organization_of("a.b.example") == "b.example"
