"""A mail taken to pieces: its header fields, and its parts as slices of the bytes that came.

The standard library's parser makes a string of every line, which takes ten times the mail's size in
memory, and it ends a header at the first odd line. This one copies nothing and goes on: a field whose
folded lines lost their space, an mbox's `From ` line, a boundary that is named nowhere, line ends of three
kinds. What was repaired is said in `warnings`, in words for an agent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

DEEPEST = 30  # parts inside each other; what lies deeper is kept as one file
MOST_PARTS = 500
LONGEST_HEAD = 512 * 1024  # bytes; megabytes of header fields say nothing that a person would miss
LONGEST = 64 * 1024  # bytes of one field that are looked at

END_OF_HEAD = re.compile(rb"\n(?:\r*\n|[ \t\r]+\n(?![ \t]))")  # or a fold of nothing but spaces
BLANK_LINES = re.compile(rb"(?:[ \t\r]*\n)*")
BLANK_LINE = re.compile(rb"[ \t\r]*\n")
FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)", re.DOTALL)
KNOWN_FIELD = re.compile(
    rb"(?:from|to|cc|subject|date|message-id|received|mime-version|content-[a-z-]+|return-path|"
    rb"reply-to|delivered-to|x-[a-z0-9-]+)[ \t]*:",
    re.IGNORECASE,
)
MIME = (b"mime-version:", b"content-type:", b"content-transfer-encoding:")
TECHNICAL = {b"message-id", b"mime-version", b"content-type", b"received"}
TYPE = re.compile(r"\s*[\"']?([\w!#$&^.+-]{1,60})\s*/\s*([\w!#$&^.+-]{1,100})")
BOUNDARY = re.compile(r";\s*boundary\s*=\s*(\"[^\"]*\"?|'[^']*'|[^;]*)", re.IGNORECASE)
PIECE_OF_BOUNDARY = re.compile(
    r";\s*boundary\*(?:\d+\*?)?\s*=\s*(\"[^\"]*\"|[^;\s]*)", re.IGNORECASE
)
UNNAMED_BOUNDARY = re.compile(
    rb"^--([^\s-][^\r\n]{0,200}?|-[^\r\n]{1,200}?)[ \t\r]{0,9}\n(?=Content-|\r?\n)", re.I | re.M
)

NO_BOUNDARY = "The mail's parts were not where it said; they were found by their look."
NO_PARTS = "The mail says that it has parts, but there are none; it is shown as it came."
TOO_MANY = "The mail has more parts than the desk reads."
TOO_DEEP = "The mail's parts are nested too deeply; the innermost are kept as a file."
ODD_HEAD = "Some lines of the mail's header were broken and have been put right or skipped."
LONG_HEAD = "The mail's header is endless; only its beginning was read."
ONLY_HEAD = "The mail is one endless header; only its beginning was read."


@dataclass
class Part:
    """A mail or one of its parts. Values of `fields` are unfolded; bytes that are no ASCII are surrogate
    escapes. `raw` is the part with its header, `body` what follows the header, both still encoded."""

    fields: list[tuple[str, str]]
    raw: memoryview
    body: memoryview
    kind: str = "text/plain"  # in lower case; what claims to have parts and has none is text
    claims: str = ""  # the kind that it says it is
    children: list[Part] = field(default_factory=list)
    charset: str = ""  # of the mail's text, for fields whose bytes name none

    def values(self, name: str) -> list[str]:
        """All fields of this name, in lower case, in their order."""
        return self._by_name.get(name, [])

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, value in self.fields:
            found.setdefault(name.lower(), []).append(value)
        return found

    @property
    def is_multipart(self) -> bool:
        return self.kind.startswith("multipart/") and bool(self.children)


def parsed(raw: bytes, warnings: list[str]) -> Part:
    """The mail in pieces. Raises nothing; what had to be repaired is added to `warnings`."""
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    return _Parser(raw, warnings).part(0, len(raw), 0, "text/plain")


def head_of(raw: bytes) -> Part:
    """Only the header of a mail, as a bounce brings it back."""
    fields, begins = _Parser(raw, []).head(0, len(raw), is_mail=True)
    return Part(fields, memoryview(raw), memoryview(raw)[begins:])


def blocks_of(content: bytes) -> list[Part]:
    """The groups of fields in a delivery report (RFC 3464), parted by blank lines."""
    blocks = END_OF_HEAD.split(content[:LONGEST_HEAD].strip(b"\r\n"))[:MOST_PARTS]
    return [head_of(block) for block in blocks if block.strip()]


class _Parser:
    """Counts the parts, so that a hostile mail of nothing but boundaries ends."""

    def __init__(self, data: bytes, warnings: list[str]) -> None:
        self._data = data
        self._view = memoryview(data)
        self._warnings = warnings
        self._parts = 0

    def part(self, begins: int, ends: int, depth: int, default: str) -> Part:
        self._parts += 1
        fields, body = self.head(begins, ends, is_mail=depth == 0)
        said = next((value for name, value in fields if name.lower() == "content-type"), "")
        kind = _kind(said, default)
        part = Part(fields, self._view[begins:ends], self._view[body:ends], kind, claims=kind)
        if part.kind.startswith("multipart/"):
            self._divide(part, body, ends, _boundary(said), depth)
        return part

    def head(self, begins: int, ends: int, *, is_mail: bool) -> tuple[list[tuple[str, str]], int]:
        """The fields, and where the body begins."""
        if is_mail:
            begins = BLANK_LINES.match(self._data, begins, ends).end()  # type: ignore[union-attr]
        elif blank := BLANK_LINE.match(self._data, begins, ends):
            return [], blank.end()
        end = END_OF_HEAD.search(self._data, begins, ends)
        head_ends, body = (end.start(), end.end()) if end else (ends, ends)
        if head_ends - begins > LONGEST_HEAD:
            self._warn(LONG_HEAD if end else ONLY_HEAD)
            head_ends = begins + LONGEST_HEAD
        lines = self._data[begins:head_ends].split(b"\n")
        fields, read, is_odd = _fields(lines)
        if is_odd:
            self._warn(ODD_HEAD)
        if read == len(lines):
            if is_mail and end and self._goes_on(fields, body, ends):
                more, body = self.head(body, ends, is_mail=True)
                self._warn(ODD_HEAD)
                fields += more
            return fields, body
        return fields, begins + sum(len(line) + 1 for line in lines[:read])  # no blank line between

    def _goes_on(self, fields: list[tuple[str, str]], begins: int, ends: int) -> bool:
        """Did a blank line get into the header? Then what is missing there follows, with what only
        programs write: a person who quotes a header doesn't quote its Message-ID."""
        end = END_OF_HEAD.search(self._data, begins, min(ends, begins + LONGEST_HEAD))
        lines = self._data[begins : end.start() if end else begins].split(b"\n")[:200]
        found = {
            m[1].lower() for line in lines if (m := FIELD.match(line)) and KNOWN_FIELD.match(line)
        }
        had = {name.lower().encode() for name, _ in fields}
        if not {b"content-type", b"mime-version"} & had and lines[0].lower().startswith(MIME):
            return True
        missing = {b"from", b"subject"} & found - had
        return bool(fields and missing and found & TECHNICAL and len(found) >= 3)

    def _divide(self, part: Part, begins: int, ends: int, boundary: bytes, depth: int) -> None:
        if depth >= DEEPEST:
            self._warn(TOO_DEEP)
            part.kind = "application/octet-stream"
            return
        default = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
        for first, last in self._slices(begins, ends, boundary):
            if self._parts >= MOST_PARTS:
                self._warn(TOO_MANY)
                break
            part.children.append(self.part(first, last, depth + 1, default))
        if not part.children:
            part.kind = "text/plain"
            if self._data[begins : min(ends, begins + 4096)].strip():
                self._warn(NO_PARTS)

    def _slices(self, begins: int, ends: int, boundary: bytes) -> list[tuple[int, int]]:
        found = list(self._between(begins, ends, boundary)) if boundary else []
        guessed = UNNAMED_BOUNDARY.search(self._data, begins, min(ends, begins + LONGEST_HEAD))
        if not found and guessed:
            found = list(self._between(begins, ends, guessed[1]))
            self._warn(NO_BOUNDARY)
        return found

    def _between(self, begins: int, ends: int, boundary: bytes) -> Iterator[tuple[int, int]]:
        """What stands between the boundary's lines. Parts after the closing one count too: some mails
        close early. A part that was cut off goes to the end."""
        opened: int | None = None
        for first, last, closes in self._boundaries(begins, ends, b"--" + boundary):
            if opened is not None:
                yield opened, max(opened, first)
            opened = None if closes else last
        if opened is not None and opened < ends:
            yield opened, ends

    def _boundaries(self, begins: int, ends: int, line: bytes) -> Iterator[tuple[int, int, bool]]:
        """Where each line of the boundary begins and ends, its line ends included, and if it closes."""
        at = self._data.find(line, begins, ends)
        while at >= 0:
            after = self._data.find(b"\n", at, ends)
            after = ends if after < 0 else after + 1
            rest = self._data[at + len(line) : min(after, at + len(line) + 200)].strip()
            starts_line = at == begins or self._data[at - 1] == 10
            if starts_line and rest in {b"", b"--"}:
                yield self._before(begins, at), after, rest == b"--"
            at = self._data.find(line, at + len(line), ends)

    def _before(self, begins: int, at: int) -> int:
        """The line end before a boundary belongs to the boundary."""
        if at > begins:
            at -= 1
            while at > begins and self._data[at - 1] == 13:
                at -= 1
        return at

    def _warn(self, warning: str) -> None:
        if warning not in self._warnings:
            self._warnings.append(warning)


