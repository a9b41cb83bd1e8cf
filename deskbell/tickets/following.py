"""Who reads along: people in a mail's Cc, and whom an agent adds. They count as the customer's side."""

from __future__ import annotations

from collections.abc import Sequence

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.telling import tell
from deskbell.people.models import Agent, Person
from deskbell.tickets.access import admits
from deskbell.tickets.events import FollowersChanged, Kind, append, changing
from deskbell.tickets.models import Follower, Ticket

MOST = 25  # of one ticket: more is a mailing list, and each answer would go to all of them


def followers_of(ticket: Ticket) -> list[Person]:
    """Those who read along now, besides the requester; the first to come is the first."""
    return followers_by_ticket([ticket])[ticket.pk]


def followers_by_ticket(tickets: Sequence[Ticket]) -> dict[int, list[Person]]:
    """`followers_of` for several tickets, by number, in one query."""
    requesters = {ticket.pk: ticket.requester_id for ticket in tickets}
    found: dict[int, list[Person]] = {number: [] for number in requesters}
    for follower in Follower.objects.current().filter(ticket__in=found).select_related("person"):
        if follower.person_id != requesters[follower.ticket_id]:
            found[follower.ticket_id].append(follower.person)
    return found


def follow(ticket: Ticket, person: Person, *, by: Agent) -> None:
    """An agent lets someone read along. Refused for the team, and where there are too many."""
    if person.is_agent:
        raise Refused(f"{person} is of the team and reads every ticket anyway.")
    with changing(ticket) as locked:
        if not admits(locked, person):
            raise Refused(
                f"{person} is no owner of {locked.district}: billing is for owners alone."
            )
        if person.pk == locked.requester_id:
            raise Refused(f"{person} is the one who asks, and hears every answer anyway.")
        if len(followers_of(locked)) >= MOST:
            raise Refused(f"A ticket has at most {MOST} followers.")
        Follower.objects.filter(ticket=locked, person=person).exclude(removed_at=None).delete()
        _add(locked, person, by=by.person)


def follow_as_named(ticket: Ticket, people: list[Person], *, by: Person) -> None:
    """Whom a mail of the customer's side names read along too, but for those who were taken off."""
    others = [p for p in people if p.pk != ticket.requester_id and not p.is_agent]
    if not others:  # as most mails: then nobody need wait for the ticket
        return
    with changing(ticket) as locked:
        room = MOST - len(followers_of(locked))
        new = [p for p in others if p.pk != locked.requester_id and admits(locked, p)]
        for person in new[: max(0, room)]:
            _add(locked, person, by=by)


def unfollow(ticket: Ticket, person: Person, *, by: Agent) -> None:
    """An agent takes a follower off; no later mail brings them back."""
    with changing(ticket) as locked:
        found = Follower.objects.current().filter(ticket=locked, person=person)
        if found.update(removed_at=clock.now()):
            event = append(locked, Kind.UNFOLLOWED, by=by.person, of=person.pk, name=str(person))
            tell(FollowersChanged(locked, event))


def _add(ticket: Ticket, person: Person, *, by: Person) -> None:
    _, is_new = Follower.objects.get_or_create(ticket=ticket, person=person)
    if is_new:
        event = append(ticket, Kind.FOLLOWED, by=by, of=person.pk, name=str(person))
        tell(FollowersChanged(ticket, event))
