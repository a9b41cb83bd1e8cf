"""What a file is by its bytes, beside what its name and type say."""

from __future__ import annotations

from pathlib import PurePosixPath

import puremagic

LOOKED_AT = 64 * 1024  # bytes
PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}  # those that a browser may draw
RUN_BY_NAME = frozenset(
    ".bat .cmd .com .cpl .exe .hta .jar .js .jse .lnk .msi .pif .ps1 .reg .scr .vbe .vbs .wsf".split()
)
PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"\x4c\x00\x00\x00\x01\x14\x02\x00",  # a Windows shortcut
    b"#!",
)
SAID = {
    ".pdf": "a PDF",
    **dict.fromkeys(
        (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff"), "a picture"
    ),
    **dict.fromkeys((".docx", ".xlsx", ".pptx", ".doc", ".xls", ".ppt"), "a document"),
    **dict.fromkeys((".zip", ".7z", ".gz", ".rar"), "an archive"),
}
BY_TYPE = {"application/pdf": "a PDF", **dict.fromkeys(PICTURES, "a picture")}
SAME = {".jpg": ".jpeg", ".jpe": ".jpeg", ".jfif": ".jpeg", ".tif": ".tiff"}


def picture_type(media_type: str, content: bytes) -> str:
    """The type under which a browser may draw it, or "": only if the bytes are what the mail says."""
    found = _types(content)
    said = media_type.lower().replace("image/jpg", "image/jpeg")
    return said if said in PICTURES and said in found else ""


def warning_about(name: str, media_type: str, content: bytes) -> str:
    """A sentence for whoever is about to open the file, or "" if it is what it says."""
    ending = PurePosixPath(name.lower().replace("\\", "/")).suffix
    said = SAID.get(ending) or ("" if ending else BY_TYPE.get(media_type.lower(), ""))
    if content.startswith(PROGRAMS) and not (content[:2] == b"#!" and not said):
        return f"Its name says {said}, but it is a program." if said else "It is a program."
    if ending in RUN_BY_NAME:
        return "It is a program."
    if said and content and not _may_be(ending, media_type, content):
        return f"Its name says {said}, but its content is something else."
    return ""


def _may_be(ending: str, media_type: str, content: bytes) -> bool:
    if not ending:
        return media_type.lower() in _types(content)
    if ending in {".doc", ".xls", ".ppt"} and content[:5] == b"{\\rtf":
        return True  # Word writes such files itself
    endings = {SAME.get(each, each) for each in _endings(content)}
    return SAME.get(ending, ending) in endings or _is_same_container(ending, content)


def _is_same_container(ending: str, content: bytes) -> bool:
    """Newer documents are zip archives, older ones are compound files."""
    if ending in {".docx", ".xlsx", ".pptx", ".zip"}:
        return content[:2] == b"PK"
    return ending in {".doc", ".xls", ".ppt"} and content[:4] == b"\xd0\xcf\x11\xe0"


def _types(content: bytes) -> set[str]:
    return {each.mime_type for each in _guesses(content)}


def _endings(content: bytes) -> set[str]:
    return {each.extension for each in _guesses(content)}


def _guesses(content: bytes) -> list[puremagic.PureMagicWithConfidence]:
    if not content:
        return []
    try:
        return list(puremagic.magic_string(content[:LOOKED_AT]))
    except (puremagic.PureError, ValueError):
        return []
