"""What a visitor says: once, however often it is sent; the first word opens a ticket (K15)."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from deskbell.chat import queue
from deskbell.chat.addresses import remember_address
from deskbell.chat.models import Sent, Visit, Visitor
from deskbell.chat.tallies import TooFast
from deskbell.chat.uploading import taken
from deskbell.chat.visitors import held_and_seen
from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.realtime.publish import publishing_together
from deskbell.tickets.chatting import begin_live
from deskbell.tickets.events import holding
from deskbell.tickets.models import Channel, Message, Ticket
from deskbell.tickets.opening import Place, open_for_customer
from deskbell.tickets.replying import take_in
from deskbell.tickets.words import Words

LONGEST_TEXT = 4000
LONGEST_SUBJECT = 80
MOST_A_MINUTE = 20
CLIENT_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


@transaction.atomic
def say(
    visitor: Visitor,
    text: str,
    *,
    client_id: str,
    page: str = "",
    browser: str = "",
    uploads: Sequence[str] = (),
) -> Message:
    """Take in what the visitor wrote; returns the message, the same one if it was sent before.

    `client_id` is the name that the bubble gave to the message. The first message opens a ticket;
    a later one is heard on it, and makes the conversation live again if it had ended. `page` and
    `browser` (in words) are what the agents see of where the visitor is. `uploads` are the keys of files that
    the visitor has brought; with one, the text may be empty.
    """
    if not CLIENT_ID.fullmatch(client_id):
        raise Refused("A message needs an id of 8 to 64 letters, digits and hyphens.")
    visitor = held_and_seen(visitor)
    if (before := _sent_before(visitor, client_id)) is not None:
        return before
    files = taken(visitor, uploads)
    words = Words(_checked(text, alone=not files), door=Channel.CHAT, files=files)
    at = (shown(page), browser)
    with publishing_together():
        message = _go_on(visitor, words, *at) or _begin(visitor, words, *at)
    Sent.objects.create(visitor=visitor, client_id=client_id, message=message)
    return message


def _sent_before(visitor: Visitor, client_id: str) -> Message | None:
    """The message of this id, if it is here already. Refused where too many others came in a minute."""
    found = known_or_lately({visitor.pk: client_id})[visitor.pk]
    if client_id in found:
        return Message.objects.get(pk=found[client_id])
    if len(found) >= MOST_A_MINUTE:
        raise TooFast("That was a lot at once. Wait a minute, then send it again.")
    return None


def known_or_lately(named: Mapping[int, str]) -> dict[int, dict[str, int]]:
    """By the key of each visitor: the messages that they sent in the last minute, and the one of this
    name if it is here already; each by how the bubble named it. One query for all of them."""
    lately = Q(at__gt=clock.now() - timedelta(minutes=1))
    sent = Sent.objects.filter(lately | Q(client_id__in=named.values()), visitor__in=named)
    found: dict[int, dict[str, int]] = {visitor: {} for visitor in named}
    for visitor, client_id, message in sent.values_list("visitor", "client_id", "message"):
        found[visitor][client_id] = message
    return found


def _checked(text: str, *, alone: bool) -> str:
    readable = readable_text(text).strip()
    if alone and not readable:
        raise Refused("Write something before you send it.")
    if len(readable) > LONGEST_TEXT:
        raise Refused(
            f"This message has {len(readable):,} characters; {LONGEST_TEXT:,} fit. "
            "Send it in two parts."
        )
    return readable


def readable_text(text: str) -> str:
    """The text without what no database keeps: NUL, and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _begin(visitor: Visitor, words: Words, page: str, browser: str) -> Message:
    about = words.text or ", ".join(file.name for file in words.files)
    subject = textwrap.shorten(about, LONGEST_SUBJECT, placeholder=" …")
    ticket = open_for_customer(
        subject,
        words,
        requester=visitor.person,
        channel=Channel.CHAT,
        live=True,
        place=_place(visitor),
    )
    visit = Visit.objects.create(visitor=visitor, ticket=ticket, page=page, browser=browser)
    queue.begin_or_return(visit, returned=False)
    return ticket.messages.get()


def _go_on(visitor: Visitor, words: Words, page: str, browser: str) -> Message | None:
    """The same conversation, if there is one. A closed ticket has a follow-up, and the conversation moves
    there."""
    locked = Visit.objects.select_for_update(of=("self",)).filter(visitor=visitor)
    visit = locked.order_by("-id").first()
    if visit is None:
        return None
    with holding([visit.ticket_id], waiting=True) as held:
        (ticket,) = held.values()
        begin_live(ticket, visitor=visitor.person)
        message = take_in(ticket, words, author=visitor.person, place=_place(visitor))
        heard = message.ticket
        if heard != ticket:
            heard = remember_address(visitor, begin_live(heard, visitor=visitor.person))
        returned = visit.left_at is not None
        move(visit, to=heard, page=page or visit.page, browser=browser or visit.browser)
        queue.begin_or_return(visit, returned=returned)
    return message


def move(visit: Visit, *, to: Ticket, page: str, browser: str) -> None:
    """The visitor is on this ticket and this page, and here."""
    known = (visit.ticket_id, visit.page, visit.browser, visit.left_at)
    visit.ticket, visit.page, visit.browser, visit.left_at = to, page, browser, None
    if known != (to.pk, page, browser, None):
        visit.save(update_fields=["ticket", "page", "browser", "left_at"])


def _place(visitor: Visitor) -> Place | None:
    """What a site has proved of their district; None if it has told none."""
    identity = visitor.identity
    return (identity.district, identity.school) if identity and identity.district else None


def shown(page: str) -> str:
    """The page's address as agents see it; "" for what is none."""
    return readable_text(page)[:500] if page.startswith(("https://", "http://")) else ""
