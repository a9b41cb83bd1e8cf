"""Time zones as they were: a version keeps the zone data it was made under, whatever comes later (K9)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from zoneinfo import ZoneInfo

from deskbell.sla.core import wall
from deskbell.sla.models import ZoneData


def freeze(names: Iterable[str]) -> dict[str, str]:
    """Keep the present data of these zones; returns each zone's digest."""
    return {name: _keep(name) for name in sorted(set(names))}


def frozen(digests: Mapping[str, str]) -> dict[str, ZoneInfo]:
    """The zones as they were when these digests were taken."""
    return {name: _zone(name, digest) for name, digest in digests.items()}


@lru_cache(maxsize=1024)
def _zone(name: str, digest: str) -> ZoneInfo:
    if digest == _digest(name, wall.tzif(name)):
        return wall.zone(name)
    return wall.frozen(name, bytes(ZoneData.objects.get(digest=digest).tzif))


def _keep(name: str) -> str:
    tzif = wall.tzif(name)
    digest = _digest(name, tzif)
    ZoneData.objects.get_or_create(digest=digest, defaults={"zone": name, "tzif": tzif})
    return digest


def _digest(name: str, tzif: bytes) -> str:
    return hashlib.sha256(name.encode() + b"\0" + tzif).hexdigest()
