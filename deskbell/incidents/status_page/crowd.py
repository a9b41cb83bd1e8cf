"""The status page on a port of its own, in a process that does nothing else: for the day on which all look.

It speaks granian's RSGI, which hands over an answer in one call. The desk's own port can't: its bodies and
streams need what ASGI says about a sender who is cut off and a reader who is slow.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from deskbell.incidents.status_page.serving import StatusPage


class Crowd:
    """Answers for the folder `root`; who subscribes, say, is sent on to the desk."""

    def __init__(self, root: Path, desk_url: str) -> None:
        self._page, self._desk_url = StatusPage(root), desk_url

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        path = scope.path
        if self._page.takes(path):
            asked = scope.headers.get
            status, head, body = self._page.reply(
                scope.method,
                path,
                encodings=asked("accept-encoding", ""),
                known=asked("if-none-match", ""),
            )
            protocol.response_bytes(status, head.text, body)
        elif path.startswith("/status/"):
            query = f"?{scope.query_string}" if scope.query_string else ""
            protocol.response_empty(307, [("location", f"{self._desk_url}{quote(path)}{query}")])
        else:
            protocol.response_empty(307, [("location", "/status")])
