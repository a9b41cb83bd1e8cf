"""Which district someone belongs to: by their place in it, else by their mail domain."""

from __future__ import annotations

from django.db import transaction

from deskbell.lib.errors import Refused
from deskbell.lib.zones import checked_zone
from deskbell.people.models import Contact, District, DistrictDomain, Person, School

# Anyone can have an address there, so it says nothing about a district.
PUBLIC_MAIL_DOMAINS = frozenset(
    (
        "gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com "
        "aol.com icloud.com me.com mac.com proton.me protonmail.com gmx.com gmx.net mail.com "
        "zoho.com comcast.net verizon.net att.net cox.net sbcglobal.net charter.net"
    ).split()
)


def district_of(person: Person) -> District | None:
    """Their district: the one they are a contact of, else the owner of their mail domain."""
    contact = Contact.objects.filter(person=person).select_related("district").first()
    if contact:
        return contact.district
    _, _, domain = (person.email or "").rpartition("@")
    owner = DistrictDomain.objects.filter(domain=domain).select_related("district").first()
    return owner.district if owner and domain else None


def school_of(person: Person, district: District | None) -> School | None:
    """The school in which they are a contact of this district, if it is one school."""
    contact = Contact.objects.filter(person=person, district=district).select_related("school")
    found = contact.first() if district else None
    return found.school if found else None


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
