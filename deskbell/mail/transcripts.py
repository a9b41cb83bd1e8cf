"""A conversation as a whole, as one mail to who took part in it."""

from __future__ import annotations

from collections.abc import Sequence

from deskbell.lib.errors import Refused
from deskbell.look import dates
from deskbell.look.languages import speaker
from deskbell.mail.arrivals import address_of
from deskbell.mail.branding import brand_for
from deskbell.mail.composing import subject_for
from deskbell.mail.history import as_html
from deskbell.mail.letters import from_files
from deskbell.mail.models import OutboundMail
from deskbell.mail.names import first_name
from deskbell.mail.queueing import can_be_written_to, enqueue
from deskbell.people.desk import the_desk
from deskbell.people.models import Person
from deskbell.tickets.models import Message, Side, Ticket

SPANISH = {
    "Here is your conversation with {desk}.": "Aquí tiene su conversación con {desk}.",
    "You": "Usted",
    "Answer this mail, and it goes on.": "Responda a este correo y la conversación sigue.",
}


def queue_transcript(
    ticket: Ticket, messages: Sequence[Message], to: Person | None, *, language: str = "en"
) -> None:
    """Queue these messages for this person. Refused without any, or without an address to which the desk may
    write. Belongs in a transaction."""
    if not messages:
        raise Refused("Nothing has been said yet.")
    if to is None or not can_be_written_to(to):
        raise Refused("There is no address to which the desk can mail the transcript.")
    address, desk, t = address_of(ticket), the_desk(), speaker(language, SPANISH)
    zone = ticket.zone or desk.zone
    said = [
        {
            "who": first_name(str(each.author or "")) or desk.name
            if each.side == Side.TEAM
            else t("You"),
            "at": dates.moment(each.received_at, zone, language),
            "text": each.text,
            "html": as_html(each.text),
            "files": [file.name for file in each.attachments.all()],
        }
        for each in messages
    ]
    words = {"lang": language, "t": t, "desk": desk.name, "said": said}
    enqueue(
        OutboundMail.Kind.RECEIPT,
        to,
        subject=subject_for(ticket),
        from_name=desk.name,
        letter=from_files("mail/transcript", words, brand=brand_for(ticket.district)),
        sender=address,
        ticket=ticket,
    )
