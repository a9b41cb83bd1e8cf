"""A file of a message as a browser gets it: downloaded, or shown where its bytes can't do anything.

Whoever calls has asked first whether this person may see it.
"""

from __future__ import annotations

from codecs import getincrementaldecoder
from typing import IO

from django.http import FileResponse

from deskbell.lib import files
from deskbell.lib.errors import NotFound
from deskbell.tickets.models import Attachment

LOOKED_AT = 64 * 1024  # bytes
PDF = "application/pdf"
SHUT_IN = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}


def given(file: Attachment, *, shown: bool = False) -> FileResponse:
    """Its bytes under its name, never opened as a page of the desk: whatever they are, they run nothing.

    With `shown` a picture opens in its place, as what its bytes are. Raises NotFound if the file store has
    lost it.
    """
    return _answer(file, _content(file), file.picture if shown else "")


def opened(file: Attachment) -> FileResponse:
    """Shown by the browser as well if it is a PDF or plain text by its bytes. Raises NotFound, likewise."""
    content = _content(file)
    head = content.read(LOOKED_AT)
    content.seek(0)
    answer = _answer(file, content, file.picture or _readable_type(head))
    if answer["Content-Type"] == PDF:  # browsers show none in a sandbox; their viewer is one itself
        answer["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return answer


def _content(file: Attachment) -> IO[bytes]:
    try:
        return files.opened(file.sha256)
    except FileNotFoundError as lost:
        raise NotFound(f"{file.name} is missing from the desk’s file store.") from lost


def _answer(file: Attachment, content: IO[bytes], shown_as: str) -> FileResponse:
    answer = FileResponse(content, as_attachment=not shown_as, filename=file.name)
    answer["Content-Type"] = shown_as or "application/octet-stream"
    for name, value in SHUT_IN.items():
        answer[name] = value
    return answer


def _readable_type(head: bytes) -> str:
    """As what a browser may show it, by how it begins; empty: not at all."""
    if head.startswith(b"%PDF-"):
        return PDF
    if b"\0" in head:
        return ""
    try:
        getincrementaldecoder("utf-8")().decode(head)  # a character may be cut in two at the end
    except UnicodeDecodeError:
        return ""
    return "text/plain; charset=utf-8"
