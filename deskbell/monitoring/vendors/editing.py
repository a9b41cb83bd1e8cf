"""Vendors as people set them up: from the catalogue or by hand, and which part is which of ours."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.monitoring import standing, watched
from deskbell.monitoring.models import Component, Vendor, VendorIncident
from deskbell.monitoring.vendors import catalogue, keeping
from deskbell.realtime.wake import wake


def get(pk: int) -> Vendor:
    """The vendor with this key."""
    found = Vendor.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such vendor.")
    return found


def incident(pk: int, number: int) -> VendorIncident:
    """What a vendor told, by its number."""
    found = VendorIncident.objects.filter(vendor_id=pk, pk=number).first()
    if found is None:
        raise NotFound("There is no such incident.")
    return found


@transaction.atomic
def add_from_catalogue(name: str) -> Vendor:
    """Begin to watch a vendor of the catalogue, with a component of its name that stands for all of it."""
    entry = catalogue.entry(name)
    if entry is None:
        raise Refused(f"“{name}” is not in the catalogue: add it by its address.")
    if Vendor.objects.filter(name=entry.name).exists():
        raise Refused(f"{entry.name} is watched already.")
    vendor = Vendor.objects.create(
        name=entry.name, feed=entry.feed, address=entry.address, homepage=entry.homepage
    )
    _let_rest_be(vendor, watched.make_component(entry.name, Component.Kind.THIRD_PARTY))
    return vendor


@transaction.atomic
def add(form: Mapping[str, str]) -> Vendor:
    """Watch a vendor by the address of its feed. Refused with what to change."""
    vendor = Vendor()
    _read(vendor, form)
    component = (
        watched.component_of(form)
        if form.get("component") or form.get("new_component", "").strip()
        else watched.make_component(vendor.name, Component.Kind.THIRD_PARTY)
    )
    _save(vendor)
    _let_rest_be(vendor, component)
    return vendor


@transaction.atomic
def save(vendor: Vendor, form: Mapping[str, str]) -> None:
    """Change a vendor, and which of its parts is which component of ours.

    `rest` is the key of the component for all that has no place of its own, "" for none; `part-<n>` is
    the same for the n-th of its parts, "-" if that part is of no concern, "" if it goes with the rest.
    """
    vendor = Vendor.objects.select_for_update().get(pk=vendor.pk)
    before = set(vendor.components.all())
    _read(vendor, form)
    known = {each.key: each for each in watched.choices()}
    wanted = {"": form.get("rest", "")} if form.get("rest") else {}
    for number, part in enumerate(vendor.parts):
        choice = form.get(f"part-{number}", "")
        if choice:
            wanted[part["name"]] = "" if choice == "-" else choice
    unknown = [key for key in wanted.values() if key and key not in known]
    if unknown:
        raise Refused(f"There is no component “{unknown[0]}” any more: choose another.")
    vendor.concerns = wanted
    _save(vendor)
    vendor.components.set(known[key] for key in set(wanted.values()) if key)
    for each in before - set(vendor.components.all()):
        keeping.let_go(vendor, each)
    keeping.follow(vendor)


@transaction.atomic
def pause(vendor: Vendor, *, on: bool) -> None:
    """Ask its feed no more, or again from now on."""
    vendor = Vendor.objects.select_for_update().get(pk=vendor.pk)
    vendor.paused, vendor.next_at = on, clock.now()
    vendor.etag = vendor.modified = ""
    vendor.failing_since, vendor.failing_why = None, ""
    vendor.save()
    if on:
        keeping.end_alerts(vendor)
    for component in vendor.components.all():
        standing.settle(component, why=f"{vendor} was {'paused' if on else 'resumed'}")
    wake("vendors")


@transaction.atomic
def remove(vendor: Vendor) -> None:
    """Watch it no more: its alerts end, and what it told is forgotten."""
    vendor = Vendor.objects.select_for_update().get(pk=vendor.pk)
    components = list(vendor.components.all())
    keeping.end_alerts(vendor)
    vendor.delete()
    for component in components:
        standing.settle(component, why=f"{vendor.name} is no longer watched")


def _read(vendor: Vendor, form: Mapping[str, str]) -> None:
    vendor.name = " ".join(form.get("name", "").split())[:100]
    if not vendor.name:
        raise Refused("Give the vendor its name.")
    if form.get("feed") not in Vendor.Feed.values:
        raise Refused("Choose the form of its feed: Statuspage, Google, or RSS or Atom.")
    address = form.get("address", "").strip()
    if (form["feed"], address) != (vendor.feed, vendor.address):
        vendor.etag = vendor.modified = ""
        vendor.next_at = clock.now()
    vendor.feed, vendor.address = form["feed"], _checked(address)
    homepage = form.get("homepage", "").strip()
    vendor.homepage = _checked(homepage) if homepage else ""


def _checked(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname or parts.username or len(address) > 500:
        raise Refused(f"“{address[:100]}” is no address: write one that begins with https://.")
    return address


def _save(vendor: Vendor) -> None:
    try:
        with transaction.atomic():
            vendor.save()
    except IntegrityError:
        raise Refused(f"{vendor.name} is watched already.") from None
    wake("vendors")


def _let_rest_be(vendor: Vendor, component: Component) -> None:
    vendor.concerns = {"": component.key}
    vendor.save(update_fields=["concerns"])
    vendor.components.set([component])
    standing.settle(component, why=f"{vendor} is watched")
    wake("vendors")
