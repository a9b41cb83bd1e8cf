"""What is broken or planned for a customer's districts: the same stories as on their status page, with their
own requests that are part of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from deskbell.incidents.models import Incident, IncidentTicket
from deskbell.incidents.status_page import stories
from deskbell.incidents.status_page.audience import Audience, audience_of
from deskbell.incidents.status_page.stories import Story, Window
from deskbell.lib import clock
from deskbell.people.customers import Customer
from deskbell.people.models import District
from deskbell.tickets.access import visible_to
from deskbell.tickets.models import Ticket

LOOKED_BACK = timedelta(days=30)


@dataclass(frozen=True)
class Trouble:
    """An incident as they were told of it, and which of their requests belong to it."""

    story: Story
    tickets: Sequence[Ticket]


@dataclass(frozen=True)
class Troubles:
    """All that concerns them: what goes on, what is over, and maintenance."""

    going_on: Sequence[Trouble]
    over: Sequence[Trouble]
    active: Sequence[Window]
    planned: Sequence[Window]
    pages: Sequence[tuple[str, str]]  # of status pages on which they can subscribe: name, path


def going_on(who: Customer, language: str) -> list[Story]:
    """The open incidents of which they were told; two queries while nothing is open."""
    if not Incident.objects.open().told().exists():
        return []
    found = [stories.open_stories(each, language) for each in _audiences(who)]
    return _once(found)


def troubles_of(who: Customer, language: str) -> Troubles:
    """The page of it, in as many queries however many there are of each."""
    since, audiences = clock.now() - LOOKED_BACK, _audiences(who)
    open_ones = _once(stories.open_stories(each, language) for each in audiences)
    over = _once(stories.ended_since(each, language, since) for each in audiences)
    windows = [stories.current_windows(each, language) for each in audiences]
    tickets = _tickets_in(who, [*open_ones, *over])
    return Troubles(
        going_on=[Trouble(each, tickets[each.incident.pk]) for each in open_ones],
        over=[Trouble(each, tickets[each.incident.pk]) for each in over],
        active=_windows(active for active, _ in windows),
        planned=_windows(planned for _, planned in windows),
        pages=_pages(who, audiences, language),
    )


def _audiences(who: Customer) -> list[Audience]:
    districts = District.objects.filter(pk__in=who.districts).order_by("name")
    return [audience_of(each) for each in districts]


def _once(found: Iterable[list[Story]]) -> list[Story]:
    """An incident that concerns several of their districts is told once."""
    told = {each.incident.pk: each for some in found for each in some}
    return sorted(told.values(), key=lambda each: each.at, reverse=True)


def _windows(found: Iterable[list[Window]]) -> list[Window]:
    told = {each.window.pk: each for some in found for each in some}
    return sorted(told.values(), key=lambda each: each.at)


def _tickets_in(who: Customer, told: Sequence[Story]) -> dict[int, list[Ticket]]:
    """Their requests that a person has joined to each incident, by its number."""
    joined = IncidentTicket.objects.filter(
        incident__in=[each.incident.pk for each in told],
        state=IncidentTicket.State.JOINED,
        ticket__in=visible_to(who),
    )
    found: dict[int, list[Ticket]] = defaultdict(list)
    for row in joined.select_related("ticket").order_by("-ticket"):
        found[row.incident_id].append(row.ticket)
    return found


def _pages(who: Customer, audiences: Sequence[Audience], language: str) -> list[tuple[str, str]]:
    """Where they can subscribe. A district's own page is for who has a place there: its address is a
    secret, which a mail domain alone doesn't open."""
    placed = {each.district_id for each in who.places}
    own = [each for each in audiences if each.token and each.district]
    found = [
        (str(each.district), each.home(language))
        for each in own
        if each.district and each.district.pk in placed
    ]
    return found or [("", "/status" if language == "en" else f"/status/{language}")]
