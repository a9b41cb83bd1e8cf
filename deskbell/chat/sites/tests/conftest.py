"""Two portals: the desk's own with a secret, for all districts; North Valley's with a key pair."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from deskbell.chat.sites import keys
from deskbell.chat.sites.models import Site, SiteKey
from tests.town import Town

PORTAL, NORTH = "https://portal.example", "https://my.northvalley.example"
Signed = Callable[..., str]


def pem(private: Any) -> str:
    """The public half, as it is pasted."""
    shown = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return str(shown.decode())


@pytest.fixture(scope="session")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="session")
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
def portal(town: Town) -> Site:
    """The desk's own portal."""
    return Site.objects.create(name="Customer portal", origins=[PORTAL])


@pytest.fixture
def secret(portal: Site, town: Town) -> tuple[SiteKey, str]:
    """Its key, and the shared secret."""
    return keys.make_secret(portal, by=town.ada)


@pytest.fixture
def north(town: Town, ec_key: ec.EllipticCurvePrivateKey) -> Site:
    """North Valley's portal, which signs by ES256 for its own people alone."""
    site = Site.objects.create(name="My Valley", origins=[NORTH], district=town.north_valley)
    keys.paste(site, pem(ec_key), kid="north-1", by=town.ada)
    return site


@pytest.fixture
def signed(secret: tuple[SiteKey, str]) -> Signed:
    """Sign as the customer portal does; `key`, `alg` and `headers` for those who sign otherwise."""

    def sign(key: Any = None, alg: str = "HS256", headers: Any = None, **claims: Any) -> str:
        said = {"sub": "pupil-7", "exp": int(time.time()) + 600, **claims}
        kept = {name: value for name, value in said.items() if value is not None}
        named = {"kid": secret[0].kid} if headers is None else headers
        return jwt.encode(kept, secret[1] if key is None else key, algorithm=alg, headers=named)

    return sign
