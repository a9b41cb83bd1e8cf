"""PostgreSQL's log: one file and the one before it, so that it never fills the disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

LARGEST = 20_000_000  # bytes


@contextmanager
def appending(path: Path) -> Iterator[IO[bytes]]:
    """Open it for the server, which writes to its end; a large one is put aside first."""
    if path.exists() and path.stat().st_size > LARGEST:
        path.replace(path.with_name(f"{path.name}.1"))
    with path.open("ab") as log:
        yield log
