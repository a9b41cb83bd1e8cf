"""What is in a mail's parts: the text and HTML to read, and the files that came along."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import MessageError
from email.generator import BytesGenerator
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from html import escape
from io import BytesIO

from deskbell.lib.html import sanitised, text_of
from deskbell.mail.inbound.charsets import cleaned, decoded
from deskbell.mail.inbound.headers import Part, first, parameters, readable
from deskbell.mail.inbound.mail import Attachment

DEEPEST = 30  # parts inside each other; what lies deeper is kept as a file
MOST_PARTS = 500
LONGEST_TEXT = 1_000_000  # characters of text or HTML that are shown; the raw mail keeps all


@dataclass
class Contents:
    """Collected from the parts in their order; a section is one text, in one or two forms."""

    sections: list[tuple[str, str]] = field(default_factory=list)  # (text, HTML), one may be empty
    attachments: list[Attachment] = field(default_factory=list)
    reports: list[Part] = field(default_factory=list)  # of deliveries, for `bounces`
    returned: list[Part] = field(default_factory=list)  # mails, or their headers, inside this one
    warnings: list[str] = field(default_factory=list)
    parts: int = 0

    @property
    def text(self) -> str:
        """The whole text; what came as HTML alone is made readable."""
        return "\n\n".join(t for t in (text or text_of(html) for text, html in self.sections) if t)

    @property
    def html(self) -> str:
        """The whole sanitised HTML, or nothing if all was plain text."""
        if not any(html for _, html in self.sections):
            return ""
        return "\n".join(html or f"<pre>{escape(text)}</pre>" for text, html in self.sections)

    def warn(self, warning: str) -> None:
        if warning and warning not in self.warnings:
            self.warnings.append(warning)


def contents_of(mail: Part) -> Contents:
    """Everything that the mail holds. Raises nothing on odd structure."""
    contents = Contents()
    _collect(mail, contents, 0)
    return contents


def _collect(part: Part, into: Contents, depth: int) -> None:
    into.parts += 1
    kind = part.get_content_type()
    if into.parts > MOST_PARTS or depth > DEEPEST:
        into.warn("The mail has more parts than the desk reads.")
    elif kind == "message/delivery-status":
        into.reports.append(part)
    elif kind in {"message/rfc822", "message/global", "text/rfc822-headers"}:
        _collect_mail(part, kind, into)
    elif kind == "multipart/alternative":
        _collect_alternative(part, into, depth)
    elif part.is_multipart():
        for child in _children(part):
            _collect(child, into, depth + 1)
    elif kind in {"text/plain", "text/html"} and not _is_file(part):
        into.sections += _section(part, kind, into)
    elif content := _content(part):
        into.attachments.append(_attachment(part, kind, content, len(into.attachments)))


def _collect_alternative(part: Part, into: Contents, depth: int) -> None:
    """The same said in several forms: one section, with the plain text and the HTML that say it."""
    inner = Contents(parts=into.parts)
    for child in _children(part):
        _collect(child, inner, depth + 1)
    text = next((t for t, h in inner.sections if t.strip() and not h), "")
    html = next((h for _, h in reversed(inner.sections) if h), "")
    if text or html:
        into.sections.append((text, html))
    into.parts = inner.parts
    into.attachments += inner.attachments
    into.reports += inner.reports
    into.returned += inner.returned
    for warning in inner.warnings:
        into.warn(warning)


def _collect_mail(part: Part, kind: str, into: Contents) -> None:
    """A mail inside the mail is kept as a file; its headers tell what a bounce is about."""
    inside = next(_children(part), None)
    content = _flattened(inside) if inside else _content(part)
    inside = inside or BytesHeaderParser(policy=compat32).parsebytes(content)
    into.returned.append(inside)
    name = _name(part) or f"{readable(first(inside, 'Subject'))[:80] or 'mail'}.eml"
    if content:
        into.attachments.append(Attachment(_safe(name), kind, content))


def _section(part: Part, kind: str, into: Contents) -> list[tuple[str, str]]:
    charset = parameters(first(part, "Content-Type")).get("charset", "")
    content = _content(part)
    if kind == "text/html" and not charset:
        charset = _charset_of_html(content)
    text, warning = decoded(content, charset)
    into.warn(warning)
    if len(text) > LONGEST_TEXT:
        text = text[:LONGEST_TEXT]
        into.warn("The text is too long to be shown whole.")
    text = cleaned(text)
    if not text.strip():
        return []
    return [(text, "")] if kind == "text/plain" else [("", sanitised(text))]


def _attachment(part: Part, kind: str, content: bytes, index: int) -> Attachment:
    content_id = readable(first(part, "Content-ID")).strip("<> ")[:255]
    name = _name(part) or f"file-{index + 1}{mimetypes.guess_extension(kind) or ''}"
    disposition = _disposition(part)
    inline = disposition == "inline" or (bool(content_id) and disposition != "attachment")
    return Attachment(_safe(name), kind[:127], content, inline, content_id)


def _is_file(part: Part) -> bool:
    return _disposition(part) == "attachment" or bool(_name(part))


def _disposition(part: Part) -> str:
    return first(part, "Content-Disposition").partition(";")[0].strip().lower()


def _name(part: Part) -> str:
    disposition = parameters(first(part, "Content-Disposition"))
    return disposition.get("filename") or parameters(first(part, "Content-Type")).get("name", "")


def _safe(name: str) -> str:
    """The last part of a path, without what a file system or a header could misread."""
    last = re.split(r"[/\\]", name)[-1]
    return re.sub(r'[<>:"|?*]', "_", last).strip(" .")[-255:] or "file"


def _children(part: Part) -> Iterator[Part]:
    payload = part.get_payload()
    for child in payload if isinstance(payload, list) else ():
        if isinstance(child, Message):
            yield child


def _content(part: Part) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except (ValueError, TypeError, LookupError, AssertionError):
        content = None
    if isinstance(content, bytes):
        return content
    payload = part.get_payload()
    return payload.encode("utf-8", "surrogateescape") if isinstance(payload, str) else b""


def _flattened(mail: Part) -> bytes:
    written = BytesIO()
    try:
        BytesGenerator(written, mangle_from_=False, maxheaderlen=0).flatten(mail)
    except (MessageError, ValueError, TypeError, LookupError, AttributeError):
        return b""
    return written.getvalue()


def _charset_of_html(content: bytes) -> str:
    found = re.search(rb"<meta[^>]{0,200}charset=[\"']?([\w.:-]{1,40})", content[:4096], re.I)
    return found[1].decode("ascii", "replace") if found else ""
