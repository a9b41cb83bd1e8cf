"""What came in, the newest first, a page at a time: of one source, or what is in quarantine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Prefetch, QuerySet

from deskbell.lib.numbers import primary_key
from deskbell.monitoring.models import Body, Mention

SHOWN = 30


@dataclass(frozen=True)
class Wanted:
    """What the reader asked for; nothing is everything."""

    source: int = 0
    state: str = ""
    before: int = 0


@dataclass(frozen=True)
class Page:
    """One page, and the query of the next; empty at the end."""

    bodies: list[Body]
    older: str


def wanted_of(given: Mapping[str, str]) -> Wanted:
    """What stands in an address, such as `?state=quarantined`."""
    state = given.get("state", "")
    return Wanted(
        source=primary_key(given.get("source", "")),
        state=state if state in Body.State.values else "",
        before=primary_key(given.get("before", "")),
    )


def page_of(wanted: Wanted) -> Page:
    """Two queries: the bodies without their bytes, and the alerts that they speak of."""
    found = list(_fitting(wanted)[: SHOWN + 1])
    shown = found[:SHOWN]
    if len(found) <= SHOWN:
        return Page(shown, "")
    given = {name: value for name, value in vars(wanted).items() if value}
    return Page(shown, urlencode(given | {"before": shown[-1].pk}))


def _fitting(wanted: Wanted) -> QuerySet[Body]:
    mentions = Mention.objects.select_related("alert").order_by("id")
    chosen = Body.objects.select_related("source").defer("content")
    if wanted.source:
        chosen = chosen.filter(source=wanted.source)
    if wanted.state:
        chosen = chosen.filter(state=wanted.state)
    if wanted.before:
        chosen = chosen.filter(pk__lt=wanted.before)
    return chosen.prefetch_related(Prefetch("mentions", mentions)).order_by("-id")
