"""Learning who asks: a ticket that was opened by someone unknown gets a requester with an address."""

from __future__ import annotations

from deskbell.lib.telling import tell
from deskbell.people import districts
from deskbell.people.models import Person
from deskbell.tickets.events import Kind, RequesterChanged, append, changing
from deskbell.tickets.models import Ticket


def identify(ticket: Ticket, requester: Person) -> Ticket:
    """Answers go to this person from now on. The district follows, if the desk knew none."""
    with changing(ticket) as locked:
        if locked.requester == requester:
            return locked
        before, locked.requester = locked.requester_id, requester
        locked.district = locked.district or districts.district_of(requester)
        locked.school = locked.school or districts.school_of(requester, locked.district)
        locked.save(update_fields=["requester", "district", "school"])
        event = append(locked, Kind.REQUESTER, to=requester.pk, was=before, name=str(requester))
        tell(RequesterChanged(locked, event))
    return locked
