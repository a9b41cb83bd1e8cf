"""Components as people set them up. Refused says what to change."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping

from django.db import IntegrityError, transaction

from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.numbers import whole
from deskbell.monitoring import watched
from deskbell.monitoring.models import Component, Service
from deskbell.people.models import District
from deskbell.people.teams import working_agents
from deskbell.tickets.impacts import Impact


def component(pk: int) -> Component:
    """The component with this key, retired or not."""
    found = Component.objects.filter(pk=pk).select_related("service", "owner__person").first()
    if found is None:
        raise NotFound("There is no such component.")
    return found


@transaction.atomic
def add_component(form: Mapping[str, str]) -> Component:
    """A component by its name, of a service that is there or is made along with it."""
    name = " ".join(form.get("name", "").split())
    if not name:
        raise Refused("Give the component a name, such as Sign-in.")
    written = " ".join(form.get("service", "").split())[:100]
    service = Service.objects.get_or_create(name=written)[0] if written else watched.first_service()
    known = service.components.filter(name__iexact=name[:100]).first()
    if known:
        retired = ", and it is retired: take it back below" if known.retired_at else ""
        raise Refused(f"{service} already has a component named “{known.name}”{retired}.")
    kind = form.get("kind", "")
    own = kind if kind in Component.Kind.values else Component.Kind.OWN
    return watched.make_component(name, own, service)


@transaction.atomic
def save_component(
    found: Component, form: Mapping[str, str], depends_on: Iterable[str], districts: Iterable[str]
) -> None:
    """Its service, impact, owner, what it depends on, and which districts depend on it."""
    name = " ".join(form.get("name", "").split())
    if not name or form.get("impact") not in Impact.values:
        raise Refused("Give it a name, and the impact that its failure has.")
    found.name, found.impact = name[:100], form["impact"]
    if form.get("kind") in Component.Kind.values:
        found.kind = form["kind"]
    if service := " ".join(form.get("service", "").split())[:100]:
        found.service, _ = Service.objects.get_or_create(name=service)
    found.description = form.get("description", "").strip()[:300]
    owners = {str(agent.pk): agent for agent in working_agents()}
    found.owner = owners.get(form.get("owner", ""))
    found.for_everyone = form.get("for_everyone") == "yes"
    _keep(found)
    needed = list(Component.objects.filter(pk__in=numbers(depends_on)).exclude(pk=found.pk))
    refuse_circles(found, needed)
    found.depends_on.set(needed)
    found.districts.set(District.objects.filter(pk__in=numbers(districts)))


def refuse_circles(found: Component, needed: Iterable[Component]) -> None:
    """Refused if one of the needed depends on this one itself, near or far: which failure would explain
    which?"""
    names = dict(Component.objects.values_list("pk", "name"))
    below = defaultdict(list)
    for one, other in Component.depends_on.through.objects.values_list(
        "from_component", "to_component"
    ).order_by("to_component"):
        below[one].append(other)
    for first in needed:
        if way := _way(first.pk, found.pk, below):
            through = " and that on ".join(names[pk] for pk in way[1:])
            raise Refused(
                f"{found.name} can’t depend on {first.name}: {first.name} depends on {through}. "
                "Take one of these away first."
            )


def _way(start: int, end: int, below: Mapping[int, list[int]]) -> list[int]:
    """The shortest way from one component down to another; empty if there is none."""
    ways, seen = deque([[start]]), {start}
    while ways:
        way = ways.popleft()
        if way[-1] == end:
            return way
        for following in below.get(way[-1], []):
            if following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return []


def _keep(found: Component) -> None:
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError:
        raise Refused(f"{found.service} already has a component named “{found.name}”.") from None


def numbers(given: Iterable[str]) -> list[int]:
    """The keys among what a form has sent."""
    return [number for each in given if (number := whole(each)) is not None]
