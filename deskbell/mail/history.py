"""What was said before, quoted lightly under a reply: the last public messages, each bounded."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup, escape

from deskbell.lib.html import paragraphs
from deskbell.look.words import moment, to_html
from deskbell.tickets.models import Message, Ticket

MOST_MESSAGES = 3
LONGEST = 1500  # characters of one message


@dataclass(frozen=True)
class History:
    """The quotation as text and as HTML; both empty if nothing was said before."""

    text: str
    html: Markup


def before(ticket: Ticket, message: Message, *, zone: str) -> History:
    """The last things said in public before this message, the newest first."""
    said = Message.objects.said().filter(
        ticket=ticket, public=True, automatic=False, pk__lt=message.pk
    )
    last = list(said.exclude(text="").select_related("author").order_by("-id")[:MOST_MESSAGES])
    return History(
        "\n\n".join(_as_text(each, zone) for each in last),
        Markup('<div class="gmail_quote">{}</div>').format(
            Markup("").join(_as_html(each, zone) for each in last)
        )
        if last
        else Markup(""),
    )


def as_html(text: str) -> Markup:
    """Plain text as paragraphs and line breaks, its web addresses as links."""
    blocks = (Markup("<br>\n").join(to_html(line) for line in lines) for lines in paragraphs(text))
    return Markup("\n").join(Markup("<p>{}</p>").format(block) for block in blocks)


def _as_text(message: Message, zone: str) -> str:
    quoted = "\n".join(f"> {line}".rstrip() for line in _shortened(message).split("\n"))
    return f"{_heading(message, zone)}\n{quoted}"


def _as_html(message: Message, zone: str) -> Markup:
    return Markup(
        '<p class="quiet">{}</p>\n<blockquote type="cite" class="gmail_quote said">{}</blockquote>\n'
    ).format(escape(_heading(message, zone)), as_html(_shortened(message)))


def _heading(message: Message, zone: str) -> str:
    return f"On {moment(message.received_at, zone)}, {_name(message)} wrote:"


def _name(message: Message) -> str:
    """Never an address: followers read along, and not everyone wants theirs passed on."""
    name = message.author.name if message.author else ""
    if message.side == "team":
        name = name.split()[0] if name.split() else ""
    return " ".join(name.split()) or ("the desk" if message.side != "customer" else "you")


def _shortened(message: Message) -> str:
    text = message.text.strip()
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()} …"
