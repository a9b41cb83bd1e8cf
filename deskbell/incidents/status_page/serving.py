"""`/status`: the rendered files as a raw ASGI app. It asks no database, so it answers while that is away."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from django.urls import Resolver404, resolve

from deskbell.incidents.status_page.shelf import TYPES, Book, Headers, Shelf, Variant
from deskbell.lib.ids import digest
from deskbell.realtime.stream import Scope, Send

# Each part of a path begins with a letter or a digit: nothing climbs out, nothing hidden is found.
PATH = re.compile(
    r"/status(?:/d/(?P<token>[A-Za-z0-9_-]{20,64}))?(?P<rest>(?:/[a-z0-9][a-z0-9._-]*)*)/?"
)
BARE = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
TEXT = (b"content-type", b"text/html; charset=utf-8")
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


class StatusPage:
    """Answers for the folder `root`."""

    def __init__(self, root: Path) -> None:
        self.shelf = Shelf(root)

    def takes(self, scope: Scope) -> bool:
        """Is it a rendered page's address? Some below `/status` are Django's: who subscribes, say."""
        path = str(scope["path"])
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
        path, method = str(scope["path"]), scope["method"]
        if method not in {"GET", "HEAD"}:
            await _send(send, 405, [(b"allow", b"GET, HEAD"), *BARE], b"")
            return
        book = self._book(path)
        if book is None:
            await self._nothing(path, method, send)
            return
        asked = _asked(scope)
        variant = book.variant(
            b"gzip" in asked.get(b"accept-encoding", b""), self.shelf.stale_since()
        )
        if _has_it(asked.get(b"if-none-match", b""), variant):
            await _send(send, 304, variant.headers_304, b"")
        else:
            await _send(send, 200, variant.headers, b"" if method == "HEAD" else variant.body)

    def _book(self, path: str) -> Book | None:
        for name in _names(path):
            book = self.shelf.find(name)
            if book is not None:
                return book
        return None

    async def _nothing(self, path: str, method: str, send: Send) -> None:
        """404, kindly; 503 while the very first page is not there yet."""
        if self.shelf.find("index.html") is None and path.rstrip("/") in {"/status", "/status/es"}:
            headers = [TEXT, (b"retry-after", b"3"), *BARE]
            await _send(send, 503, headers, NOT_YET.encode())
            return
        own = "es/404.html" if path.startswith("/status/es/") else "404.html"
        book = self.shelf.find(own)
        body = book.fresh[0].body if book else NOTHING.encode()
        await _send(send, 404, [TEXT, *BARE], b"" if method == "HEAD" else body)


def _names(path: str) -> list[str]:
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


def _asked(scope: Scope) -> Mapping[bytes, bytes]:
    return dict(scope["headers"])


def _has_it(known: bytes, variant: Variant) -> bool:
    """Does the browser name this version among those that it has?"""
    if not known:
        return False
    names = {each.strip().removeprefix(b"W/") for each in known.split(b",")}
    return variant.etag in names or b"*" in names


async def _send(send: Send, status: int, headers: Headers, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
