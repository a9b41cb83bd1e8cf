"""The bytes of a mail that leaves the desk: headers that thread, plain text and HTML, files."""

from __future__ import annotations

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.conf import settings

from deskbell.lib import files
from deskbell.mail.models import MailId, OutboundMail
from deskbell.tickets.models import Ticket

MOST_REFERENCES = 20
ANSWERED = re.compile(r"^((re|aw|sv|fwd?|wg)\s*:\s*)+", re.IGNORECASE)
NUMBERED = re.compile(r"\s*\[#\d+\]\s*")


def composed(mail: OutboundMail) -> bytes:
    """The mail as it goes over the wire; the same one, under the same Message-ID, each time."""
    made = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    made["From"] = _address(mail.from_name, settings.SUPPORT_ADDRESS)
    made["To"] = _address(mail.to_name, mail.to_address)
    made["Subject"] = " ".join(mail.subject.split())
    made["Date"] = format_datetime(mail.created_at)
    made["Message-ID"] = mail.mail_id
    _set_thread(made, mail)
    _say_that_a_machine_wrote_it(made, mail)
    made.set_content(mail.text)
    made.add_alternative(mail.html, subtype="html")
    _attach(made, mail)
    return made.as_bytes()


def subject_for(ticket: Ticket, *, answers: bool = True) -> str:
    """The ticket's subject, with the number by which an answer can find home."""
    bare = ANSWERED.sub("", NUMBERED.sub(" ", ticket.subject).strip())
    return f"{'Re: ' if answers else ''}{bare} [#{ticket.number}]"


def _address(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(" ".join(name.split()), local, domain)


def _set_thread(made: EmailMessage, mail: OutboundMail) -> None:
    """Answer the customer's last mail; name the first mail of the conversation and the latest ones."""
    if mail.ticket_id is None:
        return
    known = MailId.objects.filter(ticket=mail.ticket_id).order_by("id").values_list("value", "ours")
    values = [value for value, _ in known]
    own = values.index(mail.mail_id) if mail.mail_id in values else len(values)
    received = [value for value, ours in known if not ours]
    said_before = [v for at, v in enumerate(values) if at < own or v in received[:1]]
    if not said_before:
        return
    first = received[0] if received else said_before[0]
    latest = [value for value in said_before if value != first][1 - MOST_REFERENCES :]
    made["In-Reply-To"] = next((v for v in reversed(said_before) if v in received), first)
    made["References"] = " ".join([first, *latest])


def _say_that_a_machine_wrote_it(made: EmailMessage, mail: OutboundMail) -> None:
    """By RFC 3834, so that no other machine answers."""
    if mail.kind == OutboundMail.Kind.RECEIPT:
        made["Auto-Submitted"] = "auto-replied"
    elif mail.kind == OutboundMail.Kind.NOTICE:
        made["Auto-Submitted"] = "auto-generated"
    else:
        return
    made["X-Auto-Response-Suppress"] = "All"


def _attach(made: EmailMessage, mail: OutboundMail) -> None:
    if mail.message is None:
        return
    for attachment in mail.message.attachments.order_by("id"):
        main, _, sub = attachment.media_type.partition("/")
        if main in {"multipart", "message"} or not sub:
            main, sub = "application", "octet-stream"
        with files.opened(attachment.sha256) as file:
            made.add_attachment(file.read(), maintype=main, subtype=sub, filename=attachment.name)
