"""By what a push service knows this desk (RFC 8292): a token that is signed for each request."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings

from deskbell.lib import clock
from deskbell.lib.push.encrypting import padless, point_of, unpadded

LASTS = timedelta(hours=12)  # a service refuses what lasts longer than a day


def new_keys() -> tuple[str, str]:
    """A public and a private key (base64url)."""
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_numbers().private_value.to_bytes(32, "big")
    return padless(point_of(key.public_key())), padless(private)


def authorization(endpoint: str, private: str) -> str:
    """The Authorization header for one push service: a token that says for whom it is, until when and
    whom to write to, signed by ES256, and the public key."""
    key = ec.derive_private_key(int.from_bytes(unpadded(private), "big"), ec.SECP256R1())
    service = urlsplit(endpoint)
    claims = {
        "aud": f"{service.scheme}://{service.netloc}",
        "exp": int((clock.now() + LASTS).timestamp()),
        "sub": _contact(),
    }
    head = _part({"typ": "JWT", "alg": "ES256"}) + "." + _part(claims)
    r, s = decode_dss_signature(key.sign(head.encode(), ec.ECDSA(SHA256())))
    signature = padless(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={head}.{signature}, k={padless(point_of(key.public_key()))}"


def _part(value: dict[str, object]) -> str:
    return padless(json.dumps(value, separators=(",", ":")).encode())


def _contact() -> str:
    if settings.DESK_URL.startswith("https://"):
        return str(settings.DESK_URL)
    return f"mailto:{settings.SUPPORT_ADDRESS}"
