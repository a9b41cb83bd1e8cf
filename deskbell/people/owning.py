"""What owners do with their people: invite, give another role or place, remove, undo.

The owner of a district looks after everyone in it, the owner of a school after its people alone; whatever
else there is looks to them as if it weren't. Each verb asks again, under the district's lock, who they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.numbers import primary_key
from deskbell.people import places
from deskbell.people.customers import Customer, Role, customer
from deskbell.people.districts import owner_of
from deskbell.people.models import Contact, District, Person, PlaceChange, School

MOST_A_DAY = 200  # changes by one owner: a whole school's staff, and no machine
LAST_OWNER = "They are the last owner there. Make somebody else an owner first."
ELSEWHERE = "They have another place in this district. Its owner can change it."
OF_ANOTHER = (
    "This address belongs to another district. Write to us if they should see your requests."
)
TOO_MANY = "That were a great many changes for one day. Go on tomorrow, or write to us."
NO_PLACE = "Choose a place that you look after."


@dataclass(frozen=True)
class Where:
    """A place that an owner can give: a whole district, or one school. `key` is its name in forms."""

    district: District
    school: School | None

    @property
    def key(self) -> str:
        return f"{self.district.pk}-{self.school.pk if self.school else ''}"


def places_of(who: Customer) -> QuerySet[Contact]:
    """Everyone whom they look after."""
    rows = Contact.objects.filter(_looked_after(who)).select_related("person", "district", "school")
    return rows.order_by("district__name", "school__name", "person__name", "person__email", "id")


def changes_of(who: Customer) -> QuerySet[PlaceChange]:
    """What became of those places, the newest first."""
    seen = _looked_after(who) | _looked_after(who, "school_before")
    rows = PlaceChange.objects.filter(seen).order_by("-id")
    return rows.select_related("person", "by", "district", "school", "school_before")


def wheres(who: Customer) -> Sequence[Where]:
    """The places that they can give, districts with their schools."""
    found = []
    for own in who.owned:
        if own.school is not None:
            found.append(Where(own.district, own.school))
            continue
        found.append(Where(own.district, None))
        found += [Where(own.district, each) for each in own.district.schools.order_by("name")]
    return found


def invite(who: Customer, where: str, address: str, *, name: str, role: str) -> Customer:
    """Give someone a place, or the one they have once more; returns whom to write to, as someone of that
    district. Refused."""
    at = _where(who, where)
    with _as_owner(who, at.district) as owner:
        owns = owner_of(address.strip().lower())
        if owns is not None and owns != at.district:
            raise Refused(OF_ANOTHER)
        person = places.person_at(address, name)
        has = Contact.objects.filter(person=person, district=at.district).first()
        if has is not None and not _may(owner, at.district.pk, has.school_id):
            raise Refused(ELSEWHERE)
        _put(owner, at.district, person, places.role_of(role), at.school)
        invited = customer(person)
    if invited is None:  # the desk took their access away
        raise Refused(ELSEWHERE)
    return replace(invited, district=at.district)


def change(who: Customer, pk: int, *, role: str, where: str) -> PlaceChange | None:
    """Another role, or another place in the same district. Raises NotFound, Refused."""
    place, at = _place(who, pk), _where(who, where)
    if at.district != place.district:
        raise Refused(NO_PLACE)
    with _as_owner(who, at.district) as owner:
        return _put(owner, at.district, place.person, places.role_of(role), at.school)


def remove(who: Customer, pk: int) -> PlaceChange | None:
    """Take someone's place away; they keep what they asked themselves. Raises NotFound, Refused."""
    place = _place(who, pk)
    with _as_owner(who, place.district) as owner:
        return _put(owner, place.district, place.person, "", None)


def undo(who: Customer, pk: int) -> PlaceChange | None:
    """Make it again what it was before the change. Raises NotFound, Refused if it was changed since."""
    found = changes_of(who).filter(pk=pk).first()
    if found is None:
        raise NotFound(places.NO_CHANGE)
    with _as_owner(who, found.district) as owner:
        _check(owner, found.district, found.person, found.role_before, found.school_before)
        return places.undo(found.district, pk, by=who.person)


def _put(
    owner: Customer, district: District, person: Person, role: str, school: School | None
) -> PlaceChange | None:
    _check(owner, district, person, role, school)
    return places.put(district, person, role, school, by=owner.person)


def _check(
    owner: Customer, district: District, person: Person, role: str, school: School | None
) -> None:
    """May this owner make it so? They have to look after what it is and what it becomes."""
    now = Contact.objects.filter(person=person, district=district).first()
    if now is not None:
        _must(owner, district.pk, now.school_id)
        if now.role == Role.OWNER and not (role == Role.OWNER and school is None):
            _keep_an_owner(now)
    if role:
        _must(owner, district.pk, school.pk if school else None)


def _keep_an_owner(place: Contact) -> None:
    others = Contact.objects.filter(
        Q(school=None) | Q(school=place.school_id),
        district=place.district_id,
        role=Role.OWNER,
        person__is_active=True,
    )
    if not others.exclude(pk=place.pk).exists():
        raise Refused(LAST_OWNER)


@contextmanager
def _as_owner(who: Customer, district: District) -> Iterator[Customer]:
    """Who they are now that nobody else changes this district. Refused for too many changes."""
    with transaction.atomic():
        places.lock(district)
        since = clock.now() - timedelta(days=1)
        if PlaceChange.objects.filter(by=who.person, at__gt=since).count() >= MOST_A_DAY:
            raise Refused(TOO_MANY)
        now = customer(who.person)
        if now is None:
            raise NotFound(places.NOBODY)
        yield now


def _place(who: Customer, pk: int) -> Contact:
    found = places_of(who).filter(pk=pk).first()
    if found is None:
        raise NotFound(places.NOBODY)
    return found


def _where(who: Customer, key: str) -> Where:
    district, _, school = key.partition("-")
    wanted = (primary_key(district), primary_key(school) if school else None)
    for each in wheres(who):
        if (each.district.pk, each.school.pk if each.school else None) == wanted:
            return each
    raise Refused(NO_PLACE)


def _may(owner: Customer, district: int, school: int | None) -> bool:
    return any(
        own.district_id == district and own.school_id in (None, school) for own in owner.owned
    )


def _must(owner: Customer, district: int, school: int | None) -> None:
    if not _may(owner, district, school):
        raise NotFound(places.NOBODY)


def _looked_after(who: Customer, school: str = "school") -> Q:
    seen = Q(pk__in=[])
    for own in who.owned:
        here = Q(district=own.district_id)
        seen |= here if own.school_id is None else here & Q(**{school: own.school_id})
    return seen
