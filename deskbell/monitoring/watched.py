"""The component that a form names: one that is there, or a new one made along the way."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.text import slugify

from deskbell.lib.errors import Refused
from deskbell.monitoring.models import Component, Service

FIRST_SERVICE = "Services"


def component_of(form: Mapping[str, str]) -> Component:
    """By `component`, a key, or by `new_component`, the name of one to make. Refused without either."""
    name = " ".join(form.get("new_component", "").split())
    if name:
        return make_component(name)
    found = Component.objects.filter(key=form.get("component", ""), retired_at=None).first()
    if found is None:
        raise Refused("Say which component this is about: choose one, or name a new one.")
    return found


def make_component(
    name: str, kind: str = Component.Kind.OWN, service: Service | None = None
) -> Component:
    """A component, of the first service unless one is given; one of that name there is taken."""
    service = service or first_service()
    known = service.components.filter(name__iexact=name[:100]).first()
    if known:
        return known
    return Component.objects.create(
        service=service, name=name[:100], key=_free_key(name), kind=kind
    )


def first_service() -> Service:
    """The service that a component belongs to if nobody says which; made if there is none."""
    return Service.objects.first() or Service.objects.create(name=FIRST_SERVICE)


def choices() -> list[Component]:
    """Every component that a form may name."""
    return list(Component.objects.filter(retired_at=None).select_related("service"))


def _free_key(name: str) -> str:
    wanted = slugify(name)[:60] or "component"
    taken = set(Component.objects.filter(key__startswith=wanted).values_list("key", flat=True))
    number = 2
    key = wanted
    while key in taken:
        key, number = f"{wanted}-{number}", number + 1
    return key
