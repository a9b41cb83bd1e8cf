"""Many visitors' words in one transaction: what goes on in live conversations that have nothing to do with
each other. The outcome is the same as if `say` had taken them one after the other.

What takes a closer look (a first word, one that was sent before, files, someone who comes back) is left to
`say`, and so is what someone else has in hand: nobody waits here for a visitor, a visit or a ticket.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from deskbell.chat.models import Sent, Visit, Visitor, Wait
from deskbell.chat.saying import (
    CLIENT_ID,
    LONGEST_TEXT,
    MOST_A_MINUTE,
    known_or_lately,
    move,
    readable_text,
    shown,
)
from deskbell.chat.tallies import MESSAGES_OF_A_NETWORK
from deskbell.chat.visitors import held_by
from deskbell.lib import clock
from deskbell.lib.remembering import remembering
from deskbell.lib.telling import telling_together
from deskbell.lib.together import writing_together
from deskbell.realtime.publish import publishing_together
from deskbell.tickets.events import Fact, holding
from deskbell.tickets.models import Channel, Message, State, Ticket
from deskbell.tickets.replying import take_in
from deskbell.tickets.words import Words


@dataclass(frozen=True)
class Spoken:
    """What came to the door, and from where. `client_id`, `text`, `page` and `browser` are as for `say`."""

    token: str  # of the session
    network: str  # as limits count it
    client_id: str
    text: str
    page: str
    browser: str


@dataclass(frozen=True)
class _Word:
    """What a visitor says in the conversation that they have."""

    spoken: Spoken
    visitor: Visitor
    visit: Visit
    in_queue: bool  # it waits for someone of the team


def say_together(spoken: Sequence[Spoken]) -> list[Message | None]:
    """Take in what can be taken in together; the message of each, None for what `say` must look at. Raises
    whatever one of them raises, and then none is taken in."""
    with remembering(), transaction.atomic():
        words = _in_conversations(_of_visitors(filter(_is_plain, spoken)))
        with holding(word.visit.ticket_id for word in words) as held:
            going_on = _within_limits(_going_on(words, held))
            taken = _take_in(going_on, held)
    return [taken.get(id(each)) for each in spoken]


def _is_plain(spoken: Spoken) -> bool:
    length = len(readable_text(spoken.text).strip())
    return CLIENT_ID.fullmatch(spoken.client_id) is not None and 0 < length <= LONGEST_TEXT


def _of_visitors(spoken: Iterable[Spoken]) -> list[tuple[Visitor, Spoken]]:
    """Whose words these are, one of each visitor: new ones, and not too many. They are here now, and held
    until the transaction ends."""
    asked = list(spoken)
    visitors = held_by([each.token for each in asked])
    first: dict[int, tuple[Visitor, Spoken]] = {}
    for each in asked:
        if visitor := visitors.get(each.token):
            first.setdefault(visitor.pk, (visitor, each))
    sent = known_or_lately({pk: each.client_id for pk, (_, each) in first.items()})
    found = [
        (visitor, each)
        for pk, (visitor, each) in first.items()
        if each.client_id not in sent[pk] and len(sent[pk]) < MOST_A_MINUTE
    ]
    Visitor.objects.filter(pk__in=[visitor.pk for visitor, _ in found]).update(seen_at=clock.now())
    return found


def _in_conversations(found: Sequence[tuple[Visitor, Spoken]]) -> list[_Word]:
    """Those who have a conversation, one of each ticket, with their visits held."""
    own = Visit.objects.filter(visitor__in=[visitor.pk for visitor, _ in found])
    newest = own.order_by().values("visitor").annotate(newest=Max("pk")).values("newest")
    in_queue = Exists(Wait.objects.filter(visit=OuterRef("pk"), ended_at=None))
    locked = Visit.objects.select_for_update(skip_locked=True, no_key=True).annotate(
        in_queue=in_queue
    )
    visits = {visit.visitor_id: visit for visit in locked.filter(pk__in=newest)}
    words: dict[int, _Word] = {}
    for visitor, spoken in found:
        if visit := visits.get(visitor.pk):
            words.setdefault(visit.ticket_id, _Word(spoken, visitor, visit, visit.in_queue))
    return list(words.values())


def _going_on(words: Sequence[_Word], held: Mapping[int, Ticket]) -> list[_Word]:
    """Those in whose conversation nothing begins by them: it is live, the visitor has not left it, and
    someone has it or it waits for someone."""
    return [
        word
        for word in words
        if (ticket := held.get(word.visit.ticket_id))
        and ticket.live
        and ticket.state == State.OPEN
        and word.visit.left_at is None
        and (ticket.assignee_id or word.in_queue)
    ]


def _within_limits(words: Sequence[_Word]) -> list[_Word]:
    """Counted as messages of their networks; without those of one that has sent too many."""
    counted = Counter(word.spoken.network for word in words)
    too_many = MESSAGES_OF_A_NETWORK.count_all(counted)
    return [word for word in words if word.spoken.network not in too_many]


def _take_in(words: Sequence[_Word], held: Mapping[int, Ticket]) -> dict[int, Message]:
    """The messages, by the identity of what was spoken."""
    taken: dict[int, Message] = {}
    with (
        publishing_together(),
        writing_together({}),
        telling_together(Fact, about=lambda fact: fact.ticket.pk),
    ):
        for word in words:
            ticket = held[word.visit.ticket_id]
            said = Words(readable_text(word.spoken.text).strip(), door=Channel.CHAT)
            taken[id(word.spoken)] = take_in(ticket, said, author=word.visitor.person)
            page = shown(word.spoken.page) or word.visit.page
            browser = word.spoken.browser or word.visit.browser
            move(word.visit, to=ticket, page=page, browser=browser)
    Sent.objects.bulk_create(
        Sent(visitor=word.visitor, client_id=word.spoken.client_id, message=taken[id(word.spoken)])
        for word in words
    )
    return taken
