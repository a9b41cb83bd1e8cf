"""DKIM: what leaves from one of the desk's domains is signed by the desk, once its key is in the DNS."""

from __future__ import annotations

import base64
import logging
from itertools import count

import dkim
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from django.db import transaction

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.sealing import seal, unseal
from deskbell.mail import dns
from deskbell.mail.composing import sender_of
from deskbell.mail.models import OutboundMail, SigningKey

BITS = 2048
# What is signed: all that a reader or a mail program goes by. From twice, so that none can be added.
SIGNED = [
    name.encode()
    for name in (
        "from from to cc subject date message-id in-reply-to references reply-to mime-version "
        "content-type content-transfer-encoding auto-submitted list-unsubscribe "
        "list-unsubscribe-post"
    ).split()
]
Algorithm = SigningKey.Algorithm
log = logging.getLogger(__name__)


class Signer:
    """Signs a batch of mails: the keys of a domain are asked for once, with the first of them."""

    def __init__(self) -> None:
        self._keys: dict[str, list[SigningKey]] = {}

    def signed(self, raw: bytes, mail: OutboundMail) -> bytes:
        """The mail with a signature of each key of its sender's domain that is published. A key that can't
        be opened keeps no mail from leaving."""
        domain = sender_of(mail).rpartition("@")[2]
        if domain not in self._keys:
            published = SigningKey.objects.filter(domain=domain).exclude(published_at=None)
            self._keys[domain] = list(published.order_by("id"))
        made = raw
        for key in self._keys[domain]:
            try:
                made = _signature(key, raw) + made
            except (Refused, dkim.DKIMException):
                log.exception("The key %s can't sign", key)
        return made


@transaction.atomic
def make_keys(domain: str) -> list[SigningKey]:
    """Make an RSA and an Ed25519 key for a domain, or return those that it has. Keys that can't be opened
    any more give way to new ones, under names that the DNS does not know yet."""
    found = list(SigningKey.objects.filter(domain=domain).order_by("id"))
    if found and not any(key.is_locked for key in found):
        return found
    before = {key.selector for key in found}
    SigningKey.objects.filter(pk__in=[key.pk for key in found]).delete()
    month = f"deskbell{clock.now():%Y%m}"
    names = (month if n == 1 else f"{month}-{n}" for n in count(1))
    name = next(each for each in names if each not in before)
    return [_make(domain, name, Algorithm.RSA), _make(domain, f"{name}e", Algorithm.ED25519)]


def check_dns(domain: str) -> list[SigningKey]:
    """Ask the DNS for each key's record; one that is there signs from now on, one that isn't no longer."""
    keys = list(SigningKey.objects.filter(domain=domain).order_by("id"))
    if not keys:
        raise Refused(f"There is no key for {domain} yet. Make one first.")
    for key in keys:
        key.checked_at, key.finding = clock.now(), _finding(key)
        key.published_at = None if key.finding else (key.published_at or clock.now())
        key.save(update_fields=["checked_at", "finding", "published_at"])
    return keys


def _finding(key: SigningKey) -> str:
    """What is wrong with the record in the DNS; empty if it is as it must be."""
    try:
        records = dns.txt(str(key))
    except dns.Unanswered as error:
        return str(error)
    if not records:
        return "There is no TXT record at this name yet. DNS changes can take hours to show."
    published = {_public_half(record) for record in records}
    return "" if key.public in published else "There is a record, but it names another key."


def _public_half(record: str) -> str:
    tags = dict(part.strip().partition("=")[::2] for part in record.split(";"))
    return "".join(tags.get("p", "").split())


def _signature(key: SigningKey, raw: bytes) -> bytes:
    found: bytes = dkim.sign(
        raw,
        key.selector.encode(),
        key.domain.encode("idna"),
        unseal(key.sealed).encode(),
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=SIGNED,
        signature_algorithm=(
            b"ed25519-sha256" if key.algorithm == Algorithm.ED25519 else b"rsa-sha256"
        ),
    )
    return found


def _make(domain: str, selector: str, algorithm: Algorithm) -> SigningKey:
    private, public = _rsa() if algorithm == Algorithm.RSA else _ed25519()
    return SigningKey.objects.create(
        domain=domain,
        selector=selector,
        algorithm=algorithm,
        sealed=seal(private.decode()),
        public=base64.b64encode(public).decode(),
    )


def _rsa() -> tuple[bytes, bytes]:
    key = generate_private_key(public_exponent=65537, key_size=BITS)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return private, public


def _ed25519() -> tuple[bytes, bytes]:
    """Both halves raw; the private one in base64, as dkimpy reads it."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(private), public