def _fields(lines: list[bytes]) -> tuple[list[tuple[str, str]], int, bool]:
    """The fields, unfolded; how many of the lines they take; whether odd lines stood between them."""
    found: list[tuple[str, bytearray]] = []
    is_odd = False
    parts = next((at for at, line in enumerate(lines) if at and line[:2] == b"--"), None)
    last = max((at for at, line in enumerate(lines[:parts]) if KNOWN_FIELD.match(line)), default=-1)
    for at, line in enumerate(lines):
        match = FIELD.match(line if found else line.lstrip(b" \t"))
        if found and line[:1] in {b" ", b"\t"}:
            found[-1][1].extend(b" " + line.strip(b" \t\r"))
        elif not match and line.startswith((b"From ", b">From ")) and not found:
            continue  # an mbox's mark
        elif match:
            found.append((match[1].decode("ascii"), bytearray(match[2].strip(b" \t\r"))))
        elif line.strip() and at > last:
            return _texts(found), at, is_odd
        else:
            is_odd = is_odd or bool(line.strip())
            if found:  # perhaps folded by someone who forgot the space
                found[-1][1].extend(line.strip(b" \t\r"))
    return _texts(found), len(lines), is_odd


def _texts(found: list[tuple[str, bytearray]]) -> list[tuple[str, str]]:
    return [(name, value[:LONGEST].decode("ascii", "surrogateescape")) for name, value in found]


def _kind(said: str, default: str) -> str:
    """The media type; what can't be understood is text, or has parts if it names a boundary."""
    match = TYPE.match(said)
    if match:
        return f"{match[1]}/{match[2]}".lower()
    if BOUNDARY.search(said):
        return "multipart/mixed"
    bare = said.partition(";")[0].strip().lower()
    return {"text": "text/plain", "html": "text/html"}.get(bare, default)


def _boundary(said: str) -> bytes:
    match = BOUNDARY.search(said)
    pieces = "".join(PIECE_OF_BOUNDARY.findall(said))
    value = match[1] if match else re.sub(r"^[\w-]*'[\w-]*'", "", pieces)
    return value.replace('"', "").strip(" \t'").encode("ascii", "surrogateescape")
