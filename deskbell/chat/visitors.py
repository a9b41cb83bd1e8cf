"""Visitors: met at their first word, known again by their token, seen for as long as they are here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import available_timezones

from django.db import transaction

from deskbell.chat.models import Visit, Visitor, Wait
from deskbell.lib import clock, ids
from deskbell.lib.errors import Refused
from deskbell.people.models import Person
from deskbell.tickets.models import Channel, Ticket

NAME = "Visitor"
KEPT = timedelta(days=7)  # a tab that was left open, and not seen for longer, begins anew


class Unknown(Refused):
    """No living session has this token."""


@transaction.atomic
def meet(*, zone: str = "") -> tuple[Visitor, str]:
    """A new visitor, and the token that their tab keeps. A zone that is none is left out."""
    token = ids.new_token()
    known_zone = zone if zone in available_timezones() else ""
    person = Person.objects.create(name=NAME, zone=known_zone)
    visitor = Visitor.objects.create(person=person, token_digest=ids.digest(token))
    return visitor, token


def visitor_of(token: str) -> Visitor:
    """The visitor who holds this token. Raises Unknown, also where it has not been seen for a week."""
    found = (
        Visitor.objects.select_related("person")
        .filter(token_digest=ids.digest(token), seen_at__gt=clock.now() - KEPT)
        .first()
    )
    if found is None:
        raise Unknown("This conversation has ended here. Write again to begin a new one.")
    return found


def see(visitor: Visitor) -> None:
    """They are here now."""
    visitor.seen_at = clock.now()
    visitor.save(update_fields=["seen_at"])


def visit_of(visitor: Visitor) -> Visit | None:
    """Their conversation, if they have written anything yet."""
    found = Visit.objects.filter(visitor=visitor).select_related("visitor", "ticket__district")
    return found.order_by("-id").first()


def visits_among(tickets: Sequence[Ticket]) -> tuple[dict[int, Visit], set[int]]:
    """The newest conversation of each of these tickets, by number, and the numbers of those that wait for
    someone. No query where none came by chat, two at the most."""
    numbers = [each.pk for each in tickets if each.live or each.channel == Channel.CHAT]
    if not numbers:
        return {}, set()
    visits = Visit.objects.filter(ticket__in=numbers).select_related("visitor__person")
    found = {visit.ticket_id: visit for visit in visits.order_by("pk")}
    waits = Wait.objects.filter(visit__in=[visit.pk for visit in found.values()], ended_at=None)
    return found, set(waits.values_list("visit__ticket", flat=True))
