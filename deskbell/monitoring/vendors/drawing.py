"""What the vendors' screens draw: incidents with their updates as instants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from deskbell.monitoring.models import Vendor, VendorIncident

SHOWN = 10  # updates of an incident


@dataclass(frozen=True)
class Told:
    """An incident; `updates` as (instant, state, text), newest first. `undecided`: a person is to say."""

    incident: VendorIncident
    updates: tuple[tuple[datetime, str, str], ...]
    undecided: bool


def told(incidents: Iterable[VendorIncident]) -> list[Told]:
    """Incidents as people read them."""
    return [
        Told(
            each,
            tuple(
                (datetime.fromisoformat(one["at"]), one["state"], one["text"])
                for one in each.updates[:SHOWN]
            ),
            each.vendor.feed == Vendor.Feed.RSS and each.ended_at is None,
        )
        for each in incidents
    ]
