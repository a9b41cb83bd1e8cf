"""Bytes into text, whatever the mail claims about its charset: nothing raises, little is lost."""

from __future__ import annotations

import codecs
import re

# Names that mails use, and what they mean. Browsers read Latin 1 as Windows 1252 too.
ALIASES = {
    "ansi_x3.4-1968": "cp1252",
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "windows-31j": "cp932",
    "cp-850": "cp850",
    "ks_c_5601-1987": "cp949",
    "x-windows-949": "cp949",
    "euc-kr": "cp949",
    "windows-874": "cp874",
    "tis-620": "cp874",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "unicode": "utf-8",
}
# Python would read these as programs, not as charsets, or slowly.
NO_CHARSETS = frozenset(
    "idna punycode unicode_escape raw_unicode_escape undefined mbcs oem".split()
)
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufff9-\ufffb\ud800-\udfff]")


def decoded(content: bytes, charset: str) -> tuple[str, str]:
    """The text, and a warning if the charset was unknown or wrong (else an empty string)."""
    codec = _codec(charset)
    if content.isascii() and codec in {None, "utf-8", "cp1252"}:
        return content.decode("ascii"), ""
    for name in (codec, "utf-8") if codec and codec != "cp1252" else ("utf-8",):
        text = _strictly(content, name)
        if text is not None:
            return text, "" if name == codec or not charset else _wrong(charset)
    if codec and codec != "cp1252" and not (codec == "utf-8" and _is_no_utf8(content)):
        return content.decode(codec, "replace"), _wrong(charset)
    return content.decode("cp1252", "replace"), "" if codec == "cp1252" else _wrong(charset)


def cleaned(text: str) -> str:
    """Without control characters, which no screen shows and PostgreSQL doesn't take."""
    return CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _codec(charset: str) -> str | None:
    name = charset.strip().strip("\"'").lower()
    if not name:
        return "cp1252"
    name = ALIASES.get(name, name)
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError, UnicodeError):
        return None
    is_text = getattr(found, "_is_text_encoding", True)
    return found.name if is_text and found.name.replace("-", "_") not in NO_CHARSETS else None


def _strictly(content: bytes, codec: str) -> str | None:
    try:
        return content.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _is_no_utf8(content: bytes) -> bool:
    """Is most of what is no ASCII broken, and not just a character that was cut in two?"""
    odd = sum(byte > 127 for byte in content)
    return content.decode("utf-8", "replace").count("\ufffd") * 2 > odd


def _wrong(charset: str) -> str:
    return f"The text is not in the charset that it claims ({charset[:40]})."
