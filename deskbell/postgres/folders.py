"""The data folder: whose it is, whether we can write to it, and of which PostgreSQL it is."""

from __future__ import annotations

import errno
import os
import pwd
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deskbell.postgres import as_root
from deskbell.postgres.errors import PostgresError


def prepare(data: Path, cluster: Path, major: int) -> None:
    """Create the data folder and its log folder, once nothing in it forbids us to go on.

    PostgresError if it is somebody else's, not writable, or of another major version.
    """
    with faults_told(data):
        _refuse_as_root_what_is_not_roots(data)
        _refuse_another_cluster(data, cluster, major)
        (data / "log").mkdir(mode=0o700, parents=True, exist_ok=True)


@contextmanager
def faults_told(data: Path) -> Iterator[None]:
    """Turn a failure to write or read below the data folder into a sentence for a person."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise PostgresError(disk_full(data)) from error
        nearest = _nearest(data)
        if isinstance(error, PermissionError) and nearest.stat().st_uid != os.geteuid():
            raise PostgresError(_belongs(nearest)) from error
        raise PostgresError(
            f"Deskbell can't write to its data folder {data} ({error.strerror}): make it a folder "
            f"that {_name(os.geteuid())} may write to, or choose another with DESKBELL_DATA."
        ) from error


def is_cluster(folder: Path) -> bool:
    return (folder / "PG_VERSION").is_file()


def disk_full(data: Path) -> str:
    return f"The disk that holds {data} is full: free some space, and start again."


def discard(folder: Path) -> None:
    """Remove a folder that was never finished."""
    if folder.exists():
        shutil.rmtree(folder)


def sync(folder: Path) -> None:
    """Make the names in this folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refuse_as_root_what_is_not_roots(data: Path) -> None:
    """Root may not go first in somebody else's folder: that user could never come in again."""
    nearest = _nearest(data)
    if os.geteuid() == 0 != nearest.stat().st_uid:
        raise PostgresError(_belongs(nearest))


def _refuse_another_cluster(data: Path, cluster: Path, major: int) -> None:
    if not cluster.exists():
        others = sorted(
            folder.name[2:] for folder in data.glob("pg[0-9][0-9]") if is_cluster(folder)
        )
        if others:
            raise PostgresError(_of_another_major(data, others[-1], major))
        return
    if not as_root.may_own(cluster.stat().st_uid):
        raise PostgresError(_belongs(cluster))
    if is_cluster(cluster):
        written = (cluster / "PG_VERSION").read_text().strip()
        if written != str(major):
            raise PostgresError(_of_another_major(cluster, written, major))
    elif any(cluster.iterdir()):
        raise PostgresError(
            f"The folder {cluster} holds something that isn't a PostgreSQL database: "
            "move it elsewhere, and start again."
        )


def _nearest(data: Path) -> Path:
    """The data folder, or the closest folder above it that exists."""
    return next(folder for folder in (data, *data.parents) if os.path.exists(folder))  # noqa: PTH110


def _belongs(folder: Path) -> str:
    them = _name(folder.stat().st_uid)
    return (
        f"The folder {folder} belongs to {them}, and you are {_name(os.geteuid())}: run Deskbell "
        f"as {them}, or choose another data folder with DESKBELL_DATA."
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _of_another_major(folder: Path, written: str, major: int) -> str:
    return (
        f"The data in {folder} is of PostgreSQL {written}, and this is PostgreSQL {major}: set "
        f"DESKBELL_PG_BIN to the programs of PostgreSQL {written}, or restore a backup into a new "
        "data folder."
    )
