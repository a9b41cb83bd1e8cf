"""Giving people their places in a district or one of its schools, taking them away, and undoing either.

Each change is kept with who made it: see `PlaceChange`. What owners may do of this stands in `owning.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.numbers import primary_key
from deskbell.people.models import Contact, District, Person, PlaceChange, School

LONGEST_NAME = 200
HISTORY = 20  # changes that a screen shows
NO_ADDRESS = "Give the mail address, like name@school.org."
NO_ROLE = "Choose a role: owner, editor, viewer or own requests."
NO_SCHOOL = "Choose a school of this district."
OF_THE_TEAM = "Whoever has this address is of the team, and needs no place in a district."
NOBODY = "There is no such person in this district."
NO_CHANGE = "There is no such change in this district."
CHANGED_SINCE = "Their place was changed again since, so this can’t be undone any more."


def places_in(district: District) -> QuerySet[Contact]:
    """Everyone who has a place there, by school and name."""
    rows = Contact.objects.filter(district=district).select_related("person", "school")
    return rows.order_by("school__name", "person__name", "person__email", "id")


def changes_in(district: District) -> QuerySet[PlaceChange]:
    """What became of its people's places, the newest first."""
    rows = PlaceChange.objects.filter(district=district).order_by("-id")
    return rows.select_related("person", "by", "school", "school_before", "district")


def newest_of_each(changes: Iterable[PlaceChange]) -> set[int]:
    """The keys of those changes that may be undone, as nothing has followed; they come the newest first."""
    found: dict[tuple[int, int], int] = {}
    for each in changes:
        found.setdefault((each.district_id, each.person_id), each.pk)
    return set(found.values())


@transaction.atomic
def give_place(
    district: District, address: str, *, name: str = "", role: str, school: str = "", by: Person
) -> Contact:
    """Give whoever has this address a place, or another role in the place they have. `school` is the key of
    one of the district's, or empty for all of it. Refused for the team, a wrong role, another's school."""
    role, place = role_of(role), school_of(district, school)
    person = person_at(address, name)
    put(district, person, role, place, by=by)
    return Contact.objects.select_related("person").get(district=district, person=person)


@transaction.atomic
def take_place(district: District, pk: int, *, by: Person) -> PlaceChange | None:
    """Take a place away. They keep what they asked themselves. Raises NotFound."""
    found = place_in(district, pk)
    return put(district, found.person, "", None, by=by)


@transaction.atomic
def undo(district: District, pk: int, *, by: Person) -> PlaceChange | None:
    """Make a place again what it was before a change. Refused if it was changed since; raises NotFound."""
    lock(district)
    change = changes_in(district).filter(pk=pk).first()
    if change is None:
        raise NotFound(NO_CHANGE)
    if changes_in(district).filter(person=change.person, pk__gt=pk).exists():
        raise Refused(CHANGED_SINCE)
    return put(district, change.person, change.role_before, change.school_before, by=by)


def put(
    district: District, person: Person, role: str, school: School | None, *, by: Person
) -> PlaceChange | None:
    """The one way in which a place changes: it becomes this, or goes if the role is empty, and who made it
    so is kept; None if it was so already."""
    lock(district)
    here = Contact.objects.filter(person=person, district=district)
    before = here.select_related("school").first()
    if (before.role if before else "", before.school if before else None) == (role, school):
        return None
    if role:
        here.update_or_create(
            person=person, district=district, defaults={"role": role, "school": school}
        )
    else:
        here.delete()
    return PlaceChange.objects.create(
        district=district,
        person=person,
        by=by,
        role_before=before.role if before else "",
        school_before=before.school if before else None,
        role=role,
        school=school,
    )


def lock(district: District) -> None:
    """One change at a time in a district: so that of two owners who remove each other one stays."""
    District.objects.select_for_update(no_key=True).get(pk=district.pk)


def place_in(district: District, pk: int) -> Contact:
    """A place of the district. Raises NotFound."""
    found = places_in(district).filter(pk=pk).first()
    if found is None:
        raise NotFound(NOBODY)
    return found


def person_at(address: str, name: str = "") -> Person:
    """Whoever has this address, met now if need be. Refused for what is none, and for the team."""
    address = address.strip().lower()
    local, _, domain = address.partition("@")
    if not local or "." not in domain or any(each.isspace() for each in address):
        raise Refused(NO_ADDRESS)
    person = Person.objects.with_address(address[:320], name.strip()[:LONGEST_NAME])
    if hasattr(person, "agent"):
        raise Refused(OF_THE_TEAM)
    return person


def role_of(text: str) -> str:
    """The role that a form names. Refused for what is none."""
    if text not in Contact.Role.values:
        raise Refused(NO_ROLE)
    return text


def school_of(district: District, key: str) -> School | None:
    """The school with this key, None for an empty one. Refused for another district's."""
    if not key:
        return None
    found = School.objects.filter(district=district, pk=primary_key(key)).first()
    if found is None:
        raise Refused(NO_SCHOOL)
    return found
