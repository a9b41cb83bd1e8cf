"""Understanding a mail: bytes in, a `Mail` out. Pure, and it raises nothing on odd bytes."""

from __future__ import annotations

import re

from deskbell.mail.inbound import automatic, bounces, visible
from deskbell.mail.inbound.addressing import addresses, people_in
from deskbell.mail.inbound.bodies import Contents, contents_of
from deskbell.mail.inbound.dates import instant_of
from deskbell.mail.inbound.headers import every, first, message_ids, parameters, readable
from deskbell.mail.inbound.mail import Address, Automatic, Mail
from deskbell.mail.inbound.parts import Part, parsed

FORWARD = re.compile(
    r"^\W*(fwd?|wg|tr|rv|i|vs|vb|vl|pd|enc|ilt|doorst|encaminhado|转发|轉寄|転送|전달)\s*[:：]",
    re.IGNORECASE,
)
NOBODY = Address("", "")


def read(raw: bytes, *, envelope_sender: str | None = None) -> Mail:
    """Read a mail. `envelope_sender` is what the SMTP client said, if one did; "" is the null sender."""
    warnings: list[str] = []
    part = opened(raw, warnings)
    contents = contents_of(part)
    subject = readable(first(part, "Subject"))
    parts = visible.split(contents.lines, forwards=bool(FORWARD.match(subject)))
    text = "\n".join(line.text for line in contents.lines)
    kind = automatic.automatic_of(
        part,
        null_sender=automatic.is_null_sender(part, envelope_sender),
        reports=contents.reports,
        text=text,
        calendar=contents.calendar if contents.is_only_calendar else "",
    )
    return Mail(
        sender=_sender(part, envelope_sender),
        to=addresses(part, "To"),
        cc=addresses(part, "Cc"),
        reply_to=addresses(part, "Reply-To"),
        subject=subject,
        date=instant_of(first(part, "Date")),
        message_id=next(iter(message_ids(part, "Message-ID")), ""),
        in_reply_to=message_ids(part, "In-Reply-To"),
        references=message_ids(part, "References"),
        visible_text=parts.visible,
        quoted_text=parts.quoted,
        signature=parts.signature,
        html=contents.html,
        attachments=tuple(contents.attachments),
        automatic=kind,
        bounce=bounces.bounce_of(part, contents.reports, contents.returned, text)
        if kind is Automatic.BOUNCE
        else None,
        delivered=() if kind is Automatic.BOUNCE else bounces.delivered_to(contents.reports),
        about=_about(contents),
        warnings=(*warnings, *_warnings(part, contents)),
    )


def opened(raw: bytes, warnings: list[str]) -> Part:
    """The mail in pieces, each knowing the charset of the mail's text."""
    part = parsed(raw, warnings)
    _tell_charset(part, _charset_of_text(part))
    return part


def _charset_of_text(part: Part) -> str:
    """The charset that the first part with one claims: header fields without one are mostly in it too."""
    said = parameters(first(part, "Content-Type")).get("charset", "")
    return said or next(filter(None, map(_charset_of_text, part.children)), "")


def _tell_charset(part: Part, charset: str) -> None:
    part.charset = charset
    for child in part.children:
        _tell_charset(child, charset)


def _sender(part: Part, envelope_sender: str | None) -> Address:
    for name in ("From", "Sender", "Reply-To"):
        for found in addresses(part, name):
            return found
    named = next((each for value in every(part, "From")[:1] for each in people_in(value)), NOBODY)
    return Address(named.name, envelope_sender or "")


def _about(contents: Contents) -> tuple[str, ...]:
    return tuple(found for mail in contents.returned for found in message_ids(mail, "Message-ID"))


def _warnings(part: Part, contents: Contents) -> list[str]:
    found = list(contents.warnings)
    if not first(part, "From"):
        found.append("The mail doesn't say whom it is from.")
    if first(part, "Date") and instant_of(first(part, "Date")) is None:
        found.append("The mail's date can't be understood.")
    return found
