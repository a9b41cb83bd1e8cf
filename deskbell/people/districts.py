"""Which district someone belongs to: by their place in it, else by their mail domain."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.numbers import primary_key
from deskbell.lib.remembering import recall, remember
from deskbell.lib.zones import checked_zone
from deskbell.people.models import Contact, Contract, District, DistrictDomain, Person, School

# Anyone can have an address there, so it says nothing about a district.
PUBLIC_MAIL_DOMAINS = frozenset(
    (
        "gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com "
        "aol.com icloud.com me.com mac.com proton.me protonmail.com gmx.com gmx.net mail.com "
        "zoho.com comcast.net verizon.net att.net cox.net sbcglobal.net charter.net"
    ).split()
)


@dataclass(frozen=True)
class _Known:
    """What `look_up` has found of one person."""

    places: tuple[Contact, ...]
    owner: District | None  # of their mail domain


def look_up(people: Collection[Person]) -> None:
    """Ask for the districts and schools of many people at once, for the block of `remembering` around it."""
    places: dict[int, list[Contact]] = {person.pk: [] for person in people}
    found = Contact.objects.filter(person__in=people).select_related("district", "school")
    for contact in found.order_by("id"):
        places[contact.person_id].append(contact)
    domains = {_domain_of(person) for person in people}
    owned = DistrictDomain.objects.filter(domain__in=domains).select_related("district")
    owners = {each.domain: each.district for each in owned}
    for person in people:
        known = _Known(tuple(places[person.pk]), owners.get(_domain_of(person)))
        remember((_Known, person.pk), known)


def district_of(person: Person) -> District | None:
    """Their district: the one they are a contact of, else the owner of their mail domain."""
    known: _Known | None = recall((_Known, person.pk))
    if known:
        return known.places[0].district if known.places else known.owner
    contact = Contact.objects.filter(person=person).select_related("district").first()
    if contact:
        return contact.district
    return owner_of(person.email or "")


def owner_of(address: str) -> District | None:
    """The district whose mail domain this address has."""
    domain = address.rpartition("@")[2]
    owner = DistrictDomain.objects.filter(domain=domain).select_related("district").first()
    return owner.district if owner and domain else None


def school_of(person: Person, district: District | None) -> School | None:
    """The school in which they are a contact of this district, if it is one school."""
    known: _Known | None = recall((_Known, person.pk))
    if known:
        here = [place for place in known.places if district and place.district_id == district.pk]
        return here[0].school if here else None
    contact = Contact.objects.filter(person=person, district=district).select_related("school")
    found = contact.first() if district else None
    return found.school if found else None


def _domain_of(person: Person) -> str:
    return (person.email or "").rpartition("@")[2]


@transaction.atomic
def add_district(name: str, *, zone: str, domains: list[str]) -> District:
    """Make a district with its mail domains. Refuses a public mail domain and one already taken."""
    if not name.strip():
        raise Refused("Give the district a name.")
    if District.objects.filter(name=name.strip()).exists():
        raise Refused(f"There already is a district named {name.strip()}.")
    district = District.objects.create(name=name.strip(), zone=checked_zone(zone))
    for domain in domains:
        _claim(district, domain.strip().lower().removeprefix("@"))
    return district


def _claim(district: District, domain: str) -> None:
    if domain in PUBLIC_MAIL_DOMAINS:
        raise Refused(f"{domain} is open to everyone, so it can't tell who is of this district.")
    if "." not in domain or " " in domain or "@" in domain:
        raise Refused(f"“{domain}” is no mail domain: write it like district.k12.example.org.")
    taken = DistrictDomain.objects.filter(domain=domain).select_related("district").first()
    if taken:
        raise Refused(f"{domain} already belongs to {taken.district}.")
    DistrictDomain.objects.create(district=district, domain=domain)


def current_contract(district: District) -> Contract | None:
    """What the district has been promised today, there: of several the one that began last."""
    today = clock.now().astimezone(ZoneInfo(district.zone)).date()
    begun = Contract.objects.filter(district=district, starts_on__lte=today)
    return begun.exclude(ends_on__lt=today).order_by("-starts_on", "-pk").first()


def district_chosen(key: str) -> District | None:
    """The district of this key, as a form's list sends it; None where none was chosen. Raises Refused."""
    if not key:
        return None
    found = District.objects.filter(pk=primary_key(key)).first()
    if found is None:
        raise Refused("Choose a district from the list.")
    return found
