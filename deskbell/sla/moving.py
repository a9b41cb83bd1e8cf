"""Holding a ticket to another version of a policy: a deliberate act, on the ticket's record (K8, K9)."""

from __future__ import annotations

from dataclasses import dataclass

from deskbell.lib.telling import tell
from deskbell.people.models import Person
from deskbell.sla.models import PolicyVersion, Standing
from deskbell.sla.policies import current_version
from deskbell.tickets.events import Fact, Kind, RequesterChanged, append, changing
from deskbell.tickets.models import Ticket


@dataclass(frozen=True)
class PolicyChanged(Fact):
    """From now on the ticket is held to another version."""


def move(ticket: Ticket, version: PolicyVersion, *, reason: str, by: Person | None) -> bool:
    """Hold the ticket to this version; its running clocks are recomputed as if it had held since
    they started (K8). False if it was held to it already, or is closed: its clocks are history."""
    with changing(ticket) as locked:
        standing = Standing.objects.select_related("version").get(ticket=locked)
        if locked.is_closed or standing.version_id == version.pk:
            return False
        _move(locked, standing, version, reason=reason, by=by)
    return True


def follow_district(fact: RequesterChanged) -> None:
    """The desk learned whose ticket it is: what that district was promised holds from now on."""
    standing = Standing.objects.select_related("version__policy").get(ticket=fact.ticket)
    owed = current_version(fact.ticket.district)
    if owed.policy_id != standing.version.policy_id and not fact.ticket.is_closed:
        _move(fact.ticket, standing, owed, reason="The desk learned whose ticket it is", by=None)


def _move(
    ticket: Ticket, standing: Standing, version: PolicyVersion, *, reason: str, by: Person | None
) -> None:
    before, standing.version = standing.version, version
    standing.save(update_fields=["version"])
    event = append(
        ticket,
        Kind.POLICY,
        by=by,
        to=version.pk,
        was=before.pk,
        name=str(version),
        reason=reason.strip(),
    )
    tell(PolicyChanged(ticket, event))
