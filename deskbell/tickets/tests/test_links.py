"""A requester's link shows their own ticket, as long as it is theirs and was not taken back."""

from __future__ import annotations

import pytest

from deskbell.lib.errors import NotFound
from deskbell.people.models import Person
from deskbell.tickets.identifying import identify
from deskbell.tickets.links import has_links, link_for, revoke_links, ticket_by_link
from deskbell.tickets.models import Channel, Ticket, TicketLink
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town


def opened(town: Town, subject: str = "One", by: Person | None = None) -> Ticket:
    """A ticket that did not come by mail, so that no receipt has made a link for it."""
    words = Words("x", door=Channel.PORTAL)
    return open_for_customer(subject, words, requester=by or town.tess, channel=Channel.PORTAL)


def token_of(link: str) -> str:
    return link.rpartition("/")[2]


def test_a_link_leads_to_its_ticket_and_to_no_other(town: Town) -> None:
    one, other = opened(town), opened(town, "Other", town.sam)
    assert ticket_by_link(token_of(link_for(one, town.tess))) == one
    assert ticket_by_link(token_of(link_for(other, town.sam))) == other


def test_the_desk_keeps_no_link_that_could_be_read_from_it(town: Town) -> None:
    ticket = opened(town)
    token = token_of(link_for(ticket, town.tess))
    kept = TicketLink.objects.values().get()
    assert len(token) >= 43 and token not in str(kept)


@pytest.mark.parametrize("token", ["", "wrong", "x" * 5000, "\0"])
def test_a_link_that_was_made_up_shows_nothing(town: Town, token: str) -> None:
    with pytest.raises(NotFound):
        ticket_by_link(token)


def test_links_that_were_taken_back_show_nothing_any_more(town: Town) -> None:
    ticket = opened(town)
    tokens = [token_of(link_for(ticket, town.tess)) for _ in range(2)]
    assert has_links(ticket)
    assert (revoke_links(ticket, by=town.ana), revoke_links(ticket, by=town.ana)) == (2, 0)
    assert not has_links(ticket)
    assert {link.revoked_by for link in TicketLink.objects.all()} == {town.ana.person}
    for token in tokens:
        with pytest.raises(NotFound):
            ticket_by_link(token)


def test_the_link_of_someone_who_no_longer_asks_shows_nothing(town: Town) -> None:
    ticket = opened(town)
    token = token_of(link_for(ticket, town.tess))
    identify(ticket, town.olivia)
    with pytest.raises(NotFound):
        ticket_by_link(token)
