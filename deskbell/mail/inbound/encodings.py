"""Transfer encodings (Base64, quoted-printable, uuencode), decoded as far as they go: nothing raises."""

from __future__ import annotations

import binascii
import re

NO_LETTERS = re.compile(rb"[^A-Za-z0-9+/=]+")
BROKEN_BASE64 = "Some of the mail's Base64 was broken; what could be read of it is shown."
BEGINS_UU = re.compile(rb"(?:^|\n)begin [0-7]{3,4} ([^\r\n]{1,255})\r?\n")


def transfer_decoded(content: bytes | memoryview, encoding: str) -> tuple[bytes, str]:
    """The content as bytes, and a warning if it was broken (else an empty string)."""
    if encoding == "base64":
        return _large_base64(content)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(content), ""
    if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        return uu_decoded(bytes(content)), ""
    return bytes(content), ""


def base64_decoded(letters: bytes) -> bytes:
    """What can be read of Base64 that is padded wrongly, cut off, or several pieces in a row."""
    pieces = NO_LETTERS.sub(b"", letters).split(b"=")
    return b"".join(binascii.a2b_base64(_padded(piece)) for piece in pieces if piece)


def uu_decoded(content: bytes) -> bytes:
    """The file between `begin` and `end`; a broken line is left out."""
    found = BEGINS_UU.search(content)
    result = bytearray()
    for line in content[found.end() if found else 0 :].splitlines():
        if line.strip() == b"end":
            break
        try:
            result += binascii.a2b_uu(line)
        except binascii.Error:  # the length is wrong: some programs pad the line
            length = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
            try:
                result += binascii.a2b_uu(line[:length])
            except binascii.Error:
                continue
    return bytes(result)


def _large_base64(content: bytes | memoryview) -> tuple[bytes, str]:
    """The usual case without a copy of 25 MB; a `=` before the end means several pieces in a row."""
    end = bytes(content[-1024:]).rstrip(b"=\r\n \t")
    has_early_padding = _has_padding(content, len(content) - 1024) or b"=" in end
    try:
        if not has_early_padding:
            return binascii.a2b_base64(content), ""
    except binascii.Error:
        pass
    letters = bytes(content).translate(None, b"\r\n \t")
    is_broken = NO_LETTERS.search(letters) or len(letters.rstrip(b"=")) % 4 == 1
    return base64_decoded(letters), BROKEN_BASE64 if is_broken else ""


def _has_padding(content: bytes | memoryview, until: int) -> bool:
    return until > 0 and re.compile(b"=").search(content, 0, until) is not None


def _padded(piece: bytes) -> bytes:
    """A single letter at the end holds only six bits of a byte."""
    whole = piece[: len(piece) - (len(piece) % 4 == 1)]
    return whole + b"=" * (-len(whole) % 4)
