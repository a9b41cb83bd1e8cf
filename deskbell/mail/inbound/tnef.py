"""Outlook's `winmail.dat` (TNEF), opened by `tnefparse`: its files become attachments, its body is read."""

from __future__ import annotations

import logging
import re
import struct
from dataclasses import dataclass, field
from typing import Any

from tnefparse import TNEF  # type: ignore[import-untyped]

from deskbell.mail.inbound.charsets import decoded

KINDS = {"application/ms-tnef", "application/vnd.ms-tnef"}
SIGNATURE = struct.pack("<I", 0x223E9F78)
LENGTH_AT, AROUND = 5, 11  # of an object: where its length stands, and what surrounds its data
MOST_WORK = 2_000_000_000  # bytes copied: the library copies the rest for each object
CONTENT_ID = 0x3712
logging.getLogger("tnefparse").setLevel(logging.CRITICAL)  # it logs what strangers wrote


@dataclass
class Unpacked:
    """What a winmail.dat held; `files` are (name, content id, content)."""

    text: str = ""
    html: str = ""
    files: list[tuple[str, str, bytes]] = field(default_factory=list)


def is_tnef(kind: str, name: str, content: bytes) -> bool:
    return content.startswith(SIGNATURE) and (kind in KINDS or name.lower().endswith(".dat"))


def unpacked(content: bytes) -> Unpacked | None:
    """What is inside, or None if it can't be opened; then the file itself is kept."""
    if _objects(content) * len(content) > MOST_WORK:
        return None
    try:
        found = _contents(TNEF(content, do_checksum=False))
        return found if found.text or found.html or found.files else None
    except Exception:  # noqa: BLE001 - the library raises whatever a broken file provokes
        return None


def _objects(content: bytes) -> int:
    count, at = 0, 6
    while at + AROUND < len(content):
        at += struct.unpack_from("<I", content, at + LENGTH_AT)[0] + AROUND
        count += 1
    return count


def _contents(opened: Any) -> Unpacked:
    found = Unpacked(text=_text(opened.body), html=_text(opened.htmlbody))
    if not (found.text or found.html) and opened.rtfbody:
        found.files.append(("message.rtf", "", bytes(opened.rtfbody)))
    for each in opened.attachments:
        inside = getattr(each, "embed", None)
        if inside is not None and not each.data:
            deeper = _contents(inside)
            found.text = "\n\n".join(filter(None, (found.text, deeper.text)))
            found.files += deeper.files
        else:
            content_id = next((_text(a.data) for a in each.mapi_attrs if a.name == CONTENT_ID), "")
            found.files.append((_text(each.long_filename()), content_id, bytes(each.data)))
    return found


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        value = value[0] if value else ""
    if isinstance(value, bytes):
        charset = re.search(rb"charset=[\"']?([\w-]{1,40})", value[:2000])
        value = decoded(value, charset[1].decode() if charset else "")[0]
    return value.replace("\0", "") if isinstance(value, str) else ""
