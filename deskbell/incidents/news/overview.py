"""What the team sees of its subscribers: how many, who fails and why, and how far each piece has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from deskbell.incidents.languages import PHASES
from deskbell.incidents.models import Delivery, IncidentUpdate, MaintenanceNotice, Subscriber
from deskbell.incidents.news.words import NOTICES
from deskbell.lib.errors import NotFound

SHOWN, NEWEST = 50, 8
State = Delivery.State


@dataclass(frozen=True)
class Piece:
    """A piece of news on its way: `key` names it in addresses."""

    key: str
    title: str
    at: datetime
    sent: int
    failed: int
    total: int

    @property
    def seen_to(self) -> int:
        return self.sent + self.failed

    @property
    def is_on_its_way(self) -> bool:
        return self.seen_to < self.total


def counts() -> dict[str, int]:
    """How many hear by which way, wait for their confirmation, fail, or have ended."""
    active = Q(confirmed_at__isnull=False, ended_at=None)
    failing = Q(failing_since__isnull=False) | Q(person__mail_fails_since__isnull=False)
    ways = {str(way): Count("pk", filter=active & Q(way=way)) for way in Subscriber.Way}
    return Subscriber.objects.aggregate(
        active=Count("pk", filter=active),
        asked=Count("pk", filter=Q(confirmed_at=None, ended_at=None)),
        failing=Count("pk", filter=active & failing),
        ended=Count("pk", filter=Q(ended_at__isnull=False)),
        **ways,
    )


def listed(words: str = "", *, failing: bool = False) -> list[Subscriber]:
    """The newest, or those who fail, or those whose address holds these words; fifty at most."""
    rows = _with_people(Subscriber.objects.all())
    if failing:
        fails = Q(failing_since__isnull=False) | Q(person__mail_fails_since__isnull=False)
        rows = rows.filter(fails, ended_at=None)
    if words:
        rows = rows.filter(Q(person__email__icontains=words) | Q(host__icontains=words))
    return list(rows.order_by("-pk")[:SHOWN])


def pieces() -> list[Piece]:
    """The newest updates and notices that were told to somebody, the newest first."""
    told = IncidentUpdate.objects.select_related("incident").order_by("-pk")[:NEWEST]
    notices = MaintenanceNotice.objects.order_by("-pk")[:NEWEST]
    found = _of_updates(list(told)) + _of_notices(list(notices))
    found = [each for each in found if each.total]
    return sorted(found, key=lambda each: each.at, reverse=True)[:NEWEST]


def piece(key: str) -> Piece:
    """How far one has come. Raises NotFound."""
    kind, _, number = key.partition("-")
    pk = int(number) if number.isdecimal() and len(number) < 18 else 0
    if kind == "update":
        found = _of_updates(list(IncidentUpdate.objects.select_related("incident").filter(pk=pk)))
    else:
        found = _of_notices(list(MaintenanceNotice.objects.filter(pk=pk)))
    if not found:
        raise NotFound("There are no such news.")
    return found[0]


def one(pk: int) -> Subscriber:
    """The subscriber with this key. Raises NotFound."""
    found = _with_people(Subscriber.objects.filter(pk=pk)).first()
    if found is None:
        raise NotFound("There is no such subscriber.")
    return found


def _with_people(rows: QuerySet[Subscriber]) -> QuerySet[Subscriber]:
    return rows.select_related("person", "district").prefetch_related("components")


def _of_updates(rows: list[IncidentUpdate]) -> list[Piece]:
    deliveries = Delivery.objects.filter(update__in=[row.pk for row in rows])
    known = _counted(deliveries, "update")
    return [
        Piece(
            f"update-{row.pk}",
            f"{PHASES[row.phase]}: {row.incident.title}",
            row.at,
            *known.get(row.pk, (0, 0, 0)),
        )
        for row in rows
    ]


def _of_notices(rows: list[MaintenanceNotice]) -> list[Piece]:
    deliveries = Delivery.objects.filter(notice__in=[row.pk for row in rows])
    known = _counted(deliveries, "notice")
    return [
        Piece(
            f"notice-{row.pk}",
            f"{NOTICES[row.kind]}: {row.told.get('title', '')}",
            row.at,
            *known.get(row.pk, (0, 0, 0)),
        )
        for row in rows
    ]


def _counted(rows: QuerySet[Delivery], what: str) -> dict[int, tuple[int, int, int]]:
    found = (
        rows.order_by()
        .values_list(what)
        .annotate(
            sent=Count("pk", filter=Q(state=State.SENT)),
            failed=Count("pk", filter=Q(state=State.FAILED)),
            total=Count("pk"),
        )
    )
    return {key: (sent, failed, total) for key, sent, failed, total in found}
