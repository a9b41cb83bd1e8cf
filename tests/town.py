"""The cast: one small town that every test knows, and a second district that must never see the first.

North Valley (Eastern) has two schools, an owner, a viewer and a teacher without an account. South
Ridge (Central) is the other district. Ana and Ben are tier 1, Eve is an engineer, Max manages, and
Ada administers the desk.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from deskbell.people.desk import ensure_desk
from deskbell.people.districts import add_district
from deskbell.people.models import Agent, Contact, District, Person, School, Team
from deskbell.people.teams import add_agent
from deskbell.sla.policies import ensure_default_policy

EASTERN = ZoneInfo("America/New_York")


def at(text: str) -> datetime:
    """An instant by the Eastern wall clock: at("2026-11-19 18:50")."""
    return datetime.fromisoformat(text).replace(tzinfo=EASTERN).astimezone(UTC)


@dataclass(frozen=True)
class Town:
    """Everyone, by name."""

    ana: Agent
    ben: Agent
    eve: Agent
    max: Agent
    ada: Agent
    north_valley: District
    lincoln_high: School
    maple_street: School
    olivia: Person
    victor: Person
    tess: Person
    south_ridge: District
    sam: Person


def build() -> Town:
    """Found the town in the present database."""
    ensure_desk()
    ensure_default_policy()
    north = add_district("North Valley", zone="America/New_York", domains=["northvalley.example"])
    south = add_district("South Ridge", zone="America/Chicago", domains=["southridge.example"])
    lincoln = School.objects.create(district=north, name="Lincoln High")
    eve = add_agent("eve@desk.example", "Eve Engström")
    eve.teams.set(Team.objects.filter(purpose=Team.Purpose.ENGINEERING))
    return Town(
        ana=add_agent("ana@desk.example", "Ana Alvarez"),
        ben=add_agent("ben@desk.example", "Ben Baker"),
        eve=eve,
        max=add_agent("max@desk.example", "Max Meyer", role=Agent.Role.MANAGER),
        ada=add_agent("ada@desk.example", "Ada Abara", role=Agent.Role.ADMINISTRATOR),
        north_valley=north,
        lincoln_high=lincoln,
        maple_street=School.objects.create(district=north, name="Maple Street"),
        olivia=_contact("Olivia Ortiz", "olivia@northvalley.example", north, Contact.Role.OWNER),
        victor=_contact(
            "Victor Voss", "victor@northvalley.example", north, Contact.Role.VIEWER, lincoln
        ),
        tess=Person.objects.with_address("tess@northvalley.example", "Tess Turner"),
        south_ridge=south,
        sam=_contact("Sam Soto", "sam@southridge.example", south, Contact.Role.OWNER),
    )


def _contact(
    name: str, email: str, district: District, role: str, school: School | None = None
) -> Person:
    person = Person.objects.with_address(email, name)
    Contact.objects.create(person=person, district=district, school=school, role=role)
    return person
