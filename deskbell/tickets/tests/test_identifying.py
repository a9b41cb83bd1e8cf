"""Learning who asks changes where answers go and whose district it is, and nothing that was said."""

from __future__ import annotations

from deskbell.people.models import Person
from deskbell.realtime.models import LiveEvent
from deskbell.tickets.events import Kind
from deskbell.tickets.identifying import identify
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town


def opened_by_someone() -> Ticket:
    return open_for_customer("Black", Words("Dark"), requester=Person.objects.create(name="x"))


def test_the_district_follows_the_requester_and_the_words_stay_whose_they_were(town: Town) -> None:
    ticket = opened_by_someone()
    author = ticket.requester
    identify(ticket, town.victor)
    ticket.refresh_from_db()
    assert (ticket.requester, ticket.district, ticket.school) == (
        town.victor,
        town.north_valley,
        town.lincoln_high,
    )
    assert ticket.messages.get().author == author


def test_a_district_that_was_known_stays(town: Town) -> None:
    ticket = open_for_customer("Black", Words("Dark"), requester=town.tess)
    identify(ticket, town.sam)
    ticket.refresh_from_db()
    assert ticket.district == town.north_valley


def test_the_change_is_on_record_once_and_shown_live(town: Town) -> None:
    ticket = opened_by_someone()
    identify(ticket, town.tess)
    LiveEvent.objects.all().delete()
    identify(ticket, town.tess)
    assert ticket.events.filter(kind=Kind.REQUESTER).count() == 1
    assert not LiveEvent.objects.exists()
    identify(ticket, town.olivia)
    assert LiveEvent.objects.filter(topic="inbox").exists()
