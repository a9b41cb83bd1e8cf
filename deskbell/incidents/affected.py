"""Whom an incident concerns: the districts that depend on its components, or on what stands on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet

from deskbell.incidents.models import Incident, IncidentUpdate
from deskbell.monitoring.models import Component
from deskbell.people.models import District


def standing_on(components: Iterable[Component]) -> set[int]:
    """The keys of these components and of all that depend on them, at any distance, in a query a step."""
    found = {component.pk for component in components}
    step = set(found)
    while step:
        above = Component.objects.filter(depends_on__in=step, retired_at=None)
        step = set(above.values_list("pk", flat=True)) - found
        found |= step
    return found


def districts_of(components: Sequence[Component]) -> tuple[bool, list[District]]:
    """Does it concern everyone? And if not, whom. What is said of no component concerns everyone: better told
    to some whom it does not concern than kept from one whom it does."""
    reached = Component.objects.filter(pk__in=standing_on(components))
    if not components or reached.filter(for_everyone=True).exists():
        return True, []
    return False, list(District.objects.filter(components__in=reached).distinct().order_by("name"))


def shown_to(district: District | None) -> QuerySet[Component]:
    """The components that readers of a page know of, the public one or the district's. Names of others are
    nowhere in what they read."""
    here = Q(for_everyone=True)
    if district is not None:
        here |= Q(pk__in=district.components.values("pk"))
    return Component.objects.filter(here, retired_at=None)


def work_out(incident: Incident) -> None:
    """Bring a locked incident's districts up to its components, unless a person has chosen them."""
    if incident.districts_chosen:
        return
    components = list(Component.objects.filter(concerned_by__incident=incident))
    incident.for_everyone, districts = districts_of(components)
    incident.save(update_fields=["for_everyone"])
    incident.districts.set(districts)


def concerns(incident: Incident, district: District | None) -> bool:
    """Does it concern this district? Somebody of no known district is concerned by what all are."""
    if incident.for_everyone or district is None:
        return incident.for_everyone
    return incident.districts.filter(pk=district.pk).exists()


def concerned_districts(incident: Incident) -> list[District]:
    """All of them by name, also where it is everyone."""
    rows = District.objects.all() if incident.for_everyone else incident.districts.all()
    return list(rows.order_by("name"))


def open_for(district: District | None) -> list[Incident]:
    """The open incidents of which this district was told, the newest first."""
    told = IncidentUpdate.objects.filter(told_to(district)).values("incident")
    return list(Incident.objects.open().filter(pk__in=told).order_by("-number"))


def told_to(district: District | None) -> Q:
    """The updates that this district was told, or everyone; whom the incident concerns now doesn’t matter."""
    here = Q(for_everyone=True)
    return here if district is None else here | Q(districts__contains=[district.pk])
