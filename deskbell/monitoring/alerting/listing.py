"""The list of alerts: which ones are wanted, the newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q

from deskbell.lib.numbers import primary_key
from deskbell.monitoring.models import Alert, Alerts
from deskbell.tickets.impacts import Impact

SHOWN = 50
EVERY = "every"
STATES = {
    "open": "Open",
    "resolved": "Over",
    "unknown": "Unknown",
    "info": "For information",
    EVERY: "Every state",
}
QUIET = {
    "silenced": "Silenced",
    "hidden": "Explained by another",
    "stale": "Stale",
}
_QUIET = {
    "silenced": Q(silence__isnull=False),
    "hidden": Q(hidden_by__isnull=False),
    "stale": Q(stale_since__isnull=False),
}


@dataclass(frozen=True)
class Wanted:
    """What the reader asked for. What makes no sense is as if it were not asked."""

    state: str = "open"
    impact: str = ""
    source: int = 0
    component: int = 0
    quiet: str = ""
    before: int = 0

    @property
    def is_narrowed(self) -> bool:
        return bool(self.impact or self.source or self.component or self.quiet)

    def older_than(self, alert: Alert) -> str:
        """The query of the page that follows this alert."""
        given = {name: value for name, value in vars(self).items() if value}
        return urlencode(given | {"before": alert.pk})


@dataclass(frozen=True)
class Page:
    """One page of the list, and the query of the next; empty at the end."""

    alerts: list[Alert]
    older: str


def wanted_of(given: Mapping[str, str]) -> Wanted:
    """What stands in an address, such as `?state=every&impact=urgent`."""
    state, impact, quiet = (given.get(name, "") for name in ("state", "impact", "quiet"))
    return Wanted(
        state=state if state in STATES else "open",
        impact=impact if impact in Impact.values else "",
        source=primary_key(given.get("source", "")),
        component=primary_key(given.get("component", "")),
        quiet=quiet if quiet in QUIET else "",
        before=primary_key(given.get("before", "")),
    )


def page_of(wanted: Wanted) -> Page:
    """One query; each filter has an index of its own."""
    found = list(_fitting(wanted)[: SHOWN + 1])
    shown = found[:SHOWN]
    return Page(shown, wanted.older_than(shown[-1]) if len(found) > SHOWN else "")


def _fitting(wanted: Wanted) -> Alerts:
    chosen = Alert.objects.select_related("source", "component", "silence", "hidden_by")
    if wanted.state != EVERY:
        chosen = chosen.filter(state=wanted.state)
    if wanted.impact:
        chosen = chosen.filter(impact=wanted.impact)
    if wanted.source:
        chosen = chosen.filter(source=wanted.source)
    if wanted.component:
        chosen = chosen.filter(component=wanted.component)
    if wanted.quiet:
        chosen = chosen.filter(_QUIET[wanted.quiet])
    if wanted.before:
        chosen = chosen.filter(pk__lt=wanted.before)
    return chosen.order_by("-id")
