"""What happens to incidents: the journal each verb appends to, and the facts that it tells.

A verb works inside `changing(incident)`: its row is locked, so that its events have one order, and
everything that follows from the change commits with it or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from deskbell.incidents.models import Incident, IncidentEvent, IncidentUpdate
from deskbell.lib import clock
from deskbell.lib.errors import NotFound
from deskbell.people.models import Person

Kind = IncidentEvent.Kind


@dataclass(frozen=True)
class IncidentChanged:
    """Something about the incident is different: what the event says."""

    incident: Incident
    event: IncidentEvent


@dataclass(frozen=True)
class UpdatePublished:
    """Everyone whom the incident concerns is told something."""

    incident: Incident
    event: IncidentEvent
    update: IncidentUpdate


@dataclass(frozen=True)
class ProposalsChanged:
    """The desk proposes something new, or has more reason to."""


@contextmanager
def changing(incident: Incident | int) -> Iterator[Incident]:
    """Lock the incident for a change; yields it as it stands now, read under the lock. NotFound."""
    number = incident if isinstance(incident, int) else incident.pk
    with transaction.atomic():
        rows = Incident.objects.select_for_update(no_key=True)
        if not rows.filter(pk=number).values_list("pk").first():
            raise NotFound(f"There is no incident {number}.")
        people = ("lead__person", "communications__person", "declared_by__person", "cause__vendor")
        yield Incident.objects.select_related(*people).get(pk=number)


def append(
    incident: Incident,
    kind: Kind,
    *,
    by: Person | None = None,
    at: datetime | None = None,
    **data: Any,
) -> IncidentEvent:
    """Append one event to a locked incident. Its instant is never before that of the last one."""
    incident.updated_at = max(at or clock.now(), incident.updated_at)
    incident.last_sequence += 1
    incident.save(update_fields=["updated_at", "last_sequence"])
    return IncidentEvent.objects.create(
        incident=incident,
        sequence=incident.last_sequence,
        at=incident.updated_at,
        kind=kind,
        by=by,
        data=data,
    )
