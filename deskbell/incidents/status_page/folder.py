"""The folder of rendered files: each is replaced as a whole, so that no reader ever sees half of one."""

from __future__ import annotations

import gzip
import os
import tempfile
from collections.abc import Collection
from pathlib import Path

COMPRESSED = frozenset({".html", ".css", ".js", ".svg", ".json", ".atom", ".rss", ".ics"})
SMALLEST = 512  # bytes; less gains nothing by compressing
LISTS = ".copied-"  # begins the names of lists that `copying` keeps
KEPT_ASSETS = "assets/"  # pages in a browser's cache go on asking for old ones


class Folder:
    """Files below `root`, by paths like `es/index.html`. Each write is atomic, the compressed one first."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, path: str, content: bytes) -> None:
        """Replace the file, and its compressed twin. Raises OSError."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        twin = place.with_name(f"{place.name}.gz")
        if place.suffix in COMPRESSED and len(content) >= SMALLEST:
            _replace(twin, gzip.compress(content, 9, mtime=0))
        else:
            twin.unlink(missing_ok=True)
        _replace(place, content)

    def remove(self, path: str) -> None:
        """Remove the file and its twin, if they are there. Raises OSError."""
        place = self.root / path
        place.unlink(missing_ok=True)
        place.with_name(f"{place.name}.gz").unlink(missing_ok=True)

    def files(self) -> list[Path]:
        """All that are there, without twins."""
        return [each for each in self.root.rglob("*") if each.is_file() and each.suffix != ".gz"]

    def keep_only(self, paths: Collection[str]) -> list[str]:
        """Remove all others, but for assets. Returns what was removed."""
        gone = []
        for place in sorted(self.root.rglob("*"), reverse=True):
            path = place.relative_to(self.root).as_posix()
            if place.is_dir():
                if not any(place.iterdir()):
                    place.rmdir()
            elif path.removesuffix(".gz") not in paths and not path.startswith(
                (KEPT_ASSETS, LISTS)
            ):
                place.unlink()
                gone.append(path)
        return gone


def _replace(place: Path, content: bytes) -> None:
    """Written beside it and renamed: a crash leaves the old file, or the new one."""
    number, name = tempfile.mkstemp(prefix=".new-", dir=place.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
