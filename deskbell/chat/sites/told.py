"""The keys that a site tells itself, at the address of its JWKS: fetched when they are needed.

They are asked for again after an hour, and when a token names a key that is not among them, yet never
more than once a minute: a forged token costs nobody anything. A site that is away is believed for a day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Q

from deskbell.chat.sites.keys import MOST_KEYS, Key
from deskbell.chat.sites.models import Site
from deskbell.lib import clock, jwks
from deskbell.lib.errors import Refused
from deskbell.lib.outbound import Unreachable

FRESH = timedelta(hours=1)
BELIEVED = timedelta(hours=24)
PAUSE = timedelta(minutes=1)
PATIENCE = 4.0  # seconds: someone waits in the bubble


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
        site.keys_told = jwks.told_at(site.keys_url, within=PATIENCE)[:MOST_KEYS]
        site.keys_told_at, site.keys_problem = clock.now(), ""
    except (Refused, Unreachable) as problem:
        site.keys_problem = str(problem)[:300]
    site.save(update_fields=["keys_told", "keys_told_at", "keys_tried_at", "keys_problem"])


def _may_ask(site: Site) -> bool:
    """One of all who come within the minute may."""
    rested = Q(keys_tried_at=None) | Q(keys_tried_at__lt=clock.now() - PAUSE)
    mine = Site.objects.filter(rested, pk=site.pk).update(keys_tried_at=clock.now())
    return bool(mine)


def _readable(entries: Iterable[Any]) -> list[Key]:
    return [Key(each.kid, each.algorithm, each.material) for each in jwks.keys_in(entries)]
