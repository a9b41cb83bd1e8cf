"""Reading RSS 2.0, RSS 1.0 and Atom, by a parser that knows no entities and no document types.

The key of an entry is its guid or id: the same one with another text is an update.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from deskbell.lib import clock
from deskbell.monitoring.vendors.normal import (
    Reading,
    Trouble,
    Unreadable,
    Update,
    as_address,
    as_instant,
    as_text,
)

SHOWN = timedelta(days=14)
MOST = 100  # entries
ROOTS = {"rss", "RDF", "feed"}


def read(content: bytes) -> Reading:
    """What a feed says. Raises Unreadable."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise Unreadable(
            "It declares a document type or entities; feeds with those aren't read."
        ) from None
    except (ParseError, ValueError, LookupError) as error:
        raise Unreadable(f"It is no XML: {error}.") from None
    if _name(root) not in ROOTS:
        raise Unreadable(f"It is neither RSS nor Atom but “{_name(root)[:50]}”.")
    since = clock.now() - SHOWN
    entries = [each for each in _entries(root) if each.updates[0].at > since]
    return Reading((), tuple(entries[:MOST]), complete=False)


def _entries(root: Element) -> Iterator[Trouble]:
    for each in root.iter():
        if _name(each) in {"item", "entry"}:
            trouble = _trouble(each)
            if trouble:
                yield trouble


def _trouble(entry: Element) -> Trouble | None:
    link = _link(entry)
    key, title = _first(entry, "guid", "id") or link, _first(entry, "title")
    if not key or not title:
        return None
    at = _when(entry, "updated", "pubDate", "date", "published") or clock.now()
    text = as_text(_first(entry, "content", "encoded", "description", "summary"))
    return Trouble(
        key=key[:300],
        title=as_text(title, 500),
        started=_when(entry, "published", "pubDate", "date", "updated") or at,
        ended=None,
        address=as_address(link),
        updates=(Update(at, "", text),),
    )


def _first(entry: Element, *names: str) -> str:
    """The text of the first child that has one of the names, in the order of the names."""
    for name in names:
        for child in entry:
            if _name(child) == name and (text := "".join(child.itertext()).strip()):
                return text
    return ""


def _link(entry: Element) -> str:
    """RSS has it as text, Atom as an attribute."""
    for child in entry:
        if _name(child) == "link" and child.get("rel", "alternate") == "alternate":
            return (child.get("href") or child.text or "").strip()
    return ""


def _when(entry: Element, *names: str) -> datetime | None:
    for name in names:
        text = _first(entry, name)
        if found := as_instant(text) or _mail_date(text):
            return found
    return None


def _mail_date(text: str) -> datetime | None:
    """RSS writes times as mails do: “Tue, 24 Nov 2026 14:00:00 PST”."""
    try:
        found = parsedate_to_datetime(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def _name(element: Element) -> str:
    """Without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
