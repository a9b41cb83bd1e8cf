"""Who lives in the make-believe town: districts, schools, contacts, contracts, agents in teams."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from deskbell.people.models import (
    Agent,
    Contact,
    Contract,
    District,
    DistrictDomain,
    Person,
    School,
    Team,
)

MAIL_DOMAIN = "team.demo.example"

DISTRICTS = (
    ("Cedar Hollow Schools", "cedarhollow", "America/New_York"),
    ("Lakeview Unified", "lakeview", "America/Chicago"),
    ("Blue Ridge County", "blueridge", "America/New_York"),
    ("Pine Barrens Regional", "pinebarrens", "America/New_York"),
    ("Prairie Star ISD", "prairiestar", "America/Chicago"),
    ("Mesa Verde Public Schools", "mesaverde", "America/Denver"),
)
SCHOOLS = (
    "Lincoln High",
    "Maple Street Elementary",
    "Harriet Tubman Middle",
    "Riverside High",
    "Oak Grove Elementary",
    "Katherine Johnson Academy",
    "Westfield Middle",
    "Franklin High",
    "Sunrise Elementary",
)
AGENTS = (  # name, role, team
    ("Ana Alvarez", Agent.Role.AGENT, "Support"),
    ("Ben Baker", Agent.Role.AGENT, "Support"),
    ("Chloe Chen", Agent.Role.AGENT, "Support"),
    ("Dario Diaz", Agent.Role.AGENT, "Support"),
    ("Eve Engström", Agent.Role.AGENT, "Engineering"),
    ("Farid Faruq", Agent.Role.AGENT, "Engineering"),
    ("Grace Goldberg", Agent.Role.AGENT, "Billing"),
    ("Hugo Hart", Agent.Role.AGENT, "Onboarding"),
    ("Max Meyer", Agent.Role.MANAGER, "Support"),
)
FIRST_NAMES = (
    "Olivia Marcus Priya Tom Renee Luis Hannah Kwame Julia Pete Sofia Derek Amara Neil Yuki "
    "Carla Sam Ines Walter Nadia"
).split()
LAST_NAMES = (
    "Ortiz Bell Patel Novak Brooks Garcia Weiss Mensah Rossi Dunn Silva Hughes Okafor Byrne Tanaka "
    "Romero Carter Laurent Quinn Haddad"
).split()


@dataclass(frozen=True)
class Cast:
    """Everyone who acts in the stories."""

    support: list[Agent]
    engineers: list[Agent]
    customers: list[Person]


def gather(random: Random, today: date) -> Cast:
    """Bring the town to life in the database. All of it carries the mark `demo`."""
    agents = {name: _agent(name, role, team) for name, role, team in AGENTS}
    customers = [
        person
        for name, domain, zone in DISTRICTS
        for person in _district(random, name, domain, zone, today)
    ]
    of_team = {team: [agents[n] for n, _, t in AGENTS if t == team] for _, _, team in AGENTS}
    return Cast(of_team["Support"][:4], of_team["Engineering"], customers)


def _agent(name: str, role: str, team: str) -> Agent:
    first = name.split()[0].lower()
    person = Person.objects.create(email=f"{first}@{MAIL_DOMAIN}", name=name, demo=True)
    person.set_unusable_password()
    person.save(update_fields=["password"])
    agent = Agent.objects.create(person=person, role=role)
    agent.teams.set(Team.objects.filter(name=team))
    return agent


def _district(random: Random, name: str, domain: str, zone: str, today: date) -> list[Person]:
    """A district with three to five schools, an owner, an editor, and a viewer for each school."""
    district = District.objects.create(name=name, zone=zone, demo=True)
    host = f"{domain}.k12.demo.example"
    DistrictDomain.objects.create(district=district, domain=host)
    began = today - timedelta(days=random.randint(100, 900))
    Contract.objects.create(district=district, starts_on=began)
    schools = [
        School.objects.create(district=district, name=school)
        for school in random.sample(SCHOOLS, random.randint(3, 5))
    ]
    places: list[tuple[str, School | None]] = [
        (Contact.Role.OWNER, None),
        (Contact.Role.EDITOR, None),
        *((Contact.Role.VIEWER, school) for school in schools),
    ]
    names = _names(random, len(places))
    return [
        _contact(name, host, district, role, school)
        for name, (role, school) in zip(names, places, strict=True)
    ]


def _names(random: Random, count: int) -> list[str]:
    firsts = random.sample(FIRST_NAMES, count)
    return [f"{first} {random.choice(LAST_NAMES)}" for first in firsts]


def _contact(name: str, host: str, district: District, role: str, school: School | None) -> Person:
    address = f"{name.lower().replace(' ', '.')}@{host}"
    person = Person.objects.create(email=address, name=name, zone=district.zone, demo=True)
    Contact.objects.create(person=person, district=district, school=school, role=role)
    return person
