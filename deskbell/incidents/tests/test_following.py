"""A ticket that is merged away leaves its place in an incident to the one that survives."""

from __future__ import annotations

from deskbell.incidents.declaring import declare
from deskbell.incidents.joining import join, leave, unheard
from deskbell.incidents.models import IncidentTicket, Severity
from deskbell.incidents.tests.test_updating import draft, ticket_of
from deskbell.incidents.updating import publish
from deskbell.tickets.merging import merge, unmerge
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
    assert IncidentTicket.objects.get(ticket=gone).state == "joined"
