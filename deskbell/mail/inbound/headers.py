"""Header fields: decoded by RFC 2047 and 2231 in every form that mails really use."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import unquote_to_bytes

from deskbell.mail.inbound.charsets import cleaned, decoded
from deskbell.mail.inbound.mail import Address

if TYPE_CHECKING:
    Part: TypeAlias = Message[Any, Any]
else:
    Part = Message

LONGEST = 64 * 1024  # characters of one field that are looked at
MOST_ADDRESSES = 500
WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
BETWEEN_WORDS = re.compile(r"(\?=)[ \t\r\n]+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
BARE_ADDRESS = re.compile(r"[^\s<>(),;:\"\[\]]{1,256}@[^\s<>(),;:\"\[\]]{1,255}")
MESSAGE_ID = re.compile(r"<[^<>]{1,990}>")
PARAMETER = re.compile(r";\s*([^\s=;\"]{1,80})\s*=\s*(\"(?:[^\"\\]|\\.)*\"?|[^;]*)", re.DOTALL)


def every(part: Part, name: str) -> list[str]:
    """All fields of this name, raw and unfolded; bytes that are no ASCII are surrogate escapes."""
    name = name.lower()
    found = (str(value) for key, value in part.raw_items() if key.lower() == name)
    return [re.sub(r"\r?\n[ \t]*", " ", value[:LONGEST]).strip() for value in found]


def first(part: Part, name: str) -> str:
    """The first field of this name, raw and unfolded, or an empty string."""
    return next(iter(every(part, name)), "")


def readable(raw: str) -> str:
    """A field's text on one line, its encoded words decoded."""
    text = _eight_bit(BETWEEN_WORDS.sub(r"\1", raw))
    return " ".join(cleaned(_words_decoded(text)).split())


def addresses(part: Part, name: str) -> tuple[Address, ...]:
    """The people in all fields of this name. Encoded names may hold commas, so they are put aside first."""
    words: list[str] = []

    def put_aside(match: re.Match[str]) -> str:
        words.append(match[0])
        return f"EncodedWord{len(words) - 1}x"

    raw = ", ".join(BETWEEN_WORDS.sub(r"\1", each) for each in every(part, name))[:LONGEST]
    pairs = _pairs(re.sub(r"(?:" + WORD.pattern + r")+", put_aside, raw))
    return tuple(_address(name, address, words) for name, address in pairs[:MOST_ADDRESSES])


def message_ids(part: Part, name: str) -> tuple[str, ...]:
    """The ids in all fields of this name, each once, in their order."""
    found: dict[str, None] = {}
    for value in every(part, name):
        text = _eight_bit(value)
        ids = MESSAGE_ID.findall(text) or [f"<{word}>" for word in text.split() if "@" in word]
        found.update((cleaned("".join(each.split())), None) for each in ids)
    return tuple(found)


def date(part: Part) -> datetime | None:
    """The Date field as an aware instant in UTC, or None if it says none."""
    try:
        found = parsedate_to_datetime(_eight_bit(first(part, "Date")))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def parameters(raw: str) -> dict[str, str]:
    """A field's parameters by lower-case name: RFC 2231 with its pieces, RFC 2047 where it must not be."""
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for name, value in PARAMETER.findall(raw[:LONGEST]):
        base, number, encoded = _piece(name.lower())
        pieces.setdefault(base, []).append((number, encoded, _unquoted(value)))
    return {name: _joined(sorted(each, key=lambda p: p[0])) for name, each in pieces.items()}


def _pairs(raw: str) -> list[tuple[str, str]]:
    try:
        pairs = [(name, address.strip()) for name, address in getaddresses([raw])]
    except (RecursionError, IndexError, ValueError, TypeError):
        pairs = []
    good = [(name, address) for name, address in pairs if "@" in address and " " not in address]
    return good or [("", address) for address in BARE_ADDRESS.findall(raw)] or _only_names(pairs)


def _only_names(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name or address, "") for name, address in pairs if name or address]


def _address(name: str, address: str, words: list[str]) -> Address:
    def put_back(text: str) -> str:
        return re.sub(
            r"EncodedWord(\d+)x",
            lambda m: words[int(m[1])] if int(m[1]) < len(words) else m[0],
            text,
        )

    return Address(
        readable(put_back(name)).strip("\"' "), cleaned(_eight_bit(put_back(address))).strip("<> ")
    )


def _eight_bit(text: str) -> str:
    """Bytes that stand in a header undeclared are UTF-8 nowadays, or Windows 1252."""
    if text.isascii():
        return text
    return decoded(text.encode("utf-8", "surrogateescape"), "")[0]


def _words_decoded(text: str) -> str:
    """Neighboring words of one charset are decoded together: a character may be cut in two."""
    result: list[str] = []
    charset, pending, position = "", b"", 0
    for match in WORD.finditer(text):
        between = text[position : match.start()]
        if pending and (between or match[1].lower() != charset):
            result.append(decoded(pending, charset)[0])
            pending = b""
        result.append(between)
        charset = match[1].lower().partition("*")[0]
        pending += _word_bytes(match[2], match[3])
        position = match.end()
    if pending:
        result.append(decoded(pending, charset)[0])
    return "".join([*result, text[position:]])


def _word_bytes(encoding: str, content: str) -> bytes:
    raw = content.encode("utf-8", "surrogateescape")
    if encoding in "bB":
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
        try:
            return base64.b64decode(letters[: len(letters) - (len(letters) % 4 == 1)] + b"===")
        except (binascii.Error, ValueError):
            return raw
    return binascii.a2b_qp(raw.replace(b" ", b"_"), header=True)


def _piece(name: str) -> tuple[str, int, bool]:
    """`filename*1*` is piece 1 of `filename`, percent-encoded."""
    base, *rest = name.split("*")
    number = next((int(each) for each in rest if each.isdecimal() and len(each) < 5), 0)
    return base, number, len(rest) > 0 and rest[-1] == ""


def _unquoted(value: str) -> str:
    value = value.strip()
    if value.startswith('"'):
        return re.sub(r"\\(.)", r"\1", value[1:].removesuffix('"'), flags=re.DOTALL)
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
    return " ".join(cleaned(decoded(content, charset or "utf-8")[0]).split())
