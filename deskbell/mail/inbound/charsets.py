"""Bytes into text, whatever the mail claims about its charset: nothing raises, little is lost."""

from __future__ import annotations

import codecs
import re

from deskbell.mail.inbound import japanese

# Names that mails use, and what they mean. Browsers read Latin 1 as Windows 1252 too.
ALIASES = {
    "ansi_x3.4-1968": "cp1252",
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso-8859-6-i": "iso-8859-6",
    "iso-8859-6-e": "iso-8859-6",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "ansi": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "iso-gb2312": "gb18030",
    "cp936": "gb18030",
    "ms936": "gb18030",
    "windows-936": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "sjis": "cp932",
    "ms932": "cp932",
    "ms_kanji": "cp932",
    "iso-2022-jp": "iso2022_jp",
    "csiso2022jp": "iso2022_jp",
    "cp50220": "iso2022_jp",
    "cp50221": "iso2022_jp",
    "x-euc-jp": "euc_jp",
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
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-ce": "mac-latin2",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "iso-10646-ucs-2": "utf-16-be",
    "ucs-2": "utf-16-be",
    "unicode-1-1-utf-7": "utf-7",
    "unicode": "utf-8",
}
ASCII = frozenset({"us-ascii", "ascii", "ansi_x3.4-1968"})
# Python would read these as programs, not as charsets, or slowly.
NO_CHARSETS = frozenset(
    "idna punycode unicode_escape raw_unicode_escape undefined mbcs oem".split()
)
# A real name inside a broken one, as in `utf-8http-equivContent-Type` or `charset=iso8859-1;`.
INSIDE = re.compile(
    r"utf[-_ ]?(?:7|8|16|32)|iso[-_ ]?8859[-_ ]?1?\d|(?:windows|cp)[-_ ]?\d{3,4}|koi8[-_]?[ru]|gb18030|gbk|"
    r"gb2312|big5|euc[-_](?:jp|kr|tw|cn)|shift[-_]jis|iso[-_]2022[-_](?:jp|kr|cn)"
)
JAPANESE = frozenset({"iso2022_jp", "cp932", "euc_jp"})
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufff9-\ufffb\ud800-\udfff]")
DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")  # make a name read otherwise than it is
BIG5_PAIR = re.compile(rb"[\x80-\xff][\x40-\xff]")
HIGH = re.compile(rb"[\x80-\xff]+")
SINGLE = re.compile(r"cp\d|iso8859|koi8|mac|latin")


def decoded(content: bytes, charset: str) -> tuple[str, str]:
    """The text, and a warning if the charset was unknown or wrong (else an empty string)."""
    codec = codec_of(charset)
    if content.isascii() and (codec is None or codec == "utf-8" or SINGLE.match(codec)):
        return content.decode("ascii"), ""
    for name in _candidates(content, codec, charset):
        text = _strictly(content, name)
        if text is not None:
            if not charset:
                return text, "" if name == "utf-8" else _guess(name)
            return text, "" if name == codec or _is_harmless(codec, name) else _wrong(charset)
    if codec and not SINGLE.match(codec) and codec != "utf-8" and _is_no_utf8(content):
        return content.decode(codec, "replace"), _wrong(charset)
    likely = guessed(content) if _is_no_utf8(content) else "utf-8"
    return content.decode(likely, "replace"), _wrong(charset) if charset else _guess(likely)


def undeclared(text: str, charset: str) -> str:
    """A header field whose bytes (as surrogate escapes) name no charset. They are UTF-8 nowadays, or what
    the mail's text is in."""
    if text.isascii():
        return japanese.decoded(text.encode()) or text if "\x1b" in text else text
    if codec_of(charset) == "cp1252":
        charset = ""  # what everyone says who doesn't know
    return decoded(text.encode("utf-8", "surrogateescape"), charset)[0]


def cleaned(text: str) -> str:
    """Without control characters, which no screen shows and PostgreSQL doesn't take."""
    return CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def codec_of(charset: str) -> str | None:
    """Python's name of the charset; None if it is unknown or not named at all."""
    name = charset.strip().strip("\"'").lower()
    found = _looked_up(name)
    inside = None if found else INSIDE.search(name)
    return _looked_up(inside[0].replace(" ", "-")) if inside else found


