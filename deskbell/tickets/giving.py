"""A file of a message as a browser gets it: downloaded, or shown where it is a picture by its bytes.

Whoever calls has asked first whether this person may see it.
"""

from __future__ import annotations

from django.http import FileResponse

from deskbell.lib import files
from deskbell.lib.errors import NotFound
from deskbell.tickets.models import Attachment


def given(file: Attachment, *, shown: bool = False) -> FileResponse:
    """Its bytes under its name, never opened as a page of the desk: whatever they are, they run nothing.

    With `shown` a picture opens in its place, as what its bytes are. Raises NotFound if the file store has
    lost it.
    """
    try:
        content = files.opened(file.sha256)
    except FileNotFoundError as lost:
        raise NotFound(f"{file.name} is missing from the desk’s file store.") from lost
    opens = shown and bool(file.picture)
    answer = FileResponse(content, as_attachment=not opens, filename=file.name)
    answer["Content-Type"] = file.picture if opens else "application/octet-stream"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
