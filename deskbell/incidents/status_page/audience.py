"""For whom a page is: everyone, or one district behind its secret address. And what concerns them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from django.db.models import Q

from deskbell.incidents.affected import told_to
from deskbell.incidents.models import IncidentUpdate, PrivatePage
from deskbell.lib.zones import zone
from deskbell.mail.branding import Brand, brand_for
from deskbell.monitoring.models import Component, Maintenance
from deskbell.people.desk import the_desk
from deskbell.people.models import Contract, District

TARGET = Decimal("99.9")  # P11
PUBLIC = "/status"


@dataclass(frozen=True)
class Audience:
    """Who reads. `base` begins the addresses of their pages, `folder` is where those lie."""

    district: District | None
    token: str
    name: str  # the desk's, or as the branding has it
    zone: str
    brand: Brand
    components: list[Component]  # that concern them, in order
    all_components: list[Component]  # of the desk, for whoever reads for several audiences at once
    contracts: list[Contract] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"{PUBLIC}/d/{self.token}" if self.token else PUBLIC

    @property
    def is_private(self) -> bool:
        return self.district is not None

    @cached_property
    def keys(self) -> frozenset[int]:
        return frozenset(each.pk for each in self.components)

    @cached_property
    def slugs(self) -> frozenset[str]:
        return frozenset(each.key for each in self.components)

    def home(self, language: str) -> str:
        """The address of their front page in a language."""
        return self.base if language == "en" else f"{self.base}/{language}"

    def today(self, now: datetime) -> date:
        """The day it is in their zone."""
        return now.astimezone(zone(self.zone)).date()

    def contract(self, month: date) -> Contract | None:
        """That which is in force at the end of the month; the newest of several."""
        end = (month.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        held = [
            each
            for each in self.contracts
            if each.starts_on <= end and (each.ends_on is None or each.ends_on >= end)
        ]
        return held[-1] if held else None

    def target(self, month: date) -> Decimal:
        """What was promised for the month, in percent."""
        held = self.contract(month)
        return held.uptime_target if held else TARGET

    def maintenance_counts(self, month: date) -> bool:
        """Does the contract count planned maintenance as downtime (U3)?"""
        held = self.contract(month)
        return held.maintenance_counts if held else False

    def incidents(self) -> Q:
        """Those of which they were told something."""
        return Q(pk__in=IncidentUpdate.objects.filter(self.updates()).values("incident"))

    def updates(self) -> Q:
        """What they were told."""
        return told_to(self.district)

    def windows(self) -> Q:
        """The maintenance of what concerns them, as far as customers are told of it."""
        mine = Maintenance.objects.filter(components__in=self.keys, public=True)
        return Q(pk__in=mine.values("pk"))


def audiences() -> Iterable[Audience]:
    """The public first, then each district that has a page of its own."""
    components = _all_components()
    yield _of(None, "", components)
    pages = PrivatePage.objects.filter(revoked_at=None).select_related("district")
    for page in pages.order_by("pk"):
        yield _of(page.district, page.token, components)


def audience_of(district: District) -> Audience:
    """One district, for readers whom the desk knows; without a page of its own, its `base` is the public."""
    page = PrivatePage.objects.filter(district=district, revoked_at=None).first()
    return _of(district, page.token if page else "", _all_components())


def _all_components() -> list[Component]:
    return list(
        Component.objects.filter(retired_at=None)
        .select_related("service")
        .prefetch_related("districts")
        .order_by("service__place", "service__name", "place", "name")
    )


def _of(district: District | None, token: str, components: list[Component]) -> Audience:
    desk, brand = the_desk(), brand_for(district)
    contracts = Contract.objects.filter(district=district) if district else Contract.objects.none()
    return Audience(
        district=district,
        token=token,
        name=brand.name or desk.name,
        zone=district.zone if district else desk.zone,
        brand=brand,
        components=[each for each in components if _concerns(each, district)],
        all_components=components,
        contracts=list(contracts.order_by("starts_on", "pk")),
    )


def _concerns(component: Component, district: District | None) -> bool:
    return component.for_everyone or (
        district is not None and district in component.districts.all()
    )