def guessed(content: bytes) -> str:
    """The likeliest charset of bytes that are no UTF-8, by how they stand together: single ones between
    letters are Western, pairs Chinese or Korean, whole words Cyrillic."""
    if _is_big5(content[:20_000]):
        return "big5hkscs"
    runs = HIGH.findall(content[:20_000])
    high = b"".join(runs)
    if not runs or len(high) < 3 * len(runs):
        return "cp1252"
    leads = [run[at] for run in runs for at in range(0, len(run) - 1, 2)]
    if sum(0xC0 <= byte <= 0xDF for byte in high) > 0.75 * len(high):
        return "koi8-r"
    if all(len(run) % 2 == 0 for run in runs) and min(high) > 0xA0:
        common = sum(0xB0 <= byte <= 0xD7 for byte in leads)
        if common > 0.6 * len(leads):
            is_korean = len(leads) > 5 and all(byte <= 0xC8 for byte in leads)
            return "cp949" if is_korean else "gb18030"
    return "cp1251" if sum(byte >= 0xC0 for byte in high) > 0.8 * len(high) else "cp1252"


def _is_big5(content: bytes) -> bool:
    """Its second bytes are often ASCII letters, so pairs are counted from the left."""
    pairs = BIG5_PAIR.findall(content)
    common = sum(0xA4 <= pair[0] <= 0xC6 for pair in pairs)
    if len(pairs) < 4 or common < 0.75 * len(pairs) or all(pair[1] > 0x7F for pair in pairs):
        return False
    return _strictly(content, "big5hkscs") is not None


def _candidates(content: bytes, codec: str | None, charset: str) -> list[str]:
    """UTF-8 is never UTF-8 by chance, so it goes before any charset that accepts all bytes."""
    if codec and codec.startswith(("utf_16", "utf-16", "utf_32", "utf-32")):
        return _wide(content, codec)
    if codec in JAPANESE:
        others = sorted(JAPANESE - {codec}, key=["cp932", "euc_jp", "iso2022_jp"].index)
        return [codec, "utf-8", *others]
    if codec is None or codec == "cp1252":
        likely = guessed(content) if _is_no_utf8(content) else "utf-8"
        return ["utf-8", likely if codec is None or charset.lower() in ASCII else "cp1252"]
    return ["utf-8", codec] if SINGLE.match(codec) else [codec, "utf-8"]


def _wide(content: bytes, codec: str) -> list[str]:
    """Two bytes a letter have zeros in them; without, the name is wrong."""
    if b"\0" not in content[:1000] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-8", codec]
    if codec in {"utf-16", "utf_16"} and content[:1] == b"\0":
        return ["utf-16-be"]
    return [codec]


def _looked_up(name: str) -> str | None:
    name = ALIASES.get(name, name)
    if not name:
        return None
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError, UnicodeError):
        return None
    is_text = getattr(found, "_is_text_encoding", True)
    return found.name if is_text and found.name.replace("-", "_") not in NO_CHARSETS else None


def _strictly(content: bytes, codec: str) -> str | None:
    if codec == "iso2022_jp":
        return japanese.decoded(content)
    try:
        return content.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _is_harmless(codec: str | None, name: str) -> bool:
    """Many call UTF-8 by the name of their machine's charset; ASCII is what is left of no charset."""
    return codec == "cp1252" and name == "utf-8"


def _is_no_utf8(content: bytes) -> bool:
    """Is most of what is no ASCII broken, and not just a character that was cut in two?"""
    odd = sum(byte > 127 for byte in content)
    return content.decode("utf-8", "replace").count("\ufffd") * 2 > odd


def _guess(codec: str) -> str:
    return f"The text doesn't say which charset it is in; it was read as {codec}."


def _wrong(charset: str) -> str:
    return f"The text is not in the charset that it claims ({cleaned(charset)[:40]})."
