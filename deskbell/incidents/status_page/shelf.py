"""The rendered files in memory, each with its headers ready, and looked at again when they have changed."""

from __future__ import annotations

import gzip
import hashlib
import re
import time
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from markupsafe import escape

from deskbell.incidents.status_page import words
from deskbell.incidents.status_page.folder import COMPRESSED
from deskbell.look import dates

LOOK_AGAIN = 0.1  # seconds for which a file is taken to be as it was
STALE_AFTER = 150.0  # seconds without a heartbeat: ten looks of the worker that did not come
MOST = 1000  # files in memory
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".atom": "application/atom+xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
}
FOR_EVERY_SITE = frozenset({".json", ".svg", ".atom", ".rss", ".ics"})
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PUBLIC = "public, max-age=5, stale-while-revalidate=30, stale-if-error=86400"
PRIVATE = "private, no-cache"
FOR_EVER = "public, max-age=31536000, immutable"
STALE_MARK = re.compile(rb"<!--stale ([\w/+-]+)-->")


@dataclass(frozen=True)
class Head:
    """Headers as the two ways of serving want them: ASGI in bytes, RSGI as text."""

    raw: list[tuple[bytes, bytes]]
    text: list[tuple[str, str]]

    @classmethod
    def of(cls, headers: dict[str, str]) -> Head:
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        return cls(raw, list(headers.items()))


@dataclass(frozen=True)
class Variant:
    """What goes out: a body and its head, and that of a 304."""

    etag: str
    body: bytes
    head: Head
    head_304: Head


@dataclass
class Book:
    """A file with its variants: as it is and compressed, fresh and marked as stale."""

    place: Path
    sign: tuple[int, int, int]
    fresh: tuple[Variant, Variant]  # as it is, compressed
    looked_at: float
    stale: dict[float, tuple[Variant, Variant]] = field(default_factory=dict)

    def variant(self, compressed: bool, stale_since: float | None) -> Variant:
        if stale_since is None or self.place.suffix != ".html":
            return self.fresh[compressed]
        if stale_since not in self.stale:
            body = _marked(self.fresh[0].body, stale_since)
            self.stale = {stale_since: _variants(self.place, body, None, self.sign[0], "-old")}
        return self.stale[stale_since][compressed]


class Shelf:
    """The files below `root`. Nothing but this folder is asked."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._books: dict[str, Book] = {}
        self._heartbeat: tuple[float, float | None] = (-1.0, None)

    def find(self, path: str) -> Book | None:
        """The file at this path below the root, which must be one that was checked; None if there is none."""
        now = time.monotonic()
        book = self._books.get(path)
        if book is not None and now - book.looked_at < LOOK_AGAIN:
            return book
        place = self.root / path
        try:
            facts = place.stat()
            sign = (facts.st_mtime_ns, facts.st_size, facts.st_ino)
            if book is None or book.sign != sign:
                book = Book(place, sign, _variants(place, place.read_bytes(), place, sign[0]), now)
                self._keep(path, book)
        except (OSError, ValueError):
            self._books.pop(path, None)
            return None
        book.looked_at = now
        return book

    def stale_since(self) -> float | None:
        """The instant (seconds since 1970) of the last heartbeat, if that is too long ago; else None."""
        now = time.monotonic()
        if now - self._heartbeat[0] > 1.0 or self._heartbeat[0] < 0:
            try:
                beat = (self.root / "heartbeat.json").stat().st_mtime
                since = beat if time.time() - beat > STALE_AFTER else None
            except OSError:
                since = None
            self._heartbeat = (now, since)
        return self._heartbeat[1]

    def _keep(self, path: str, book: Book) -> None:
        self._books.pop(path, None)
        while len(self._books) >= MOST:
            self._books.pop(next(iter(self._books)))
        self._books[path] = book


def _variants(
    place: Path, body: bytes, beside: Path | None, mtime_ns: int, more: str = ""
) -> tuple[Variant, Variant]:
    """As it is, and compressed: from the twin beside it, if that is of these very bytes."""
    digest = hashlib.sha256(body).hexdigest()[:24]
    plain = _variant(place, body, f'"{digest}{more}"', mtime_ns, "")
    if place.suffix not in COMPRESSED:
        return plain, plain
    packed = (_twin(beside, body) if beside else b"") or gzip.compress(body, 6, mtime=0)
    return plain, _variant(place, packed, f'"{digest}{more}-gz"', mtime_ns, "gzip")


def _twin(place: Path, body: bytes) -> bytes:
    """What was compressed ahead. A reader may come between its writing and that of the file itself."""
    try:
        packed = place.with_name(f"{place.name}.gz").read_bytes()
    except OSError:
        return b""
    told = int.from_bytes(packed[-8:-4], "little"), int.from_bytes(packed[-4:], "little")
    return packed if told == (zlib.crc32(body), len(body) & 0xFFFFFFFF) else b""


def _variant(place: Path, body: bytes, etag: str, mtime_ns: int, encoding: str) -> Variant:
    kind, is_private = place.suffix, "private" in place.parts
    made = datetime.fromtimestamp(mtime_ns / 1e9, UTC)
    kept = {
        "etag": etag,
        "cache-control": _caching(place, is_private),
        "last-modified": format_datetime(made, usegmt=True),
        "vary": "accept-encoding",
    }
    headers = {
        **kept,
        "content-type": TYPES.get(kind, "application/octet-stream"),
        "content-length": str(len(body)),
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer" if is_private else "same-origin",
        "content-security-policy": POLICY,
        "x-frame-options": "DENY",
    }
    if encoding:
        headers["content-encoding"] = encoding
    if is_private:
        headers["x-robots-tag"] = "noindex"
    elif kind in FOR_EVERY_SITE:
        kept["access-control-allow-origin"] = headers["access-control-allow-origin"] = "*"
    return Variant(etag, body, Head.of(headers), Head.of(kept))


def _caching(place: Path, is_private: bool) -> str:
    if is_private:
        return PRIVATE
    if place.parent.name == "assets":
        return FOR_EVER
    return "no-store" if place.name == "heartbeat.json" else PUBLIC


def _marked(page: bytes, since: float) -> bytes:
    """The page with the sentence that it is old, where it has left room for that."""
    found = STALE_MARK.search(page)
    if found is None:
        return page
    language = "es" if b'<html lang="es"' in page[:200] else "en"
    t, instant = words.speaker(language), datetime.fromtimestamp(since, UTC)
    said = dates.moment(instant, found[1].decode(), language)
    note = (
        f'<p class="stale" role="status">{escape(t("This page has not been renewed since"))} '
        f'<time datetime="{instant.isoformat()}" data-form="moment">{escape(said)}</time>. '
        f"{escape(t('What it says may be out of date.'))}</p>"
    )
    return page[: found.start()] + note.encode() + page[found.end() :]
