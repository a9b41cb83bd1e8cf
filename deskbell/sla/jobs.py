"""What the sla room does in the background: versions follow the world, open tickets a decision (K9)."""

from __future__ import annotations

from deskbell.lib.jobs import job, nightly
from deskbell.people.models import Person
from deskbell.sla.coverages.following import follow
from deskbell.sla.models import Move, PolicyVersion
from deskbell.sla.moving import move_all
from deskbell.sla.versions import renew_all


@nightly("renew_policies", at="20 9 * * *")
def renew_policies() -> None:
    """Make new versions where the holidays library or the zone data now say something else."""
    renew_all(reason="Newer holidays or time zone data")


@job("move_tickets")
def move_tickets(move: int) -> None:
    """Hold the tickets of a move to their versions."""
    move_all(Move.objects.get(pk=move))


@job("move_open_tickets")
def move_open_tickets(version: int, reason: str, by: int) -> None:
    """Hold the open tickets of a policy to this version of it, as a closure has asked."""
    follow(PolicyVersion.objects.get(pk=version), reason=reason, by=Person.objects.get(pk=by))
