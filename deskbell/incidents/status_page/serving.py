"""`/status`: the rendered files, as a raw ASGI app or by `crowd.py`. Neither asks the database, so they
answer while that is away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from django.urls import Resolver404, resolve

from deskbell.incidents.status_page.shelf import TYPES, Book, Head, Shelf, Variant
from deskbell.lib.ids import digest
from deskbell.realtime.stream import Scope, Send

# Each part of a path begins with a letter or a digit: nothing climbs out, nothing hidden is found.
PATH = re.compile(
    r"/status(?:/d/(?P<token>[A-Za-z0-9_-]{20,64}))?(?P<rest>(?:/[a-z0-9][a-z0-9._-]*)*)/?"
)
BARE = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
TEXT = {"content-type": "text/html; charset=utf-8"}
NOT_THAT_WAY = Head.of({"allow": "GET, HEAD", **BARE})
SOON = Head.of({**TEXT, "retry-after": "3", **BARE})
LOST = Head.of({**TEXT, **BARE})
NOT_YET = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Status</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta http-equiv="refresh" content="3"></head><body><h1>This page is being made</h1>'
    "<p>It is there in a moment.</p>"
    '<p lang="es">Esta página se está preparando. Estará lista en un momento.</p></body></html>'
)
NOTHING = (
    NOT_YET.replace('<meta http-equiv="refresh" content="3">', "")
    .replace(
        "<h1>This page is being made</h1><p>It is there in a moment.</p>",
        '<h1>Nothing at this address</h1><p><a href="/status">To the status page</a></p>',
    )
    .replace(
        "Esta página se está preparando. Estará lista en un momento.",
        'No hay nada en esta dirección. <a href="/status/es">Ir a la página de estado</a>',
    )
)


Reply = tuple[int, Head, bytes]


class StatusPage:
    """Answers for the folder `root`."""

    def __init__(self, root: Path) -> None:
        self.shelf = Shelf(root)

    def takes(self, path: str) -> bool:
        """Is it a rendered page's address? Some below `/status` are Django's: who subscribes, say."""
        if path != "/status" and not path.startswith("/status/"):
            return False
        if self._book(path) is not None:
            return True
        try:
            resolve(path)
        except Resolver404:
            return True
        return False

    async def answer(self, scope: Scope, send: Send) -> None:
        """Send the file, or that there is none. Never raises for anything that a stranger asks."""
        asked = dict(scope["headers"])
        status, head, body = self.reply(
            scope["method"],
            scope["path"],
            encodings=asked.get(b"accept-encoding", b"").decode("latin-1"),
            known=asked.get(b"if-none-match", b"").decode("latin-1"),
        )
        await send({"type": "http.response.start", "status": status, "headers": head.raw})
        await send({"type": "http.response.body", "body": body})

    def reply(self, method: str, path: str, *, encodings: str, known: str) -> Reply:
        """Status, head and body, by the headers Accept-Encoding and If-None-Match."""
        if method not in {"GET", "HEAD"}:
            return 405, NOT_THAT_WAY, b""
        book = self._book(path)
        if book is None:
            return self._nothing(path, method)
        variant = book.variant("gzip" in encodings, self.shelf.stale_since())
        if known and _has_it(known, variant):
            return 304, variant.head_304, b""
        return 200, variant.head, b"" if method == "HEAD" else variant.body

    def _book(self, path: str) -> Book | None:
        for name in _names(path):
            book = self.shelf.find(name)
            if book is not None:
                return book
        return None

    def _nothing(self, path: str, method: str) -> Reply:
        """404, kindly; 503 while the very first page is not there yet."""
        if self.shelf.find("index.html") is None and path.rstrip("/") in {"/status", "/status/es"}:
            return 503, SOON, b"" if method == "HEAD" else NOT_YET.encode()
        own = "es/404.html" if path.startswith("/status/es/") else "404.html"
        book = self.shelf.find(own)
        body = book.fresh[0].body if book else NOTHING.encode()
        return 404, LOST, b"" if method == "HEAD" else body


@lru_cache(maxsize=4096)  # a crowd asks for few addresses, and each very often
def _names(path: str) -> Sequence[str]:
    """The files that may lie behind an address."""
    found = PATH.fullmatch(path)
    if found is None:
        return []
    folder = f"private/{digest(found['token'])}/" if found["token"] else ""
    rest = found["rest"].strip("/")
    if rest.startswith("private") or rest.endswith("404"):
        return []
    if "." in rest.rpartition("/")[2]:
        return [f"{folder}{rest}"] if rest.endswith(tuple(TYPES)) else []
    inside = f"{folder}{rest}/index.html" if rest else f"{folder}index.html"
    return [f"{folder}{rest}.html", inside] if rest else [inside]


def _has_it(known: str, variant: Variant) -> bool:
    """Does the browser name this version among those that it has?"""
    names = {each.strip().removeprefix("W/") for each in known.split(",")}
    return variant.etag in names or "*" in names
