"""A ticket that is merged away leaves its place in an incident to the one that survives."""

from __future__ import annotations

from deskbell.incidents.declaring import declare
from deskbell.incidents.joining import join, leave, unheard
from deskbell.incidents.models import IncidentTicket, Severity
from deskbell.incidents.tests.test_updating import draft, ticket_of
from deskbell.incidents.updating import publish
from deskbell.tickets.merging import merge, unmerge
from deskbell.tickets.models import Ticket
from tests.town import Town


def test_the_survivor_hears_what_is_told_from_then_on(town: Town) -> None:
    gone, stays = ticket_of(town.tess), ticket_of(town.tess)
    incident = declare("Black screens", severity=Severity.MAJOR, by=town.ana, tickets=[gone])
    publish(incident, draft(), by=town.ana)

    merge(gone, stays, by=town.ana)
    assert unheard(incident) == []  # it was said, and stands in the survivor now
    publish(incident, draft(key="f2", text="It is over soon."), by=town.ana)

    texts = list(stays.messages.filter(side="team").order_by("id").values_list("text", flat=True))
    assert texts == ["We are on it.", "It is over soon."]
    assert not gone.messages.exists()


def test_joined_is_stronger_than_left_and_apart_again_each_has_its_own(town: Town) -> None:
    gone, stays = ticket_of(town.tess), ticket_of(town.tess)
    incident = declare("Black screens", severity=Severity.MAJOR, by=town.ana)
    join(incident, [gone, stays], by=town.ana)
    leave(incident, [stays], by=town.ana)

    merge(gone, stays, by=town.ana)
    assert IncidentTicket.objects.get(ticket=stays).state == "joined"

    unmerge(gone, by=town.ana)
    assert place(gone) == "joined" and place(stays) == "left"


def test_k10_apart_again_the_survivor_has_no_place_and_has_heard_only_its_own(town: Town) -> None:
    gone, alone, joined = (ticket_of(town.tess) for _ in range(3))
    incident = declare("Black screens", severity=Severity.MAJOR, by=town.ana, tickets=[gone])
    publish(incident, draft(), by=town.ana)
    join(incident, [joined], by=town.ana)

    merge(gone, alone, by=town.ana)
    assert place(alone) == "joined"
    unmerge(gone, by=town.ana)
    assert (place(gone), place(alone)) == ("joined", None)

    merge(gone, joined, by=town.ana)
    assert unheard(incident) == []
    unmerge(gone, by=town.ana)
    assert unheard(incident) == [joined]


def test_k10_what_is_still_merged_keeps_its_place_there(town: Town) -> None:
    first, second, stays = (ticket_of(town.tess) for _ in range(3))
    declare("Black screens", severity=Severity.MAJOR, by=town.ana, tickets=[first, second])
    merge(first, stays, by=town.ana)
    merge(second, stays, by=town.ana)

    unmerge(first, by=town.ana)
    assert place(stays) == "joined"
    unmerge(second, by=town.ana)
    assert place(stays) is None


def test_k10_what_a_person_decided_since_stays(town: Town) -> None:
    gone, stays = ticket_of(town.tess), ticket_of(town.tess)
    incident = declare("Black screens", severity=Severity.MAJOR, by=town.ana, tickets=[gone])
    merge(gone, stays, by=town.ana)
    leave(incident, [stays], by=town.ben)
    join(incident, [stays], by=town.ben)

    unmerge(gone, by=town.ana)
    assert place(stays) == "joined"


def place(ticket: Ticket) -> str | None:
    return IncidentTicket.objects.filter(ticket=ticket).values_list("state", flat=True).first()
