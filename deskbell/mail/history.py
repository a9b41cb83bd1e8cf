"""What was said before, quoted lightly under a reply: the last public messages, each bounded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from markupsafe import Markup, escape

from deskbell.lib.html import paragraphs
from deskbell.look.words import moment, to_html
from deskbell.tickets.formatting import Picture, html_of, plain
from deskbell.tickets.models import Message, Ticket

MOST_MESSAGES = 3
LONGEST = 1500  # characters of one message
SAID_BEFORE = """
    SELECT asked.message, said.id
    FROM unnest(%s::bigint[], %s::bigint[]) AS asked (message, ticket)
    CROSS JOIN LATERAL (
        SELECT id FROM tickets_message
        WHERE ticket_id = asked.ticket AND id < asked.message AND public AND NOT automatic
            AND undone_at IS NULL AND text <> ''
        ORDER BY id DESC LIMIT %s
    ) AS said
    ORDER BY asked.message, said.id DESC
"""


@dataclass(frozen=True)
class History:
    """The quotation as text and as HTML; both empty if nothing was said before."""

    text: str
    html: Markup


def before(ticket: Ticket, message: Message, *, zone: str) -> History:
    """The last things said in public before this message, the newest first."""
    return quoted(said_before([message])[message.pk], zone=zone)


def said_before(messages: Sequence[Message]) -> dict[int, list[Message]]:
    """What was said in public before each of these messages on its ticket, by the message's key, the newest
    first: three at most, in one query for all."""
    pairs = [[message.pk for message in messages], [message.ticket_id for message in messages]]
    with connection.cursor() as cursor:
        cursor.execute(SAID_BEFORE, [*pairs, MOST_MESSAGES])
        keys = cursor.fetchall()
    rows = Message.objects.select_related("author").in_bulk({said for _, said in keys})
    found: dict[int, list[Message]] = {message.pk: [] for message in messages}
    for message, said in keys:
        found[message].append(rows[said])
    return found


def quoted(last: Sequence[Message], *, zone: str) -> History:
    """These messages as a light quotation."""
    return History(
        "\n\n".join(_as_text(each, zone) for each in last),
        Markup('<div class="gmail_quote">{}</div>').format(
            Markup("").join(_as_html(each, zone) for each in last)
        )
        if last
        else Markup(""),
    )


def said_as_html(message: Message, picture: Picture = lambda named: "") -> Markup:
    """A message's words as a mail shows them; `picture` says where those are that came along."""
    return html_of(message.text, picture) if message.markdown else as_html(message.text.strip())


def as_html(text: str) -> Markup:
    """Plain text as paragraphs and line breaks, its web addresses as links."""
    blocks = (Markup("<br>\n").join(to_html(line) for line in lines) for lines in paragraphs(text))
    return Markup("\n").join(Markup("<p>{}</p>").format(block) for block in blocks)


def _as_text(message: Message, zone: str) -> str:
    quoted = "\n".join(f"> {line}".rstrip() for line in plain(_shortened(message)).split("\n"))
    return f"{_heading(message, zone)}\n{quoted}"


def _as_html(message: Message, zone: str) -> Markup:
    return Markup(
        '<p class="quiet">{}</p>\n<blockquote type="cite" class="gmail_quote said">{}</blockquote>\n'
    ).format(escape(_heading(message, zone)), said_as_html(_shortened(message)))


def _heading(message: Message, zone: str) -> str:
    return f"On {moment(message.received_at, zone)}, {_name(message)} wrote:"


def _name(message: Message) -> str:
    """Never an address: followers read along, and not everyone wants theirs passed on."""
    name = message.author.name if message.author else ""
    if message.side == "team":
        name = name.split()[0] if name.split() else ""
    return " ".join(name.split()) or ("the desk" if message.side != "customer" else "you")


def _shortened(message: Message) -> Message:
    text = message.text.strip()
    if len(text) > LONGEST:
        text = f"{text[:LONGEST].rstrip()} …"
    return Message(text=text, markdown=message.markdown)
