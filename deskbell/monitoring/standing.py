"""How a component stands by what watches it here: its heartbeats and its vendor's feed."""

from __future__ import annotations

from deskbell.lib import clock
from deskbell.monitoring.models import Check, Component, ComponentChange
from deskbell.monitoring.vendors import verdicts

State = Component.State
GRAVITY = (
    State.NOT_WATCHED, State.OPERATIONAL, State.MAINTENANCE, State.UNKNOWN, State.DEGRADED,
    State.PARTIAL_OUTAGE, State.MAJOR_OUTAGE,
)  # fmt: skip
OF_A_CHECK = {
    Check.State.UP: State.OPERATIONAL,
    Check.State.DOWN: State.MAJOR_OUTAGE,
    Check.State.UNKNOWN: State.UNKNOWN,
    Check.State.NEW: State.UNKNOWN,
}


def settle(component: Component, *, why: str = "") -> None:
    """Bring the component's state up to its sources, the worst of them; a change is a row of its own."""
    locked = Component.objects.select_for_update(of=("self",)).get(pk=component.pk)
    state = state_of(locked)
    if state == locked.state:
        return
    locked.state, locked.state_since = state, clock.now()
    locked.save(update_fields=["state", "state_since"])
    ComponentChange.objects.create(
        component=locked, state=state, at=locked.state_since, why=why[:300]
    )


def state_of(component: Component) -> Component.State:
    """The worst that its sources say. One that says nothing is unknown, and never operational."""
    said = [
        OF_A_CHECK[Check.State(state)]
        for state in component.checks.exclude(state=Check.State.PAUSED).values_list(
            "state", flat=True
        )
    ]
    said += verdicts.on(component)
    return max(said, key=GRAVITY.index, default=State.NOT_WATCHED)
