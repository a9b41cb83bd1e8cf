"""Whether anything is different that a page shows: a few small queries, asked again and again."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Model, Q, QuerySet, Sum

from deskbell.incidents.models import Incident, Postmortem, PrivatePage
from deskbell.incidents.status_page.audience import Audience
from deskbell.mail.models import Branding
from deskbell.monitoring.models import Component, Maintenance, Service
from deskbell.people.models import Contract, Desk, District


def signature(now: datetime, audiences: list[Audience]) -> Hashable:
    """Differs when a page would. In it are also the day of each audience, and the hour: what is counted
    up to now is brought up to now once an hour."""
    told = Incident.objects.told()
    open_promises = told.filter(resolved_at=None).values_list("pk", "next_update_at")
    return (
        _rows(Service.objects.all()),
        _rows(Component.objects.all(), but=("owner", "team")),
        _rows(Component.districts.through.objects.all()),
        _rows(Desk.objects.all()),
        _rows(Branding.objects.all()),
        _rows(Contract.objects.all()),
        _rows(PrivatePage.objects.all()),
        tuple(District.objects.order_by("pk").values_list("pk", "name", "zone")),
        tuple(told.aggregate(Count("pk"), Sum("last_sequence"), Max("updated_at")).values()),
        tuple((pk, bool(at and at > now)) for pk, at in open_promises.order_by("pk")),
        tuple(Postmortem.objects.aggregate(Max("changed_at"), Max("published_at")).values()),
        _windows(now),
        tuple(audience.today(now) for audience in audiences),
        now.replace(minute=0, second=0, microsecond=0),
    )


def next_edge(now: datetime) -> datetime | None:
    """When the next window begins or ends, or the next promised update is late."""
    ahead = Maintenance.objects.filter(cancelled_at=None, ended_at=None)
    promised = Incident.objects.open().filter(next_update_at__gt=now)
    found = [
        ahead.filter(starts_at__gt=now).aggregate(at=Min("starts_at"))["at"],
        ahead.filter(ends_at__gt=now).aggregate(at=Min("ends_at"))["at"],
        promised.aggregate(at=Min("next_update_at"))["at"],
    ]
    return min((at for at in found if at is not None), default=None)


def _windows(now: datetime) -> Hashable:
    """All there is of each window that is not over; of the others how many, and their last change."""
    over = Q(ends_at__lte=now) | Q(cancelled_at__isnull=False) | Q(ended_at__isnull=False)
    ahead = Maintenance.objects.exclude(over)
    return (
        _rows(ahead, but=("made_by", "follows")),
        tuple(ahead.filter(starts_at__lte=now).order_by("pk").values_list("pk", flat=True)),
        _rows(Maintenance.components.through.objects.filter(maintenance__in=ahead)),
        tuple(
            Maintenance.objects.aggregate(
                Count("pk"), Max("ends_at"), Max("cancelled_at"), Max("ended_at")
            ).values()
        ),
    )


def _rows(rows: QuerySet[Any], but: tuple[str, ...] = ()) -> Hashable:
    model: type[Model] = rows.model
    names = [field.name for field in model._meta.concrete_fields if field.name not in but]
    return tuple(rows.order_by("pk").values_list(*names))
