"""What a provider tells about itself: where it is asked, and the keys by which it signs (OpenID Discovery).

It is asked again after an hour, and when a token names a key that is not among those known, yet never more
than once a minute: a forged token costs nobody anything. A provider that is away is believed for a day.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q

from deskbell.lib import clock, jwks
from deskbell.lib.errors import Refused
from deskbell.lib.jwks import PublicKey
from deskbell.lib.outbound import Request, Unreachable, checked_url, fetch
from deskbell.lib.outside import asking_outside
from deskbell.lib.text import plain
from deskbell.people.providers.models import EVERY_TENANT, ITS_TENANT, Provider
from deskbell.people.providers.refusing import AWAY, NoEntry

FRESH = timedelta(hours=1)
BELIEVED = timedelta(hours=24)
PAUSE = timedelta(minutes=1)
PATIENCE = 4.0  # seconds: someone waits in the browser
LARGEST = 100_000  # bytes


@dataclass(frozen=True)
class Told:
    """What is needed to ask a provider. `issuer` is what its tokens say, `{tenantid}` in it the tenant's."""

    issuer: str
    authorization: str
    token: str
    userinfo: str  # "" where there is none
    by_basic: bool  # the desk proves itself there by a header, else in the form
    keys: list[PublicKey]


def told_by(provider: Provider, kid: str = "") -> Told:
    """What the provider tells, asked for again where that may help to find `kid`. Raises NoEntry."""
    if _is_older(provider, FRESH) or (kid and kid not in _names(provider)):
        refresh(provider)
    if _is_older(provider, BELIEVED):
        raise NoEntry(AWAY)
    known = provider.told
    return Told(
        known["issuer"],
        known["authorization_endpoint"],
        known["token_endpoint"],
        known["userinfo_endpoint"],
        known["by_basic"],
        jwks.keys_in(known["keys"]),
    )


def refresh(provider: Provider, *, now: bool = False) -> None:
    """Ask the provider, unless that was done within the minute. What went wrong stands on its page."""
    if not (now or _may_ask(provider)):
        return
    provider.tried_at = clock.now()
    try:
        with asking_outside():
            provider.told = _asked(provider)
        provider.told_at, provider.problem = clock.now(), ""
    except (Refused, Unreachable) as problem:
        provider.problem = plain(str(problem))[:300]
    found = {name: getattr(provider, name) for name in ("told", "told_at", "tried_at", "problem")}
    # Not over what was set up anew meanwhile: it is what another issuer has told.
    Provider.objects.filter(pk=provider.pk, issuer=provider.issuer).update(**found)


def checked_address(url: object) -> str:
    """An address of a provider's. Refused: what lies inside, and what anyone on the way could change, unless
    the operator has named its host in DESKBELL_MAY_REACH."""
    address = checked_url(str(url or ""))
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in settings.MAY_REACH:
        raise Refused("Providers are asked by https:// alone, or anyone on the way could answer.")
    return address


def _is_older(provider: Provider, age: timedelta) -> bool:
    return provider.told_at is None or provider.told_at < clock.now() - age


def _names(provider: Provider) -> set[str]:
    return {entry["kid"] for entry in provider.told["keys"]}


def _may_ask(provider: Provider) -> bool:
    """One of all who come within the minute may."""
    rested = Q(tried_at=None) | Q(tried_at__lt=clock.now() - PAUSE)
    mine = Provider.objects.filter(rested, pk=provider.pk).update(tried_at=clock.now())
    return bool(mine)


def _asked(provider: Provider) -> dict[str, Any]:
    """What is kept of its own document, with its keys. Raises Refused, Unreachable."""
    where = checked_address(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    answer = fetch(Request(where, within=PATIENCE, most=LARGEST))
    if not answer.is_ok:
        raise Refused(f"{where} answered {answer.status} instead of what the provider is.")
    try:
        said = dict(json.loads(answer.content))
        userinfo = str(said.get("userinfo_endpoint") or "")
        ways = [*(said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"])]
    except (ValueError, TypeError, RecursionError):
        raise Refused(f"{where} doesn’t describe an OpenID provider.") from None
    return {
        "issuer": _its_issuer(provider, said.get("issuer")),
        "authorization_endpoint": checked_address(said.get("authorization_endpoint")),
        "token_endpoint": checked_address(said.get("token_endpoint")),
        "userinfo_endpoint": userinfo and checked_address(userinfo),
        "by_basic": "client_secret_post" not in ways,
        "keys": jwks.told_at(checked_address(said.get("jwks_uri")), within=PATIENCE),
    }


def _its_issuer(provider: Provider, said: object) -> str:
    """The issuer in its own spelling. Refused if it names itself otherwise than it was set up."""
    expected = provider.issuer
    if provider.is_every_tenant:
        expected = expected.replace(EVERY_TENANT, ITS_TENANT)
    if not isinstance(said, str) or said.rstrip("/") != expected.rstrip("/"):
        raise Refused(f"It calls itself {str(said)[:200]}: set it up by that address.")
    return said
