"""The keys of a site: made here, pasted, or told by the site; several hold at once, so they can rotate."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)
from django.db import transaction

from deskbell.chat.sites.models import Site, SiteKey
from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.jwks import algorithm_of
from deskbell.lib.sealing import seal, unseal
from deskbell.people.models import Agent

Algorithm = SiteKey.Algorithm
SECRET_BYTES = 32
MOST_KEYS = 8  # of one site that hold at once: rotation needs two
LONGEST_PEM = 10_000
LONGEST_KID = 100


@dataclass(frozen=True)
class Key:
    """What a signature is checked with, and the one algorithm that it is for."""

    kid: str
    algorithm: str
    material: Any  # a secret of bytes, or a public key
    row: int | None = None  # the SiteKey, unless the site told it


@transaction.atomic
def make_secret(site: Site, *, by: Agent) -> tuple[SiteKey, str]:
    """A new shared secret; the second is the secret itself, which is never told again."""
    _refuse_too_many(site)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    kid = secrets.token_hex(6)
    key = SiteKey.objects.create(
        site=site, kid=kid, algorithm=Algorithm.HS256, sealed=seal(secret), made_by=by
    )
    return key, secret


@transaction.atomic
def paste(site: Site, pem: str, *, kid: str = "", by: Agent) -> SiteKey:
    """Take a public key in PEM. Refused: private keys, small ones, other kinds and other curves."""
    _refuse_too_many(site)
    public = _public_in(pem)
    shown = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    name = kid.strip() or sha256(shown).hexdigest()[:12]
    if len(name) > LONGEST_KID:
        raise Refused(f"A key’s id has at most {LONGEST_KID} characters.")
    if site.keys.filter(kid=name).exists():
        raise Refused(f"This site already has a key with the id {name}.")
    return SiteKey.objects.create(
        site=site, kid=name, algorithm=algorithm_of(public), public=shown.decode(), made_by=by
    )


def set_retired(site: Site, pk: int, *, retired: bool) -> SiteKey:
    """Believe this key no more, from now on; or again."""
    found = site.keys.filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such key.")
    if found.retired_at and not retired:
        _refuse_too_many(site)
    found.retired_at = clock.now() if retired else None
    found.save(update_fields=["retired_at"])
    return found


def living_keys(site: Site) -> list[Key]:
    """The keys by which the site's tokens are checked, apart from those that it tells itself."""
    return [_loaded(row) for row in site.keys.filter(retired_at=None).order_by("-id")]


def _public_in(pem: str) -> Any:
    if "PRIVATE KEY" in pem:
        raise Refused(
            "That is a private key: keep it to yourself, and paste the public one. It was not saved here, "
            "but make a new pair."
        )
    try:
        public = load_pem_public_key(pem.strip()[:LONGEST_PEM].encode())
    except (ValueError, UnsupportedAlgorithm):
        raise Refused(
            "The desk can’t read this key: paste it whole, from -----BEGIN PUBLIC KEY----- to "
            "-----END PUBLIC KEY-----."
        ) from None
    algorithm_of(public)
    return public


def _loaded(row: SiteKey) -> Key:
    if row.algorithm == Algorithm.HS256:
        return Key(row.kid, row.algorithm, unseal(row.sealed).encode(), row.pk)
    return Key(row.kid, row.algorithm, load_pem_public_key(row.public.encode()), row.pk)


def _refuse_too_many(site: Site) -> None:
    Site.objects.select_for_update().get(pk=site.pk)
    if site.keys.filter(retired_at=None).count() >= MOST_KEYS:
        raise Refused(f"A site has at most {MOST_KEYS} keys that hold: retire one first.")
