"""Giving people their places in a district or one of its schools, and taking them away."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.numbers import primary_key
from deskbell.people.models import Contact, District, Person, School

LONGEST_NAME = 200


def places_in(district: District) -> QuerySet[Contact]:
    """Everyone who has a place there, by school and name."""
    rows = Contact.objects.filter(district=district).select_related("person", "school")
    return rows.order_by("school__name", "person__name", "person__email", "id")


@transaction.atomic
def give_place(
    district: District, address: str, *, name: str = "", role: str, school: str = ""
) -> Contact:
    """Give whoever has this address a place, or another role in the place they have. `school` is the key of
    one of the district's, or empty for all of it. Refused for the team, a wrong role, another's school."""
    address = address.strip().lower()
    local, _, domain = address.partition("@")
    if not local or "." not in domain or any(each.isspace() for each in address):
        raise Refused("Give the mail address, like name@school.org.")
    if role not in Contact.Role.values:
        raise Refused("Choose a role: owner, editor, viewer or own requests.")
    place = _school(district, school)
    person = Person.objects.with_address(address[:320], name.strip()[:LONGEST_NAME])
    if hasattr(person, "agent"):
        raise Refused(f"{person} is of the team, and needs no place in a district.")
    found, _ = Contact.objects.update_or_create(
        person=person, district=district, defaults={"role": role, "school": place}
    )
    return found


@transaction.atomic
def take_place(district: District, pk: int) -> Contact:
    """Take a place away. They keep what they asked themselves. Raises NotFound."""
    found = places_in(district).filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such person in this district.")
    Contact.objects.filter(pk=found.pk).delete()
    return found


def _school(district: District, key: str) -> School | None:
    if not key:
        return None
    found = School.objects.filter(district=district, pk=primary_key(key)).first()
    if found is None:
        raise Refused("Choose a school of this district.")
    return found
