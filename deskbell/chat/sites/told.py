"""The keys that a site tells itself, at the address of its JWKS: fetched when they are needed.

They are asked for again after an hour, and when a token names a key that is not among them, yet never
more than once a minute: a forged token costs nobody anything. A site that is away is believed for a day.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Q
from jwt import PyJWK, PyJWTError

from deskbell.chat.sites.keys import MOST_KEYS, Key, algorithm_of
from deskbell.chat.sites.models import Site
from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.outbound import Request, Unreachable, fetch

FRESH = timedelta(hours=1)
BELIEVED = timedelta(hours=24)
PAUSE = timedelta(minutes=1)
PATIENCE = 4.0  # seconds: someone waits in the bubble
LARGEST = 100_000  # bytes
ENTRIES_READ = 50


def told_keys(site: Site, kid: str) -> list[Key]:
    """The site's own keys, asked for again where that may help to find `kid`."""
    if not site.keys_url:
        return []
    known = _readable(site.keys_told)
    stale = site.keys_told_at is None or site.keys_told_at < clock.now() - FRESH
    if stale or (kid and kid not in {key.kid for key in known}):
        refresh(site)
        known = _readable(site.keys_told)
    if site.keys_told_at is None or site.keys_told_at < clock.now() - BELIEVED:
        return []
    return known


def refresh(site: Site, *, now: bool = False) -> None:
    """Ask for the keys, unless that was done within the minute. What went wrong stands on the site."""
    if not (now or _may_ask(site)):
        return
    site.keys_tried_at = clock.now()
    try:
        site.keys_told = _fetched(site.keys_url)
        site.keys_told_at, site.keys_problem = clock.now(), ""
    except (Refused, Unreachable) as problem:
        site.keys_problem = str(problem)[:300]
    site.save(update_fields=["keys_told", "keys_told_at", "keys_tried_at", "keys_problem"])


def _may_ask(site: Site) -> bool:
    """One of all who come within the minute may."""
    rested = Q(keys_tried_at=None) | Q(keys_tried_at__lt=clock.now() - PAUSE)
    mine = Site.objects.filter(rested, pk=site.pk).update(keys_tried_at=clock.now())
    return bool(mine)


def _fetched(url: str) -> list[dict[str, Any]]:
    answer = fetch(Request(url, within=PATIENCE, most=LARGEST, outside_only=False))
    if not answer.is_ok:
        raise Refused(f"The site answered {answer.status} instead of its keys.")
    try:
        entries = json.loads(answer.content)["keys"]
        usable = [entry for entry in entries[:ENTRIES_READ] if _readable([entry])]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Refused("What lies there is no JWKS: {“keys”: [ … ]}.") from None
    if not usable:
        raise Refused("None of the keys there is for RS256 or ES256.")
    return usable[:MOST_KEYS]


def _readable(entries: Iterable[Any]) -> list[Key]:
    found = (_key(entry) for entry in entries)
    return [key for key in found if key]


def _key(entry: Any) -> Key | None:
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
    return (
        Key(entry["kid"], algorithm, public) if entry.get("alg", algorithm) == algorithm else None
    )


def _usual(entry: dict[str, Any]) -> str:
    return "RS256" if entry["kty"] == "RSA" else "ES256"
