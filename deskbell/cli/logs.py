"""The logs of the desk's parts: one file each, never more than two of a few megabytes."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

LARGEST = 4 * 1024 * 1024


class Log:
    """The file into which one part writes all that it prints."""

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / f"{name}.log"
        folder.mkdir(parents=True, exist_ok=True)

    def take_output(self) -> None:
        """Send this process's stdout and stderr into the file. For a child, after the fork."""
        file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((nothing, 0), (file, 1), (file, 2)):
            os.dup2(source, target)
        os.close(file)
        os.close(nothing)

    def bound(self) -> None:
        """Move the contents to `<name>.log.1` when they have grown large. The writers append, so
        they go on at the beginning."""
        if self.path.exists() and self.path.stat().st_size > LARGEST:
            shutil.copyfile(self.path, self.path.with_suffix(".log.1"))
            os.truncate(self.path, 0)
