"""The bytes of a mail that leaves the desk: headers that thread, plain text and HTML, files."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.conf import settings

from deskbell.lib import files
from deskbell.mail.addresses import MARK, desk_mark, reply_address
from deskbell.mail.models import LONG_ID, MailId, OutboundMail
from deskbell.tickets.models import Attachment, Ticket

MOST_REFERENCES = 20
ANSWERED = re.compile(r"^((re|aw|sv|fwd?|wg)\s*:\s*)+", re.IGNORECASE)
NUMBERED = re.compile(r"\s*\[#\d+\]\s*")


def composed(mail: OutboundMail) -> bytes:
    """The mail as it goes over the wire; the same one, under the same Message-ID, each time."""
    return message_of(mail).as_bytes()


def message_of(mail: OutboundMail) -> EmailMessage:
    """The mail with all its headers and parts, unsigned."""
    made = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    for name, value in headers_of(mail).items():
        made[name] = value
    made.set_content(mail.text)
    made.add_alternative(mail.html, subtype="html")
    files = attached(mail)
    _add_pictures(made, mail, files)
    for file in files:
        if not file.content_id:
            main, _, sub = file.media_type.partition("/")
            made.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    return made


def headers_of(mail: OutboundMail) -> dict[str, str | Address | tuple[Address, ...]]:
    """All headers but those of the parts, in the order in which they are written."""
    named: dict[str, str | Address | tuple[Address, ...]] = {
        "From": _address(mail.from_name, sender_of(mail)),
        "To": _address(mail.to_name, mail.to_address),
    }
    if mail.cc:
        named["Cc"] = tuple(_address("", each) for each in mail.cc)
    named |= {
        "Subject": " ".join(mail.subject.split()),
        "Date": format_datetime(mail.created_at),
        "Message-ID": mail.mail_id,
    }
    if mail.ticket is not None:
        named["Reply-To"] = _address(mail.from_name, reply_address(mail.ticket, sender_of(mail)))
    return named | _thread(mail) | _automatic(mail) | _unsubscribe(mail) | {MARK: desk_mark()}


def look_up_threads(mails: Sequence[OutboundMail]) -> None:
    """Ask for what the mails of a batch answer, all at once; what comes after a mail is not in its thread."""
    found = _named_on({mail.ticket_id for mail in mails if mail.ticket_id is not None})
    for mail in mails:
        if mail.ticket_id is not None:
            mail.thread = found[mail.ticket_id]


def subject_for(ticket: Ticket, *, answers: bool = True) -> str:
    """The ticket's subject, with the number by which an answer can find home."""
    bare = ANSWERED.sub("", NUMBERED.sub(" ", ticket.subject).strip())
    return f"{'Re: ' if answers else ''}{bare} [#{ticket.number}]"


def sender_of(mail: OutboundMail) -> str:
    """The address from which it leaves."""
    return mail.sender.address if mail.sender else str(settings.SUPPORT_ADDRESS)


def return_path_of(mail: OutboundMail) -> str:
    """Where it comes back to if it can't be delivered: the ticket's own address, so that it is found."""
    return reply_address(mail.ticket, sender_of(mail)) if mail.ticket else sender_of(mail)


@dataclass(frozen=True)
class Attached:
    """A file that goes along; with a Content-ID it is a picture that the HTML shows in its place."""

    name: str
    media_type: str
    content: bytes
    content_id: str = ""


def attached(mail: OutboundMail) -> list[Attached]:
    """The files that go along, in their order."""
    if mail.message is None:
        return []
    found = []
    for attachment in mail.message.attachments.order_by("id"):
        main, _, sub = attachment.media_type.partition("/")
        safe = sub and main not in {"multipart", "message"}
        media_type = attachment.media_type if safe else "application/octet-stream"
        with files.opened(attachment.sha256) as file:
            content_id = attachment.content_id if _shows(mail, attachment) else ""
            found.append(Attached(attachment.name, media_type, file.read(), content_id))
    return found


def logo_of(mail: OutboundMail) -> bytes | None:
    """The picture that its HTML names; None if it has none, or the file store has lost it."""
    if not mail.logo:
        return None
    try:
        with files.opened(mail.logo) as file:
            return file.read()
    except FileNotFoundError:
        return None


def _shows(mail: OutboundMail, file: Attachment) -> bool:
    return bool(file.picture and file.content_id) and f'"cid:{file.content_id}"' in mail.html


def _address(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(" ".join(name.split()), local, domain)


def _thread(mail: OutboundMail) -> dict[str, str]:
    """Answer the customer's last mail; name the first mail of the conversation and the latest ones."""
    if mail.ticket_id is None:
        return {}
    pairs = mail.thread if mail.thread is not None else _named_on([mail.ticket_id])[mail.ticket_id]
    values = [value for value, _ in pairs]
    own = values.index(mail.mail_id) if mail.mail_id in values else len(values)
    received = [value for value, ours in pairs if not ours]
    said_before = [v for at, v in enumerate(values) if at < own or v in received[:1]]
    if not said_before:
        return {}
    first = received[0] if received else said_before[0]
    answered = next((v for v in reversed(said_before) if v in received), first)
    latest = [value for value in said_before if value != first][1 - MOST_REFERENCES :]
    missing = [answered] if answered not in [first, *latest] else []
    return {"In-Reply-To": answered, "References": " ".join([first, *missing, *latest])}


def _named_on(tickets: Iterable[int]) -> dict[int, list[tuple[str, bool]]]:
    """The Message-IDs of each ticket, in their order, and whether they are ours."""
    known = MailId.objects.filter(ticket__in=tickets).exclude(value__endswith=LONG_ID)
    found: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    for ticket, value, ours in known.order_by("id").values_list("ticket", "value", "ours"):
        found[ticket].append((value, ours))
    return found


def _automatic(mail: OutboundMail) -> dict[str, str]:
    """What a machine wrote says so, by RFC 3834, so that no other machine answers."""
    wrote = {
        OutboundMail.Kind.RECEIPT: "auto-replied",
        OutboundMail.Kind.NOTICE: "auto-generated",
        OutboundMail.Kind.NEWS: "auto-generated",
    }.get(OutboundMail.Kind(mail.kind))
    return {"Auto-Submitted": wrote, "X-Auto-Response-Suppress": "All"} if wrote else {}


def _unsubscribe(mail: OutboundMail) -> dict[str, str]:
    """One click ends a subscription (RFC 8058)."""
    if not mail.unsubscribe:
        return {}
    return {
        "List-Unsubscribe": f"<{mail.unsubscribe}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _add_pictures(made: EmailMessage, mail: OutboundMail, files: Iterable[Attached]) -> None:
    """What the HTML shows in its place: the logo, and pictures of the words."""
    html = made.get_body(("html",))
    if html is None:
        return
    if logo := logo_of(mail):
        subtype = mail.logo_type.partition("/")[2]
        html.add_related(logo, "image", subtype, cid="<logo>", disposition="inline")
    for file in files:
        if file.content_id:
            subtype, cid = file.media_type.partition("/")[2], f"<{file.content_id}>"
            html.add_related(
                file.content, "image", subtype, cid=cid, filename=file.name, disposition="inline"
            )
