"""What is in a mail's parts: the text and HTML to read, and the files that came along."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from deskbell.mail.inbound import calendars, naming, tnef
from deskbell.mail.inbound.encodings import transfer_decoded
from deskbell.mail.inbound.headers import first, readable
from deskbell.mail.inbound.mail import Attachment
from deskbell.mail.inbound.parts import Part, blocks_of, head_of, parsed
from deskbell.mail.inbound.sections import Section, page, section_of, uuencoded_in
from deskbell.mail.inbound.visible import Line

READABLE = {
    "text/plain",
    "text/html",
    "text/enriched",
    "text/richtext",
    "text/markdown",
    "text/x-amp-html",
}
MAILS = {"message/rfc822", "message/global", "message/rfc822-headers", "text/rfc822-headers"}
REPORTS = {"message/delivery-status", "message/global-delivery-status", "message/x-delivery-status"}
RECEIPTS = {"message/disposition-notification", "message/feedback-report"}
STUB = re.compile(
    r"html[ -]?(?:e-?mail|message|format|newsletter|version|capable|fähig)|view (?:this|"
    r"it) (?:email |message )?"
    r"(?:in|online)|text/html|not support html|ansicht als html|e-mail-programm",
    re.IGNORECASE,
)
SHOWN = ("From", "Date", "To", "Subject")  # of a mail that is the whole content of another
LONGEST_STUB = 400  # characters


@dataclass
class Contents:
    """Collected from the parts in their order; a section is one text, in one or two forms."""

    sections: list[Section] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    reports: list[Part] = field(default_factory=list)  # blocks of fields, each about one recipient
    returned: list[Part] = field(default_factory=list)  # mails, or their headers, inside this one
    calendar: str = ""
    is_only_calendar: bool = False
    is_report: bool = False
    warnings: list[str] = field(default_factory=list)

    @property
    def lines(self) -> list[Line]:
        """The whole text; what came as HTML alone is made readable."""
        lines: list[Line] = []
        for section in self.sections:
            if section.lines:
                lines += [Line(""), *section.lines] if lines else section.lines
        return lines

    @property
    def html(self) -> str:
        """The whole sanitised HTML, or nothing if all was plain text."""
        return page(self.sections)

    def warn(self, warning: str) -> None:
        if warning and warning not in self.warnings:
            self.warnings.append(warning)


def contents_of(mail: Part) -> Contents:
    """Everything that the mail holds. Raises nothing on odd structure."""
    contents = Contents()
    if mail.kind in READABLE and naming.disposition_of(mail) != "attachment":
        _collect_text(mail, contents)  # also if it has a name: there is nothing else to read
    else:
        _collect(mail, contents)
    _read_what_else_there_is(contents)
    _mark_inline(contents)
    return contents


def _collect(part: Part, into: Contents) -> None:
    if part.kind in REPORTS | RECEIPTS:
        _collect_report(part, into)
    elif part.kind in MAILS:
        _collect_mail(part, into)
    elif part.kind == "multipart/alternative":
        _collect_alternative(part, into)
    elif part.is_multipart:
        into.is_report = into.is_report or part.kind == "multipart/report"
        for child in part.children:
            _collect(child, into)
    elif part.kind in READABLE and not _is_file(part):
        _collect_text(part, into)
    else:
        _collect_file(part, into)


def _collect_text(part: Part, into: Contents) -> None:
    content = _content(part, into)
    if part.kind != "text/html":
        content, files = uuencoded_in(content)
        into.attachments += files
    section, images = section_of(part, content, into.warn, len(into.attachments))
    into.attachments += images
    if section is None:
        return
    before = into.sections[-1] if into.sections else None
    if before and section.html and not before.html and section.says_the_same_as(before):
        before.html = section.html  # both forms side by side, as some programs send them
    else:
        into.sections.append(section)


def _collect_alternative(part: Part, into: Contents) -> None:
    """The same said in several forms: one section, with the plain text and the HTML that say it."""
    text, html = Section(), Section()
    for child in part.children:
        inner = Contents()
        _collect(child, inner)
        plain = [each for each in inner.sections if not each.html]
        if any(each.html for each in inner.sections):
            html = Section(inner.lines, inner.html)
        elif plain and not text.lines:
            text = Section(inner.lines)
        _take_over(inner, into)
    if text.lines and html.html and _is_stub(text, html):
        into.warn("The mail's plain text only points to its HTML, so that is shown.")
        text = html
    if text.lines or html.html:
        into.sections.append(Section(text.lines or html.lines, html.html))


def _take_over(inner: Contents, into: Contents) -> None:
    into.attachments += inner.attachments
    into.reports += inner.reports
    into.returned += inner.returned
    into.calendar = into.calendar or inner.calendar
    for warning in inner.warnings:
        into.warn(warning)


def _is_stub(text: Section, html: Section) -> bool:
    """“Your program can't show HTML”, or less than a tenth of what the HTML says."""
    short, long = text.words(), html.words()
    if len(short) > LONGEST_STUB or len(long) < 5 * len(short):
        return False
    return not short or bool(STUB.search(text.text))


