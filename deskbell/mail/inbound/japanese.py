"""ISO-2022-JP as mail programs really write it: with the vendors' characters, half-width kana, and pieces of
other sets, none of which the codec of that name takes."""

from __future__ import annotations

import re

ESCAPE = re.compile(rb"(\x1b(?:\$\([@BDOPQ]|\$[@AB]|\([BJI]|\.[A-F]))")
TWO_BYTES = {b"\x1b$@", b"\x1b$B", b"\x1b$(@", b"\x1b$(B"}
KANA = b"\x1b(I"


def decoded(content: bytes) -> str | None:
    """The text, or None if this isn't ISO-2022-JP."""
    if not content.isascii() or b"\x1b" not in content:
        return content.decode("ascii") if content.isascii() else None
    for codec in ("iso2022_jp", "iso2022_jp_ext", "iso2022_jp_2", "iso2022_jp_2004"):
        try:
            return content.decode(codec)
        except (UnicodeError, ValueError):
            continue
    return _as_shift_jis(content)


def _as_shift_jis(content: bytes) -> str | None:
    """Windows' Shift JIS has the vendors' characters at the same places."""
    text, mark = [], b""
    for piece in ESCAPE.split(content):
        if ESCAPE.fullmatch(piece):
            mark = piece
        elif mark in TWO_BYTES:
            text.append(_shifted(piece).decode("cp932", "replace"))
        elif mark == KANA:
            text.append(bytes(byte | 0x80 for byte in piece).decode("cp932", "replace"))
        else:
            text.append(piece.decode("ascii", "replace"))
    return "".join(text)


def _shifted(pairs: bytes) -> bytes:
    shifted = bytearray()
    at = 0
    while at + 1 < len(pairs):
        row, column = pairs[at], pairs[at + 1]
        if not (0x21 <= row <= 0x7E and 0x21 <= column <= 0x7E):
            shifted.append(row)  # a line end, mostly
            at += 1
            continue
        lead = ((row - 0x21) >> 1) + 0x81
        trail = column + (0x1F if row % 2 else 0x7E)
        shifted += bytes(
            (lead + 0x40 if lead > 0x9F else lead, trail + (row % 2 and trail >= 0x7F))
        )
        at += 2
    return bytes(shifted + pairs[at:])
