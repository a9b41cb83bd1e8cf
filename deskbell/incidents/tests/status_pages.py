"""What tests of the status page share: a folder that is rendered, and a reader who asks for it by ASGI."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deskbell.incidents.status_page.loop import Renderer
from deskbell.incidents.status_page.serving import StatusPage
from deskbell.lib import clock


@dataclass
class Answer:
    """What came back; header names in lower case."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(page: StatusPage, path: str, method: str = "GET", **headers: str) -> Answer:
    """One request; `accept_encoding="gzip"` is a header."""
    found = Answer()

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            found.status = message["status"]
            found.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            found.body += message["body"]

    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "path": path, "method": method, "headers": named}
    assert page.takes(path), path
    asyncio.run(page.answer(scope, send))
    return found


def rendered(root: Path) -> StatusPage:
    """The folder as the worker would leave it."""
    Renderer(root).render(clock.now())
    return StatusPage(root)
