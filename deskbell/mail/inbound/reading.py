"""Understanding a mail: bytes in, a `Mail` out. Pure, and it raises nothing on odd bytes."""

from __future__ import annotations

import re
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32

from deskbell.mail.inbound import automatic, visible
from deskbell.mail.inbound.bodies import Contents, contents_of
from deskbell.mail.inbound.headers import Part, addresses, date, first, message_ids, readable
from deskbell.mail.inbound.mail import Address, Mail

LONGEST_HEAD = 512 * 1024
END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
FORWARD = re.compile(r"^\W*(fwd?|wg|tr|rv|i|vs|doorst|encaminhado)\s*:", re.IGNORECASE)
NOBODY = Address("", "")


def read(raw: bytes, *, envelope_sender: str | None = None) -> Mail:
    """Read a mail. `envelope_sender` is what the SMTP client said, if one did; "" is the null sender."""
    warnings: list[str] = []
    part = _parsed(_with_bounded_head(raw, warnings), warnings)
    contents = contents_of(part)
    subject = readable(first(part, "Subject"))
    parts = visible.split(contents.text, forwards=bool(FORWARD.match(subject)))
    null_sender = automatic.is_null_sender(part, envelope_sender)
    kind = automatic.automatic_of(part, null_sender=null_sender, reports=contents.reports)
    return Mail(
        sender=_sender(part, envelope_sender),
        to=addresses(part, "To"),
        cc=addresses(part, "Cc"),
        reply_to=addresses(part, "Reply-To"),
        subject=subject,
        date=date(part),
        message_id=next(iter(message_ids(part, "Message-ID")), ""),
        in_reply_to=message_ids(part, "In-Reply-To"),
        references=message_ids(part, "References"),
        visible_text=parts.visible,
        quoted_text=parts.quoted,
        signature=parts.signature,
        html=contents.html,
        attachments=tuple(contents.attachments),
        automatic=kind,
        bounce=automatic.bounce_of(part, contents.reports) if kind else None,
        about=_about(contents),
        warnings=(*warnings, *_warnings(part, contents)),
    )


def _parsed(raw: bytes, warnings: list[str]) -> Part:
    try:
        return BytesParser(policy=compat32).parsebytes(raw)
    except RecursionError:  # hundreds of parts inside each other
        warnings.append("The mail's parts are nested too deeply; it is shown as it came.")
        return BytesHeaderParser(policy=compat32).parsebytes(raw)


def _with_bounded_head(raw: bytes, warnings: list[str]) -> bytes:
    """Megabytes of header fields say nothing that a person would miss."""
    raw = raw.lstrip(b"\r\n")
    end = END_OF_HEAD.search(raw)
    if (end.start() if end else len(raw)) <= LONGEST_HEAD:
        return raw
    if end is None:
        warnings.append("The mail is one endless header; only its beginning was read.")
        return raw[:LONGEST_HEAD]
    warnings.append("The mail's header is endless; only its beginning was read.")
    return raw[: raw.rfind(b"\n", 0, LONGEST_HEAD) + 1] + b"\n" + raw[end.end() :]


def _sender(part: Part, envelope_sender: str | None) -> Address:
    for name in ("From", "Sender", "Reply-To"):
        for found in addresses(part, name):
            if found.address:
                return found
    named = next(iter(addresses(part, "From")), NOBODY)
    return Address(named.name, envelope_sender or "")


def _about(contents: Contents) -> tuple[str, ...]:
    return tuple(found for mail in contents.returned for found in message_ids(mail, "Message-ID"))


def _warnings(part: Part, contents: Contents) -> list[str]:
    found = list(contents.warnings)
    if not first(part, "From"):
        found.append("The mail doesn't say whom it is from.")
    if first(part, "Date") and date(part) is None:
        found.append("The mail's date can't be understood.")
    return found
