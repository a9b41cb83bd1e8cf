"""What the palette finds besides actions: tickets, people, articles and onboardings, a few of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.utils.http import urlencode

from deskbell.guidance.models import Onboarding
from deskbell.guidance.progress import progress_of
from deskbell.helpcenter import addresses
from deskbell.helpcenter.searching import suggest
from deskbell.inbox.finding.asking import ordered, read, with_people
from deskbell.lib.errors import Refused
from deskbell.people.models import Agent, District, Person
from deskbell.tickets.access import tickets_for
from deskbell.tickets.finding.filters import Asker
from deskbell.tickets.finding.language import quoted
from deskbell.tickets.models import Ticket

OF_EACH = 6


@dataclass(frozen=True)
class Hit:
    """One line of the palette: where it leads, what it is called, and a word about it."""

    path: str
    name: str
    about: str
    kind: str  # ticket, colleague, customer, district, article, onboarding


def hits(text: str, asker: Asker) -> list[Hit]:
    """Tickets, people, articles and onboardings that the text may mean; the ticket of that number first. As
    many queries always."""
    text = " ".join(text.split())[:100]
    if len(text) < 2 and not text.isdecimal():
        return []
    people = [*_colleagues(text), *_customers(text), *_districts(text)]
    return [*_tickets(text, asker), *people, *_articles(text, asker), *_onboardings(text)]


def _tickets(text: str, asker: Asker) -> Iterator[Hit]:
    found: list[Ticket] = []
    try:
        question = read(text)
    except Refused:  # it is not meant as a question yet
        return
    if question.number is not None:
        found += tickets_for(asker.agent.person).with_people().filter(pk=question.number)
    if question.terms or question.said:
        found += with_people(*ordered(question, asker), 0, OF_EACH)
    for ticket in dict.fromkeys(found):
        about = " · ".join(filter(None, (str(ticket.requester or ""), ticket.get_state_display())))
        yield Hit(f"/tickets/{ticket.number}", str(ticket), about, "ticket")


def _colleagues(text: str) -> Iterator[Hit]:
    agents = Agent.objects.filter(person__is_active=True).select_related("person")
    for agent in agents.filter(_begins(text, "person__")).order_by("person__name")[:OF_EACH]:
        yield Hit(_search("assignee", agent.person), str(agent), "Their tickets", "colleague")


def _customers(text: str) -> Iterator[Hit]:
    people = Person.objects.filter(_begins(text), agent=None).order_by("name", "pk")
    for person in people[:OF_EACH]:
        yield Hit(_search("from", person), str(person), person.email or "", "customer")


def _districts(text: str) -> Iterator[Hit]:
    for district in District.objects.filter(name__istartswith=text).order_by("name")[:OF_EACH]:
        question = f"district:{quoted(district.name)} is:unfinished"
        path = f"/inbox?{urlencode({'q': question})}"
        yield Hit(path, district.name, "What is open there", "district")


def _onboardings(text: str) -> Iterator[Hit]:
    found = Onboarding.objects.going_on().filter(district__name__istartswith=text)
    for progress in progress_of(found.order_by("district__name")[:OF_EACH]):
        path, name = f"/onboardings/{progress.onboarding.pk}", str(progress.onboarding)
        yield Hit(path, name, f"{progress.done} of {progress.total} steps done", "onboarding")


def _articles(text: str, asker: Asker) -> Iterator[Hit]:
    if text.lstrip("#").isdecimal():
        return
    for edition in suggest(text, asker.agent.person, "en", count=OF_EACH).editions:
        yield Hit(addresses.of_edition(edition), edition.title, "Article", "article")


def _begins(text: str, of: str = "") -> Q:
    name = Q(**{f"{of}name__istartswith": text}) | Q(**{f"{of}name__icontains": f" {text}"})
    return name | Q(**{f"{of}email__startswith": text.lower()})


def _search(key: str, person: Person) -> str:
    question = f"{key}:{quoted(person.email or person.name)}"
    return f"/inbox?{urlencode({'q': question})}"
