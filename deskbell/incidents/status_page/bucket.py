"""The public pages in a bucket of S3, or of what speaks its protocol, under the names of their addresses:
`status`, `status/es/history`, `status/api/v2/summary.json`. So a bucket that is served as a site answers as
the desk does."""

from __future__ import annotations

from pathlib import PurePosixPath

from deskbell.incidents.status_page.shelf import FOR_EVER, TYPES
from deskbell.lib import s3

WITHIN = 20.0  # seconds for one object
CACHED = "public, max-age=5"


class Bucket:
    """Takes files by their paths, as `Folder` does."""

    def __init__(self, name: str) -> None:
        self.name = name

    def write(self, path: str, content: bytes) -> None:
        """Store the file. Raises s3.Failed."""
        headers = {
            "Content-Type": TYPES.get(PurePosixPath(path).suffix, "application/octet-stream"),
            "Cache-Control": FOR_EVER if path.startswith("assets/") else CACHED,
        }
        s3.put(s3.access(), self.name, name_of(path), content, headers=headers, within=WITHIN)

    def remove(self, path: str) -> None:
        """Remove the file. Raises s3.Failed."""
        s3.delete(s3.access(), self.name, name_of(path), within=WITHIN)


def name_of(path: str) -> str:
    """The address of a file without the slash at its start: "es/index.html" is `status/es`."""
    named = path.removesuffix(".html")
    return f"status/{'' if named == 'index' else named.removesuffix('/index')}".rstrip("/")
