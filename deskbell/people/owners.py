"""A district's owners: who may read and settle what it pays for. A school has none of its own."""

from __future__ import annotations

from deskbell.people.models import Contact, District, Person


def owners_of(district: District | None) -> list[Person]:
    """Who owns the whole district, by name."""
    places = Contact.objects.filter(district=district, school=None, role=Contact.Role.OWNER)
    found = [place.person for place in places.select_related("person")] if district else []
    return sorted(found, key=lambda person: str(person).casefold())


def owns(person: Person | None, district: District | None) -> bool:
    """Is the person an owner of the whole district?"""
    if person is None or district is None:
        return False
    places = Contact.objects.filter(person=person, district=district, school=None)
    return places.filter(role=Contact.Role.OWNER).exists()
