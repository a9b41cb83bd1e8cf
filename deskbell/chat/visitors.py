"""Visitors: met at their first word, known again by their session, seen for as long as they are here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from zoneinfo import available_timezones

from django.db import transaction
from django.db.models import Q, QuerySet

from deskbell.chat.models import Identity, Session, Visit, Visitor, Wait
from deskbell.lib import clock, ids
from deskbell.lib.errors import Refused
from deskbell.people.models import Person
from deskbell.tickets.models import Channel, Ticket

NAME = "Visitor"
KEPT = timedelta(hours=12)  # a tab that was left open, and not seen for longer, begins anew
REMEMBERED = timedelta(days=30)  # the same where they asked to be remembered on this device
PROVED_FOR = timedelta(hours=12)  # then the site must say again who it is


class Unknown(Refused):
    """No living session has this token."""


@transaction.atomic
def meet(*, zone: str = "") -> tuple[Visitor, str]:
    """A new visitor, and the token that their tab keeps. A zone that is none is left out."""
    person = Person.objects.create(name=NAME, zone=_known(zone))
    visitor = Visitor.objects.create(person=person)
    return visitor, _begin(visitor)


@transaction.atomic
def welcome_back(identity: Identity, *, zone: str = "") -> tuple[Visitor, str]:
    """The visitor whom a site has proved, and a token for this tab: the conversation is theirs wherever
    they sign in, and nobody else's."""
    visitor, _ = Visitor.objects.select_related("person").get_or_create(
        identity=identity, defaults={"person": identity.person}
    )
    if not visitor.person.zone and (known := _known(zone)):
        visitor.person.zone = known
        visitor.person.save(update_fields=["zone"])
    visitor.sessions.filter(ends_at__lt=clock.now()).delete()
    return visitor, _begin(visitor, ends_at=clock.now() + PROVED_FOR)


def visitor_of(token: str) -> Visitor:
    """The visitor who holds this token. Raises Unknown, also where it has not been seen for too long."""
    found = _living().filter(token_digest=ids.digest(token)).first()
    if found is None:
        raise Unknown("This conversation has ended here. Write again to begin a new one.")
    return found.visitor


def held_by(tokens: Sequence[str]) -> dict[str, Visitor]:
    """The visitors who hold these tokens, by token, and nobody else changes what the desk knows of them until
    the transaction ends. Without those whom someone else has in hand; of several tokens of a visitor, one."""
    digests = {ids.digest(token): token for token in tokens}
    living = _alive().filter(token_digest__in=digests).order_by("visitor", "pk")
    people = living.select_related("visitor__person")
    locked = people.select_for_update(of=("visitor",), skip_locked=True, no_key=True)
    first = {session.visitor_id: session for session in reversed(locked)}
    return {digests[each.token_digest]: each.visitor for each in first.values()}


def sign_out(token: str) -> None:
    """End the session: whoever comes next to this device finds nothing of it."""
    Session.objects.filter(token_digest=ids.digest(token)).delete()


def set_remembered(token: str, *, remembered: bool) -> None:
    """Keep the session of a visitor without an identity beyond its tab, or no longer."""
    anonymous = Session.objects.filter(token_digest=ids.digest(token), visitor__identity=None)
    if not anonymous.update(remembered=remembered):
        raise Refused("Who is signed in is not remembered on a device: others may use it.")


def see(visitor: Visitor) -> None:
    """They are here now."""
    visitor.seen_at = clock.now()
    visitor.save(update_fields=["seen_at"])


def held_and_seen(visitor: Visitor) -> Visitor:
    """They are here now, and nobody else changes what the desk knows of them until the transaction ends.
    One statement, unless they became someone else since they were read: then they are read anew."""
    visitor.seen_at = clock.now()
    as_read = Visitor.objects.filter(
        pk=visitor.pk,
        person=visitor.person_id,
        identity=visitor.identity_id,
        address=visitor.address,
    )
    if as_read.update(seen_at=visitor.seen_at):
        return visitor
    locked = Visitor.objects.select_for_update(of=("self",)).select_related("person", "identity")
    visitor = locked.get(pk=visitor.pk)
    see(visitor)
    return visitor


def visit_of(visitor: Visitor) -> Visit | None:
    """Their conversation, if they have written anything yet, and it was not set aside."""
    found = Visit.objects.filter(visitor=visitor, ticket__aside="")
    return found.select_related("visitor", "ticket__district").order_by("-id").first()


def _living() -> QuerySet[Session]:
    return _alive().select_related(
        "visitor__person", "visitor__identity__district", "visitor__identity__school"
    )


def _alive() -> QuerySet[Session]:
    now = clock.now()
    unseen = Q(remembered=False, visitor__seen_at__gt=now - KEPT)
    unseen |= Q(remembered=True, visitor__seen_at__gt=now - REMEMBERED)
    living = Q(ends_at__gt=now) | (Q(ends_at=None) & unseen)
    return Session.objects.filter(living)


def _begin(visitor: Visitor, *, ends_at: datetime | None = None) -> str:
    token = ids.new_token()
    Session.objects.create(visitor=visitor, token_digest=ids.digest(token), ends_at=ends_at)
    return token


def _known(zone: str) -> str:
    return zone if zone in available_timezones() else ""


def visits_on(numbers: Collection[int]) -> QuerySet[Visit]:
    """The conversations on the tickets of these numbers, with their visitors and what a site has proved."""
    found = Visit.objects.filter(ticket__in=numbers)
    return found.select_related("visitor__identity__district")


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
