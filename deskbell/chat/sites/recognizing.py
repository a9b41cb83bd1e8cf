"""From what a site has signed to a person, a district and a school that the desk knows."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import F

from deskbell.chat.models import Visit
from deskbell.chat.sites.models import Identity
from deskbell.chat.sites.tokens import Claims, NotBelieved
from deskbell.lib import clock
from deskbell.lib.numbers import whole
from deskbell.people.districts import district_of, owner_of
from deskbell.people.models import Contact, District, Person, School
from deskbell.tickets.models import Ticket


def recognize(claims: Claims) -> Identity:
    """The identity of who is there, made at their first visit. Raises NotBelieved where the claims
    contradict what the desk knows: an agent's address, or a person of another district."""
    address = _address(claims.email)
    person = (
        Person.objects.select_related("agent").filter(email=address).first() if address else None
    )
    if person and hasattr(person, "agent"):
        raise NotBelieved("The token’s address belongs to an agent of this desk.")
    district = _district(claims, person, address or "")
    school = School.objects.filter(district=district, name__iexact=claims.school).first()
    told = {
        "district": district,
        "school": school if district and claims.school else None,
        "school_name": claims.school,
        "role": claims.role,
        "proved_at": clock.now(),
    }
    try:
        with transaction.atomic():
            return _kept(claims, address, told)
    except IntegrityError:  # two tabs at the same moment
        return _kept(claims, address, told)


def identities_among(tickets: Collection[Ticket]) -> dict[int, Identity]:
    """Of whom among these tickets' requesters a site has proved who they are, in one query: by ticket."""
    asked = Visit.objects.filter(
        ticket__in=tickets, visitor__identity__person=F("ticket__requester")
    ).select_related("visitor__identity__site")
    found = {visit.ticket_id: visit.visitor.identity for visit in asked.order_by("id")}
    return {ticket: identity for ticket, identity in found.items() if identity}


def _kept(claims: Claims, address: str | None, told: Mapping[str, object]) -> Identity:
    known = Identity.objects.select_related("person", "district", "school")
    found = known.filter(site=claims.site, subject=claims.sub).first()
    if found is None:
        person = (
            Person.objects.with_address(address, claims.name)
            if address
            else Person.objects.create(name=claims.name or "Visitor")
        )
        return Identity.objects.create(site=claims.site, subject=claims.sub, person=person, **told)
    for name, value in told.items():
        setattr(found, name, value)
    found.save(update_fields=list(told))
    _follow(found.person, claims, address)
    return found


def _follow(person: Person, claims: Claims, address: str | None) -> None:
    """A name or an address that the site did not know before; one that the desk knows stays."""
    changed = []
    if claims.name and not person.email and person.name != claims.name:
        person.name = claims.name
        changed.append("name")
    if address and not person.email and not Person.objects.filter(email=address).exists():
        person.email = address
        changed.append("email")
    if changed:
        person.save(update_fields=changed)


def _address(email: str) -> str | None:
    address = email.strip().lower()
    if not address:
        return None
    try:
        validate_email(address)
    except ValidationError:
        raise NotBelieved("“email” in the token is no mail address.") from None
    return address


def _district(claims: Claims, person: Person | None, address: str) -> District | None:
    """Where they belong. A site of one district speaks for nobody of another."""
    own, named = claims.site.district, _named(claims.district)
    known = district_of(person) if person else owner_of(address)
    if own is None:
        return named or known
    if claims.district and named != own:
        raise NotBelieved(f"The token names another district than {own}: “{claims.district}”.")
    if known and known != own and not Contact.objects.filter(person=person, district=own).exists():
        raise NotBelieved(f"The token’s address belongs to another district than {own}.")
    return own


def _named(text: str) -> District | None:
    """A district by its number, its name or one of its mail domains."""
    if not text:
        return None
    number = whole(text, least=1)
    if number is not None:
        return District.objects.filter(pk=number).first()
    by_name = District.objects.filter(name__iexact=text).first()
    return (
        by_name or District.objects.filter(domains__domain=text.lower().removeprefix("@")).first()
    )
