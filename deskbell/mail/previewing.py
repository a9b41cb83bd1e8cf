"""How a letter would look: with the data of a ticket that exists, or of one made up if there is none."""

from __future__ import annotations

import base64

from django.conf import settings

from deskbell.lib import files
from deskbell.mail import history, letters
from deskbell.mail.branding import brand_for
from deskbell.mail.letters import Letter, Source
from deskbell.mail.models import SupportAddress, Wording
from deskbell.mail.names import first_name
from deskbell.mail.receipts import due_in_words
from deskbell.people.desk import the_desk
from deskbell.tickets.formatting import plain
from deskbell.tickets.models import Message, Side, Ticket

MADE_UP = "It should work again now.\n\nCould you try once more? https://status.example.org\n\nAna"


def recent_tickets() -> list[Ticket]:
    """Those on whose data a letter can be tried: the newest that a customer has opened."""
    found = (
        Ticket.objects.kept()
        .exclude(requester=None)
        .select_related("requester", "district", "team")
    )
    return list(found.order_by("-number")[:20])


def preview(kind: str, source: Source, *, number: str, address: SupportAddress | None) -> Letter:
    """The letter as it would leave. Raises Refused."""
    recent = recent_tickets()
    ticket = next((t for t in recent if str(t.number) == number), recent[0] if recent else None)
    desk = the_desk()
    signature = address.signature.strip() if address else ""
    message = _last_reply(ticket)
    said_last = message or Message(text=MADE_UP)
    said = history.before(ticket, message, zone=desk.zone) if ticket and message else None
    values = {
        "words": plain(said_last),
        "signature": signature,
        "history": said.text if said else "",
        "agent": first_name(str(message.author)) if message else "Ana",
        "name": first_name(ticket.requester.name) if ticket and ticket.requester else "Tess",
        "number": ticket.number if ticket else 81,
        "subject": ticket.subject if ticket else "Black screen",
        "team": ticket.team.name if ticket and ticket.team else "Support",
        "due": (due_in_words(ticket, desk.zone) if ticket else "")
        or "Monday, November 30 at 12:00 pm Eastern Time",
        "trouble": "Applications start slowly",
        "status": f"{settings.DESK_URL}/status",
        "page": f"{settings.DESK_URL}/your/…",
        "desk": desk.name,
        "text": f"First reply is late: {ticket or '#81 Black screen'}",
        "link": f"{settings.DESK_URL}/tickets/{ticket.number if ticket else 81}",
        "choices": f"{settings.DESK_URL}/notices/mail",
    }
    marked = {
        "words": history.said_as_html(said_last),
        "signature": history.as_html(signature),
        "history": said.html if said else history.as_html(""),
    }
    known = letters.VARIABLES[kind]
    return letters.filled(
        source,
        {name: value for name, value in values.items() if name in known},
        marked={name: value for name, value in marked.items() if name in known},
        brand=brand_for(ticket.district if ticket and kind != Wording.Kind.NOTICE else None),
    )


def with_logo(letter: Letter) -> str:
    """The HTML with its picture inside, as a browser can show it."""
    if not letter.logo:
        return letter.html
    try:
        with files.opened(letter.logo) as file:
            picture = base64.b64encode(file.read()).decode()
    except FileNotFoundError:
        return letter.html
    return letter.html.replace("cid:logo", f"data:{letter.logo_type};base64,{picture}")


def _last_reply(ticket: Ticket | None) -> Message | None:
    if ticket is None:
        return None
    said = Message.objects.said().filter(ticket=ticket, side=Side.TEAM, public=True)
    return said.select_related("author").order_by("-id").first()
