"""By what a push service knows this desk (RFC 8292): a pair of keys, made on first use and sealed."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings
from django.db import transaction

from deskbell.lib import clock
from deskbell.lib.sealing import seal, unseal
from deskbell.oncall.models import PushKeys
from deskbell.oncall.ways.push.encrypting import padless, point_of, unpadded

LASTS = timedelta(hours=12)  # a service refuses what lasts longer than a day


def ensure_keys() -> tuple[str, str]:
    """The desk's public and private key (base64url). Browsers subscribe with the public one, and their
    subscriptions end with it, so it is made once. Raises Refused if the desk's secret key has changed."""
    found = PushKeys.objects.first()
    if found is None:
        with transaction.atomic():
            key = ec.generate_private_key(ec.SECP256R1())
            private = padless(key.private_numbers().private_value.to_bytes(32, "big"))
            public = padless(point_of(key.public_key()))
            found, _ = PushKeys.objects.get_or_create(  # of two first uses one wins
                pk=1, defaults={"public": public, "sealed": seal(private)}
            )
    return found.public, unseal(found.sealed)


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
