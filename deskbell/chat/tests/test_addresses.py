"""An address that a visitor leaves is where answers go, and proves nothing."""

from __future__ import annotations

import pytest

from deskbell.chat.addresses import leave_address
from deskbell.chat.models import Visit, Visitor
from deskbell.chat.saying import say
from deskbell.lib.errors import Refused
from deskbell.tickets.models import State, Ticket
from tests.town import Town


def test_answers_go_to_the_address_and_the_district_is_known(
    visitor: Visitor, visit: Visit, town: Town
) -> None:
    leave_address(visitor, " New.Teacher@NorthValley.example ")
    visit.ticket.refresh_from_db()
    assert visit.ticket.requester is not None
    assert visit.ticket.requester.email == "new.teacher@northvalley.example"
    assert visit.ticket.district == town.north_valley


def test_the_address_of_someone_known_makes_nobody_that_person(
    visitor: Visitor, visit: Visit, town: Town
) -> None:
    leave_address(visitor, "olivia@northvalley.example")
    later = say(visitor, "It is me, Olivia", client_id="second-message")
    assert later.ticket.requester == town.olivia
    assert later.author == visitor.person != town.olivia


def test_a_follow_up_keeps_the_address(visitor: Visitor, visit: Visit, town: Town) -> None:
    leave_address(visitor, "tess@northvalley.example")
    Ticket.objects.update(state=State.CLOSED)
    assert say(visitor, "Again", client_id="second-message").ticket.requester == town.tess


@pytest.mark.parametrize("address", ["", "tess", "tess@", "a b@school.example", "x@" + "y" * 330])
def test_what_is_no_address_is_refused(visitor: Visitor, visit: Visit, address: str) -> None:
    with pytest.raises(Refused, match="no mail address"):
        leave_address(visitor, address)


def test_an_address_without_a_word_is_refused(visitor: Visitor) -> None:
    with pytest.raises(Refused, match="Write to us first"):
        leave_address(visitor, "tess@northvalley.example")
