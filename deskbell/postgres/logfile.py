"""PostgreSQL's log: one file and the one before it, so that it never fills the disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

LARGEST = 20_000_000  # bytes


@contextmanager
def appending(path: Path) -> Iterator[IO[bytes]]:
    """Open it for the server, which writes to its end. What it says is for its owner alone."""
    trim(path)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with open(descriptor, "ab") as log:  # noqa: PTH123  (a descriptor, not a path)
        yield log


def trim(path: Path) -> None:
    """Put a large log aside as `postgres.log.1`. The server keeps writing to the same, emptied file."""
    if path.exists() and path.stat().st_size > LARGEST:
        shutil.copy2(path, path.with_name(f"{path.name}.1"))
        os.truncate(path, 0)
