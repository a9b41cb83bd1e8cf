"""Public keys for signatures, as others tell them at an address of theirs (JWKS): each for its one algorithm.

RS256 and ES256 are read, with keys that are large enough; shared secrets, private keys and keys for other
uses are left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK, PyJWTError

from deskbell.lib.errors import Refused
from deskbell.lib.outbound import Request, fetch

RS256, ES256 = "RS256", "ES256"
SMALLEST_RSA = 2048  # bits
LARGEST = 100_000  # bytes of a key set
ENTRIES_READ = 50


@dataclass(frozen=True)
class PublicKey:
    """What a signature is checked with, and the one algorithm that it is for. `issuer` is "" where the set
    doesn't say whose key it is, as most don't."""

    kid: str
    algorithm: str
    material: Any
    issuer: str = ""


def told_at(url: str, *, within: float) -> list[dict[str, Any]]:
    """The entries of the set at this address that can be read, asked for `within` seconds. Raises Refused
    for what is no set, Unreachable."""
    answer = fetch(Request(url, within=within, most=LARGEST))
    if not answer.is_ok:
        raise Refused(f"The site answered {answer.status} instead of its keys.")
    try:
        entries = json.loads(answer.content)["keys"]
        usable = [entry for entry in entries[:ENTRIES_READ] if keys_in([entry])]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Refused("What lies there is no JWKS: {“keys”: [ … ]}.") from None
    if not usable:
        raise Refused("None of the keys there is for RS256 or ES256.")
    return usable


def keys_in(entries: Iterable[Any]) -> list[PublicKey]:
    """The keys of these entries, without those that can't serve."""
    found = (_key(entry) for entry in entries)
    return [key for key in found if key]


def algorithm_of(public: object) -> str:
    """The one algorithm for which a public key is taken. Raises Refused where there is none."""
    if isinstance(public, RSAPublicKey):
        if public.key_size < SMALLEST_RSA:
            raise Refused(f"This RSA key has {public.key_size} bits: {SMALLEST_RSA} are needed.")
        return RS256
    if isinstance(public, EllipticCurvePublicKey):
        if not isinstance(public.curve, SECP256R1):
            raise Refused(f"This key lies on {public.curve.name}: ES256 needs P-256 (secp256r1).")
        return ES256
    raise Refused("This is neither an RSA nor an elliptic key: the desk reads RS256 and ES256.")


def _key(entry: Any) -> PublicKey | None:
    """A public key for signatures, with a name; shared secrets have no place on a public page."""
    if not isinstance(entry, dict) or entry.get("kty") not in {"RSA", "EC"} or "d" in entry:
        return None
    if entry.get("use", "sig") != "sig" or not isinstance(entry.get("kid"), str):
        return None
    try:
        public = PyJWK({**entry, "alg": entry.get("alg") or _usual(entry)}).key
        algorithm = algorithm_of(public)
    except (PyJWTError, Refused, ValueError, TypeError):
        return None
    if entry.get("alg", algorithm) != algorithm:
        return None
    return PublicKey(entry["kid"], algorithm, public, str(entry.get("issuer") or ""))


def _usual(entry: dict[str, Any]) -> str:
    return RS256 if entry["kty"] == "RSA" else ES256
