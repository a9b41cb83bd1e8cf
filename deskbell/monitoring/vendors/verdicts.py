"""What vendors say of a component of ours. One whose feed can't be read says “unknown”."""

from __future__ import annotations

from collections.abc import Iterable

from deskbell.monitoring.models import Component, Vendor

State = Component.State
GRAVE = (State.DEGRADED, State.PARTIAL_OUTAGE, State.MAJOR_OUTAGE)  # the least first
ORDER = (State.OPERATIONAL, State.MAINTENANCE, State.UNKNOWN, *GRAVE)


def on(component: Component) -> list[Component.State]:
    """What each vendor that concerns this component says of it."""
    return [of(vendor, component) for vendor in component.vendors.filter(paused=False)]


def of(vendor: Vendor, component: Component) -> Component.State:
    """What one vendor says: the worst of its parts that are this component of ours, or of its open
    incidents there. Nothing was read lately, or nothing is said of it: unknown, never operational."""
    if vendor.failing_since is not None or vendor.last_at is None:
        return State.UNKNOWN
    said = [State(part["state"]) for part in parts_for(vendor, component)]
    said += [
        State(state)
        for state in vendor.incidents.filter(ended_at=None, components=component).values_list(
            "gravity", flat=True
        )
        if state
    ]
    if not said and vendor.speaks_by_incidents:
        return State.OPERATIONAL  # its feed was read, and tells of no trouble
    return worst(said)


def parts_for(vendor: Vendor, component: Component) -> list[dict[str, str]]:
    """The vendor's parts that stand for this component, as they were read last."""
    return [part for part in vendor.parts if component.key in keys_of(vendor, part)]


def keys_of(vendor: Vendor, part: dict[str, str]) -> list[str]:
    """The keys of our components for which a vendor's part stands: by its name or id, else the rest's."""
    return keys(vendor, (part["name"], part["id"]))


def keys(vendor: Vendor, names: Iterable[str]) -> list[str]:
    """As `keys_of`, by what the vendor calls it. `concerns` maps that to a key, or to "" for none."""
    for name in names:
        if name and name in vendor.concerns:
            return [vendor.concerns[name]] if vendor.concerns[name] else []
    rest = vendor.concerns.get("")
    return [rest] if rest else []


def worst(states: Iterable[Component.State]) -> Component.State:
    """The worst of some; unknown if there is none."""
    return max(states, key=ORDER.index, default=State.UNKNOWN)
