"""One text of a mail, in one or two forms: its lines, and its sanitised HTML if it came as HTML.

HTML keeps `cid:` addresses of images that came along; images written into the HTML itself (`data:`) become
attachments under a content id of their own. The addresses of remote images are kept in `data-remote-src`,
from where a person may ask for them; no `src` leads outside (`lib.html`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape, unescape

from deskbell.lib.html import lines_of, sanitised
from deskbell.mail.inbound.charsets import cleaned, codec_of, decoded
from deskbell.mail.inbound.encodings import base64_decoded, uu_decoded
from deskbell.mail.inbound.headers import first, parameters
from deskbell.mail.inbound.mail import Attachment
from deskbell.mail.inbound.naming import safe
from deskbell.mail.inbound.parts import Part
from deskbell.mail.inbound.visible import Line

LONGEST_TEXT = 3_000_000  # characters that are shown; the raw mail keeps all
LONGEST_HTML = 1_000_000
TOO_LONG = "The text is too long to be shown whole."
MOST_IMAGES = 100
DATA_IMAGE = re.compile(
    r"(\bsrc\s*=\s*[\"']?\s*)data:image/(png|jpe?g|gif|webp|bmp);base64,([A-Za-z0-9+/=\s%]+)",
    re.IGNORECASE,
)
META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w.:-]{1,40})", re.IGNORECASE)
ENRICHED = re.compile(r"<(/?)([A-Za-z-]{1,60})>")
UUENCODED = re.compile(
    rb"^begin [0-7]{3,4} ([^\r\n]{1,255})\r?\n((?:[!-`][ -`]{0,90}\r?\n){1,}?)(?:`?\r?\n)?end[ "
    rb"\t\r]*$",
    re.M,
)


@dataclass
class Section:
    """`html` is empty for plain text."""

    lines: list[Line] = field(default_factory=list)
    html: str = ""

    @classmethod
    def of_text(cls, text: str) -> Section:
        return cls([Line(line) for line in text.split("\n")] if text.strip() else [])

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    def words(self) -> str:
        return re.sub(r"[\W_]+", "", self.text)

    def says_the_same_as(self, other: Section) -> bool:
        ours, theirs = self.words()[:400], other.words()[:400]
        return len(ours) > 20 and (ours.startswith(theirs[:200]) or theirs.startswith(ours[:200]))


def section_of(
    part: Part, content: bytes, warn: Callable[[str], None], images: int, charset: str = ""
) -> tuple[Section | None, list[Attachment]]:
    """The part's text, or None if it says nothing, and the images that were written into its "
    "HTML."""
    said = parameters(first(part, "Content-Type"))
    text = _decoded(part.kind, content, charset or said.get("charset", ""), warn)
    if part.kind == "text/html":
        text, found = _images_out_of(text, images)
        text = _shortened(text, LONGEST_HTML, warn)
        html = sanitised(text).strip()
        lines = [Line(text, mark) for text, mark in lines_of(html)]
        is_empty = not any(line.text for line in lines) and "<img" not in html
        return (None if is_empty else Section(lines, html)), found
    text = _shortened(text, LONGEST_TEXT, warn)
    if part.kind in {"text/enriched", "text/richtext"}:
        text = _plain_of_enriched(text)
    if said.get("format", "").lower() == "flowed":
        text = _unflowed(text, delete_space=said.get("delsp", "").lower() == "yes")
    return Section.of_text(text) if text.strip() else None, []


def page(sections: list[Section]) -> str:
    """All sections as HTML, or nothing if none was."""
    if not any(section.html for section in sections):
        return ""
    return "\n".join(section.html or f"<pre>{escape(section.text)}</pre>" for section in sections)


def uuencoded_in(content: bytes) -> tuple[bytes, list[Attachment]]:
    """The text without the files that old programs wrote into it, and those files."""
    if b"begin " not in content:
        return content, []
    found = []
    for match in UUENCODED.finditer(content):
        name = decoded(match[1].strip(), "")[0]
        found.append(
            Attachment(safe(cleaned(name)), "application/octet-stream", uu_decoded(match[0]))
        )
    return (UUENCODED.sub(b"", content) if found else content), found


def _decoded(kind: str, content: bytes, charset: str, warn: Callable[[str], None]) -> str:
    if kind == "text/html" and (not charset or codec_of(charset) is None):
        found = META_CHARSET.search(content[:4096])
        charset = found[1].decode("ascii", "replace") if found else charset
    text, warning = decoded(content, charset)
    warn(warning)
    return cleaned(text)


def _shortened(text: str, longest: int, warn: Callable[[str], None]) -> str:
    if len(text) > longest:
        warn(TOO_LONG)
    return text[:longest]


def _images_out_of(html: str, number: int) -> tuple[str, list[Attachment]]:
    found: dict[str, Attachment] = {}

    def by_content_id(match: re.Match[str]) -> str:
        content = base64_decoded(unescape(match[3]).replace("%3D", "=").encode("ascii", "replace"))
        content_id = sha256(content).hexdigest()[:32] + "@image.invalid"
        if len(found) < MOST_IMAGES and content_id not in found:
            kind = match[2].lower().replace("jpg", "jpeg")
            name = f"image-{number + len(found) + 1}.{kind}"
            found[content_id] = Attachment(name, f"image/{kind}", content, True, content_id)
        return f"{match[1]}cid:{content_id}"

    if "data:image" not in html.lower():
        return html, []
    return DATA_IMAGE.sub(by_content_id, html), list(found.values())


def _unflowed(text: str, *, delete_space: bool) -> str:
    """RFC 3676: a line that ends with a space goes on in the next one of the same depth."""
    lines: list[str] = []
    open_depth = None
    for line in text.split("\n"):
        quotes = re.match(r">*", line)
        depth = len(quotes[0]) if quotes else 0
        words = line[depth:].removeprefix(" ")
        is_signature = words in {"-- ", "--"}
        if open_depth == depth and not is_signature:
            lines[-1] += words
        else:
            lines.append((">" * depth + " " if depth else "") + words)
        flows = words.endswith(" ") and not is_signature
        open_depth = depth if flows else None
        if flows and delete_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def _plain_of_enriched(text: str) -> str:
    """RFC 1896: single line ends are spaces, `<<` is a `<`, commands go."""
    text = re.sub(r"<param>.{0,200}?</param>", "", text, flags=re.IGNORECASE)
    text = ENRICHED.sub("", text.replace("<<", "\0")).replace("\0", "<")
    return re.sub(r"\n(\n*)", lambda m: m[1] or " ", text)
