"""Who someone is as a customer: their places in districts and schools, and what each lets them do.

`Contact` holds a place that the team, or an owner, has given. Whoever writes from a district's mail domain
is known there without one, and sees their own requests.
"""

from __future__ import annotations

from dataclasses import dataclass

from deskbell.people import districts
from deskbell.people.models import Contact, District, Person

Role = Contact.Role
SEE_ALL = frozenset({Role.OWNER, Role.EDITOR, Role.VIEWER})  # of their school or district


@dataclass(frozen=True)
class Customer:
    """Someone of the customers' side, and their places; the first place is where they open requests."""

    person: Person
    places: tuple[Contact, ...]
    district: District | None

    @property
    def may_write(self) -> bool:
        """A viewer reads; everyone else may ask and answer."""
        return not self.places or any(place.role != Role.VIEWER for place in self.places)

    def may_write_in(self, district: int | None) -> bool:
        """May they write on a request of this district? Their place there decides, if they have one."""
        here = [place for place in self.places if place.district_id == district]
        return all(place.role != Role.VIEWER for place in here) if here else self.may_write

    @property
    def districts(self) -> set[int]:
        """The keys of the districts they are of."""
        known = {self.district.pk} if self.district else set()
        return known | {place.district_id for place in self.places}

    @property
    def sees_more(self) -> bool:
        """Do they see requests of others?"""
        return any(place.role in SEE_ALL for place in self.places)

    @property
    def owned(self) -> tuple[Contact, ...]:
        """The places in which they are an owner: they invite and remove people there."""
        return tuple(place for place in self.places if place.role == Role.OWNER)


def customer(person: Person) -> Customer | None:
    """Who this person is to the portal; None for the team, and for who has left or is of no district."""
    if not person.is_active or person.is_agent:
        return None
    found = Contact.objects.filter(person=person).select_related("district", "school")
    places = tuple(found.order_by("id"))
    district = places[0].district if places else districts.owner_of(person.email or "")
    return Customer(person, places, district) if district else None


def customer_at(address: str) -> Customer | None:
    """The same for a mail address; whoever has one of a district's domain is met now."""
    address = address.strip().lower()
    person = Person.objects.select_related("agent").filter(email=address).first()
    if person is None and districts.owner_of(address):
        person = Person.objects.with_address(address)
    return customer(person) if person else None
