"""Reading `incidents.json`: an array of all incidents, of which the open ones say how things stand.

Open is what has no `end` and whose most recent update is not AVAILABLE; `status_impact` is the peak, and
not the present.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from deskbell.lib import clock
from deskbell.monitoring.vendors.normal import (
    MOST_PARTS,
    MOST_UPDATES,
    Part,
    Reading,
    State,
    Trouble,
    Unreadable,
    Update,
    as_address,
    as_instant,
    as_list,
    as_text,
)
from deskbell.monitoring.vendors.verdicts import ORDER

GRAVITY = {"SERVICE_OUTAGE": State.MAJOR_OUTAGE, "SERVICE_DISRUPTION": State.PARTIAL_OUTAGE}
SHOWN = timedelta(days=14)  # what ended before is history


def read(content: bytes) -> Reading:
    """What an `incidents.json` says. Raises Unreadable."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise Unreadable("It is no JSON.") from None
    if not isinstance(found, list):
        raise Unreadable("It is no list of incidents: is it an incidents.json?")
    all_troubles = [trouble for each in as_list(found) if (trouble := _trouble(each))]
    since = clock.now() - SHOWN
    shown = [each for each in all_troubles if each.ended is None or each.ended > since]
    return Reading(_parts(all_troubles), tuple(shown), complete=True)


def _trouble(each: Mapping[str, Any]) -> Trouble | None:
    key, started = as_text(each.get("id"), 300), as_instant(each.get("begin"))
    if not key or started is None:
        return None
    recent = each.get("most_recent_update")
    state = as_text(recent.get("status"), 50) if isinstance(recent, dict) else ""
    over = as_instant(each.get("end"))
    if over is None and state == "AVAILABLE" and isinstance(recent, dict):
        over = as_instant(recent.get("when")) or clock.now()
    products = [
        (as_text(one.get("title")), as_text(one.get("id")))
        for one in as_list(each.get("affected_products"))
    ]
    if not products and each.get("service_name"):
        products = [(as_text(each["service_name"]), as_text(each.get("service_key")))]
    lines = as_text(each.get("external_desc")).splitlines()
    return Trouble(
        key=key,
        title=(lines[0] if lines else "Incident").strip("*# ")[:500],
        started=started,
        ended=over,
        state=state,
        impact=as_text(each.get("status_impact"), 50),
        gravity=None if over else GRAVITY.get(state),
        address=as_address(each.get("uri")),  # mostly a part of one, which leads nowhere by itself
        updates=tuple(_update(one) for one in as_list(each.get("updates"))[:MOST_UPDATES]),
        parts=tuple(products),
    )


def _update(each: Mapping[str, Any]) -> Update:
    at = as_instant(each.get("when")) or as_instant(each.get("created")) or clock.now()
    return Update(at, as_text(each.get("status"), 50), as_text(each.get("text")))


def _parts(troubles: list[Trouble]) -> tuple[Part, ...]:
    """Each product that was ever in trouble; all others have no name here."""
    found: dict[tuple[str, ...], State] = {}
    for trouble in troubles:
        now = trouble.gravity or State.OPERATIONAL
        for product in trouble.parts[:MOST_PARTS]:
            found[product] = max(found.get(product, State.OPERATIONAL), now, key=ORDER.index)
    named = sorted(found.items())[:MOST_PARTS]
    return tuple(Part(names[1], names[0], state) for names, state in named)
