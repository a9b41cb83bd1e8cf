"""The private folder of PostgreSQL's Unix socket: short, 0700, and the same for each process."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from deskbell.postgres.configuration import PORT
from deskbell.postgres.errors import PostgresError

NAME = f".s.PGSQL.{PORT}"
LONGEST = 107  # bytes in sockaddr_un, without its closing zero
UNSPEAKABLE = ',"\n'  # commas split a host and the setting, which double quotes would quote
# Not TMPDIR, which may differ between the server and a command that wants to reach it.
TEMPORARY = Path("/tmp")  # noqa: S108  (the folder made in it is ours alone, and checked)


def folder_for(data: Path) -> Path:
    """`data/run`, or a folder in /tmp named by user and data folder where that can't be used."""
    plain = data / "run"
    if len(os.fsencode(plain / NAME)) <= LONGEST and not set(UNSPEAKABLE) & set(str(plain)):
        return plain
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    return TEMPORARY / f"deskbell-{os.geteuid()}-{digest}"


def make_private(folder: Path, *, owner: int) -> None:
    """Create it as 0700 of this owner (a uid), or make sure that it is; PostgresError if not.

    Whoever gets into this folder is a superuser of the database, so a folder prepared by somebody
    else, or a link, is refused.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() != owner:
        os.chown(folder, owner, -1)
        found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
        raise PostgresError(
            f"The folder {folder} isn't Deskbell's own: remove it, and start again."
        )
    if stat.S_IMODE(found.st_mode) != 0o700:
        folder.chmod(0o700)