def _collect_report(part: Part, into: Contents) -> None:
    """What became of a delivery, field by field; kept as a file too, for who wants to read it."""
    content = _content(part, into)
    if not content.strip():
        return
    if part.kind in REPORTS:
        into.reports += blocks_of(content)
    name = (
        naming.said_name(part)
        or naming.described(part, "txt")
        or part.kind.partition("/")[2] + ".txt"
    )
    _attach(part, naming.safe(name), content, into)


def _collect_mail(part: Part, into: Contents) -> None:
    """A mail inside the mail is kept as a file; its headers tell what a bounce is about."""
    content = _content(part, into).lstrip(b"\r\n")
    if not content and not naming.said_name(part):
        return
    inside = head_of(content)
    into.returned.append(inside)
    name = (
        naming.said_name(part) or f"{readable(first(inside, 'Subject'))[:80].strip() or 'mail'}.eml"
    )
    _attach(part, naming.safe(name.replace("/", "-")), content, into)


def _collect_file(part: Part, into: Contents) -> None:
    content = _content(part, into)
    name = naming.name_of(part, len(into.attachments) + 1)
    if not content and not _is_file(part):
        return
    if part.kind == "text/calendar" and not into.calendar:
        into.calendar = content.decode("utf-8", "replace")
    if tnef.is_tnef(part.kind, name, content) and (inside := tnef.unpacked(content)):
        _collect_tnef(inside, into)
    else:
        _attach(part, name, content, into)


def _collect_tnef(inside: tnef.Unpacked, into: Contents) -> None:
    into.warn("The mail came as Outlook's winmail.dat; what was in it has been unpacked.")
    for name, content_id, content in inside.files:
        kind = naming.kind_of(name)
        name = naming.safe(name) if name else naming.unnamed(kind, len(into.attachments) + 1)
        into.attachments.append(Attachment(name, kind, content, content_id=content_id[:255]))
    if not into.sections and (inside.html or inside.text):
        part = head_of(b"Content-Type: text/html" if inside.html else b"")
        part.kind = "text/html" if inside.html else "text/plain"
        section, images = section_of(
            part,
            (inside.html or inside.text).encode(),
            into.warn,
            len(into.attachments),
            charset="utf-8",
        )
        into.attachments += images
        into.sections += [section] if section else []


def _attach(part: Part, name: str, content: bytes, into: Contents) -> None:
    content_id = readable(first(part, "Content-ID")).strip("<> ")[:255]
    inline = naming.disposition_of(part) == "inline"
    into.attachments.append(Attachment(name, part.kind[:127], content, inline, content_id))


def _is_file(part: Part) -> bool:
    return naming.disposition_of(part) == "attachment" or bool(naming.said_name(part))


def _content(part: Part, into: Contents) -> bytes:
    encoding = first(part, "Content-Transfer-Encoding").partition(";")[0].strip(" \"'").lower()
    content, warning = transfer_decoded(part.body, encoding)
    into.warn(warning)
    return content


def _read_what_else_there_is(contents: Contents) -> None:
    """A mail without a text of its own: an invitation, a forwarded mail, or a text that is also "
    "a file."""
    if contents.sections:
        return
    if contents.calendar:
        contents.is_only_calendar = True
        contents.sections.append(Section.of_text(calendars.summary_of(contents.calendar)))
        return
    mails = [each.content for each in contents.attachments if each.media_type in MAILS]
    if mails and not (contents.is_report or contents.reports):
        contents.sections += _forwarded(mails[0])


def _forwarded(content: bytes) -> list[Section]:
    """A mail that is nothing but another one: whom that is from, and what it says."""
    inside = parsed(content, [])
    inner = Contents()
    if inside.kind not in MAILS:
        _collect(inside, inner)
    said = [f"{name}: {text}" for name in SHOWN if (text := readable(first(inside, name)))]
    return [Section.of_text("\n".join(said)), *inner.sections] if inner.sections else []


def _mark_inline(contents: Contents) -> None:
    """Shown in place is what the HTML names, whatever the part says of itself."""
    shown = set(re.findall(r'"cid:([^"]{1,255})"', contents.html))
    contents.attachments = [
        each if each.inline or each.content_id not in shown or not each.content_id else each.shown()
        for each in contents.attachments
    ]
