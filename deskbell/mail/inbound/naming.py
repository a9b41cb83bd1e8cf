"""What a file in a mail is called, and what it must not be called."""

from __future__ import annotations

import mimetypes
import re

from deskbell.mail.inbound.charsets import DIRECTIONS
from deskbell.mail.inbound.headers import first, parameters, readable
from deskbell.mail.inbound.parts import Part

LONGEST = 200  # characters; with the longest ending of a name a file system takes it
FILE_LIKE = re.compile(r"[^/\\:?*\"<>|]{1,200}\.[A-Za-z0-9]{1,8}")
CONTENT_ID_OF_OUTLOOK = re.compile(r"([\w .()-]{1,100}\.[A-Za-z]{2,5})@")
ENDINGS = mimetypes.MimeTypes()
OWN_ENDINGS = {
    "application/pgp-signature": ".asc",
    "application/pkcs7-signature": ".p7s",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/pjpeg": ".jpg",
    "text/calendar": ".ics",
    "text/plain": ".txt",
}


def disposition_of(part: Part) -> str:
    return first(part, "Content-Disposition").partition(";")[0].strip().lower()


def said_name(part: Part) -> str:
    """The name by which the mail itself calls the part, or an empty string."""
    disposition = parameters(first(part, "Content-Disposition"))
    kind = parameters(first(part, "Content-Type"))
    for name in (
        disposition.get("filename"),
        disposition.get("name"),
        kind.get("name"),
        kind.get("filename"),
    ):
        if name and name.strip():
            return name
    return ""


def name_of(part: Part, number: int) -> str:
    """A name for the file, if need be from what else the part says about itself."""
    return safe(said_name(part) or _hinted(part) or unnamed(part.kind, number))


def unnamed(kind: str, number: int) -> str:
    return f"file-{number}{_ending(kind)}"


def kind_of(name: str) -> str:
    """The media type that the ending of a name promises."""
    return ENDINGS.guess_type(name, strict=False)[0] or "application/octet-stream"


def described(part: Part, ending: str) -> str:
    """What the part says that it is, as a name: “Delivery report.txt”."""
    text = readable(first(part, "Content-Description"))
    return f"{text}.{ending}" if 0 < len(text) <= 60 else ""


def safe(name: str) -> str:
    """The last part of a path, without what could make it read otherwise than it is."""
    last = re.split(r"[/\\]", name.strip().rstrip("/\\"))[-1]
    last = DIRECTIONS.sub("", re.sub(r"[\t\r\n]+", " ", last)).strip().rstrip(" .\ufffd")
    if len(last) > LONGEST:
        stem, dot, ending = last.rpartition(".")
        last = f"{stem[: LONGEST - 20]}.{ending}" if dot and len(ending) < 20 else last[:LONGEST]
    return last or "file"


def _hinted(part: Part) -> str:
    if found := CONTENT_ID_OF_OUTLOOK.match(readable(first(part, "Content-ID")).strip("<> ")):
        return found[1]
    location = readable(first(part, "Content-Location")).rpartition("/")[2]
    described = readable(first(part, "Content-Description"))
    return next((each for each in (location, described) if FILE_LIKE.fullmatch(each)), "")


def _ending(kind: str) -> str:
    return OWN_ENDINGS.get(kind) or ENDINGS.guess_extension(kind, strict=False) or ""
