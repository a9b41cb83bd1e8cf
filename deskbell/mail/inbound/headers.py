"""Header fields: decoded by RFC 2047 and 2231 in every form that mails really use."""

from __future__ import annotations

import binascii
import re
from urllib.parse import unquote_to_bytes

from deskbell.mail.inbound.charsets import cleaned, decoded, undeclared
from deskbell.mail.inbound.encodings import base64_decoded
from deskbell.mail.inbound.parts import LONGEST, Part

WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?((?:[^?]|\?(?!=))*)\?=")
LAST_WORD = re.compile(r"=\?([^?\s=]{1,60})\?([bBqQ])\?([^?\s]+)\??$")  # nobody closed it
BETWEEN_WORDS = re.compile(r"(\?=)[ \t\r\n]+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
UNCLOSED_ID = re.compile(r"(<[^<>\s]{1,990})(?=\s*<|\s*$)")
MESSAGE_ID = re.compile(r"<[^<>]{1,990}>")
PARAMETER = re.compile(
    r"(?:^|[;\s])\s*([^\s=;\"]{1,80})\s*=\s*(\"(?:[^\"\\]|\\.)*\"?|[^;]*)", re.DOTALL
)


def every(part: Part, name: str) -> list[str]:
    """All fields of this name, unfolded; bytes that name no charset are read as the mail's text is."""
    return [undeclared(value, part.charset) for value in part.values(name.lower())]


def first(part: Part, name: str) -> str:
    """The first field of this name, unfolded, or an empty string."""
    return next(iter(every(part, name)), "")


def readable(raw: str) -> str:
    """A field's text on one line, its encoded words decoded."""
    text = _words_decoded(BETWEEN_WORDS.sub(r"\1", raw))
    return re.sub(r"[\t\r\n\v\f]+", " ", cleaned(text)).strip()


def message_ids(part: Part, name: str) -> tuple[str, ...]:
    """The ids in all fields of this name, each once, in their order."""
    found: dict[str, None] = {}
    for value in every(part, name):
        text = UNCLOSED_ID.sub(r"\1>", value[:LONGEST])
        ids = MESSAGE_ID.findall(text) or [
            f"<{word.strip(',;')}>" for word in text.split() if "@" in word
        ]
        found.update((cleaned("".join(each.split())), None) for each in ids)
    return tuple(found)


def parameters(raw: str) -> dict[str, str]:
    """A field's parameters by lower-case name: RFC 2231 with its pieces, RFC 2047 where it must not be."""
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for name, value in PARAMETER.findall(raw[:LONGEST]):
        base, number, encoded = _piece(name.lower())
        if "*" in name:
            pieces.setdefault(base, []).append((number, encoded, _unquoted(value)))
        else:
            plain.setdefault(base, readable(_unquoted(value)))
    in_pieces = {name: _joined(sorted(each, key=lambda p: p[0])) for name, each in pieces.items()}
    return {**plain, **in_pieces}


def _words_decoded(text: str) -> str:
    """Neighboring words of one charset are decoded together: a character may be cut in two."""
    result: list[str] = []
    charset, pending, position = "", _Pending(), 0
    text = LAST_WORD.sub(r"=?\1?\2?\3?=", text)
    for match in WORD.finditer(text):
        between = text[position : match.start()]
        if between or match[1].lower() != charset:
            result.append(pending.taken(charset))
        result.append(between)
        charset = match[1].lower()
        pending.add(match[2], match[3])
        position = match.end()
    return "".join([*result, pending.taken(charset), text[position:]])


class _Pending:
    """The bytes of neighboring words; Base64 may be cut anywhere, not only after four letters."""

    def __init__(self) -> None:
        self._bytes = b""
        self._letters = b""

    def add(self, encoding: str, content: str) -> None:
        raw = content.encode("utf-8", "surrogateescape")
        if encoding in "qQ":
            self._flush()
            self._bytes += binascii.a2b_qp(raw.replace(b" ", b"_"), header=True)
            return
        self._letters += re.sub(rb"[^A-Za-z0-9+/=]", b"", raw)
        if len(self._letters) % 4 == 0 or self._letters.endswith(b"="):
            self._flush()

    def taken(self, charset: str) -> str:
        self._flush()
        text = decoded(self._bytes, charset.partition("*")[0])[0] if self._bytes else ""
        self._bytes = b""
        return text

    def _flush(self) -> None:
        self._bytes += base64_decoded(self._letters)
        self._letters = b""


def _piece(name: str) -> tuple[str, int, bool]:
    """`filename*1*` is piece 1 of `filename`, percent-encoded."""
    base, *rest = name.split("*")
    number = next((int(each) for each in rest if each.isdecimal() and len(each) < 5), 0)
    return base, number, len(rest) > 0 and rest[-1] == ""


def _unquoted(value: str) -> str:
    value = value.strip()
    if value.startswith('"'):
        return re.sub(r"\\([\"\\])", r"\1", value[1:].removesuffix('"'))
    return value


def _joined(pieces: list[tuple[int, bool, str]]) -> str:
    if not any(encoded for _, encoded, _ in pieces):
        return readable("".join(value for _, _, value in pieces))
    charset, content = "utf-8", b""
    for index, (_, encoded, value) in enumerate(pieces):
        if index == 0 and value.count("'") >= 2:
            charset, _, value = value.split("'", 2)
        raw = value.encode("utf-8", "surrogateescape")
        content += unquote_to_bytes(raw) if encoded else raw
    return readable(decoded(content, charset or "utf-8")[0])
