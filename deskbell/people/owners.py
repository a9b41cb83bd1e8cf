"""A district's owners: who may read and settle what it pays for. A school has none of its own."""

from __future__ import annotations

from django.db.models import QuerySet

from deskbell.people.models import Contact, District, Person


def owners_of(district: District | None) -> list[Person]:
    """Who owns the whole district, by name."""
    places = owners().filter(district=district).select_related("person") if district else []
    found = [place.person for place in places]
    return sorted(found, key=lambda person: str(person).casefold())


def owners() -> QuerySet[Contact]:
    """The places of all who own a whole district."""
    return Contact.objects.filter(school=None, role=Contact.Role.OWNER)


def owns(person: Person | None, district: District | None) -> bool:
    """Is the person an owner of the whole district?"""
    if person is None or district is None:
        return False
    return owners().filter(person=person, district=district).exists()
