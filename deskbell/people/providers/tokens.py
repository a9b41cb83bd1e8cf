"""Reading what a provider has signed: an ID token, believed only by the provider's own keys, for this desk,
and for the very journey on which it came (OpenID Connect Core, 3.1.3.7)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import jwt

from deskbell.lib.jwks import PublicKey
from deskbell.people.providers.asking import Tokens, said_of
from deskbell.people.providers.models import ITS_TENANT, Provider
from deskbell.people.providers.refusing import CLOCKS, NOT_BELIEVED, NoEntry
from deskbell.people.providers.told import Told, told_by

LEEWAY = 60  # seconds by which two clocks may differ
LONGEST = 16_384  # characters
NEEDED = ["iss", "sub", "aud", "exp", "iat"]
TENANT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ADDRESS = re.compile(  # no look-alikes of other scripts, and nothing that needs quotes
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
)
UNREADABLE = (jwt.PyJWTError, OverflowError, RecursionError, TypeError, ValueError)


@dataclass(frozen=True)
class Claims:
    """What the provider has signed. `address` is "" unless the provider has proved that it is theirs;
    `name` may be "" too."""

    issuer: str
    subject: str
    address: str
    name: str


def claims_in(provider: Provider, tokens: Tokens, nonce: str) -> Claims:
    """What the ID token says, and the provider of the same person where it says less. Raises NoEntry."""
    key, told = _key_of(provider, tokens.identity)
    said = _checked(provider, tokens.identity, key, told)
    if said.get("nonce") != nonce:
        raise NoEntry(NOT_BELIEVED, "The token is of another sign-in (nonce).")
    said = {**_said_beside(said, told, tokens.access), **said}
    subject = _word(said, "oid" if provider.kind == Provider.Kind.MICROSOFT else "sub", 255)
    if not subject:
        raise NoEntry(NOT_BELIEVED, "The token names nobody (sub).")
    address = _word(said, "email", 320)
    is_usable = ADDRESS.fullmatch(address) and _is_proved(provider, said, address.lower())
    address = address.lower() if is_usable else ""
    return Claims(said["iss"], subject, address, " ".join(_word(said, "name", 200).split()))


def _key_of(provider: Provider, token: str) -> tuple[PublicKey, Told]:
    try:
        header = jwt.get_unverified_header(token) if len(token) <= LONGEST else {}
    except UNREADABLE:
        header = {}
    kid = header.get("kid")
    told = told_by(provider, kid if isinstance(kid, str) else "")
    for key in told.keys:
        if key.kid == kid and key.algorithm == header.get("alg"):
            return key, told
    raise NoEntry(NOT_BELIEVED, "The token isn’t signed by one of the provider’s keys.")


def _checked(provider: Provider, token: str, key: PublicKey, told: Told) -> dict[str, Any]:
    try:
        said: dict[str, Any] = jwt.decode(
            token,
            key.material,
            algorithms=[key.algorithm],
            audience=provider.client_id,
            leeway=LEEWAY,
            options={"require": NEEDED},
        )
    except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError) as error:
        raise NoEntry(CLOCKS, f"The token holds at another time than now: {error}.") from None
    except UNREADABLE as error:
        raise NoEntry(NOT_BELIEVED, f"The token is not valid: {error}.") from None
    issuer = _issuer_of(told.issuer, said)
    if said["iss"] != issuer or (key.issuer and _issuer_of(key.issuer, said) != issuer):
        raise NoEntry(NOT_BELIEVED, f"The token is by someone else (iss): {str(said['iss'])[:150]}")
    is_for_several = isinstance(said["aud"], list) and len(said["aud"]) > 1
    if (is_for_several or "azp" in said) and said.get("azp") != provider.client_id:
        raise NoEntry(NOT_BELIEVED, "The token was given to another client (azp).")
    return said


def _said_beside(said: dict[str, Any], told: Told, access: str) -> dict[str, Any]:
    """The address and the name, where the provider tells them to who asks and not in the token (5.4)."""
    if "email" in said or not told.userinfo or not access:
        return {}
    more = said_of(told, access)
    if more and more.get("sub") != said["sub"]:
        raise NoEntry(NOT_BELIEVED, "What it says beside the token is about someone else (sub).")
    return {name: more[name] for name in ("email", "email_verified", "name") if name in more}


def _issuer_of(told: str, said: dict[str, Any]) -> str:
    """The issuer that is believed; at Microsoft there is one for each tenant."""
    tenant = said.get("tid")
    is_tenant = isinstance(tenant, str) and TENANT.fullmatch(tenant)
    return told.replace(ITS_TENANT, f"/{tenant}/") if is_tenant else told


def _is_proved(provider: Provider, said: dict[str, Any], address: str) -> bool:
    """Has the provider made sure that the address is theirs, and is it one to know?"""
    told = said.get("email_verified")
    if told is not None and told not in (True, "true"):
        return False
    match provider.kind:
        case Provider.Kind.GOOGLE:  # what others host it has checked once, and never again
            is_google = address.endswith("@gmail.com") or _word(said, "hd", 253) != ""
            return told is not None and is_google
        case Provider.Kind.MICROSOFT:  # `email` alone is what a tenant's administrator has typed
            return said.get("xms_edov") in (True, 1, "1", "true") or _vouches(provider)
    return told is not None or _vouches(provider)


def _vouches(provider: Provider) -> bool:
    is_of_one = provider.district_id is not None and not provider.is_every_tenant
    return provider.vouches and is_of_one


def _word(said: dict[str, Any], name: str, longest: int) -> str:
    """A text among the claims; what is none, or can't be kept, is ""."""
    value = said.get(name)
    fits = isinstance(value, str) and len(value) <= longest and value.isprintable()
    return value if isinstance(value, str) and fits else ""
