"""The file store: each file lies under the digest of its bytes, so the same file is kept once.

A file is written before the row that names it is committed: after a crash there may be a file that
nobody names, never a row whose file is missing.
"""

from __future__ import annotations

import hashlib
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


def keep(content: bytes) -> str:
    """Store the bytes and return their SHA-256, 64 hexadecimal digits. Raises OSError."""
    sha256 = hashlib.sha256(content).hexdigest()
    name = _name(sha256)
    if default_storage.exists(name) and default_storage.size(name) == len(content):
        return sha256
    default_storage.delete(name)  # a crash may have left half of it
    written = default_storage.save(name, ContentFile(content))
    if written != name:  # another process was quicker by a moment, with the same bytes
        default_storage.delete(written)
    return sha256


def opened(sha256: str) -> IO[bytes]:
    """The file with this digest, open for reading. Raises FileNotFoundError."""
    return default_storage.open(_name(sha256), "rb")


def dropped(sha256: str) -> bytes | None:
    """Remove the file with this digest, and return what was in it; None if there is none."""
    try:
        with opened(sha256) as file:
            content = file.read()
    except FileNotFoundError:
        return None
    default_storage.delete(_name(sha256))
    return content


def _name(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"
