"""The data folder: whose it is, whether we can write to it, and of which PostgreSQL it is."""

from __future__ import annotations

import os
import pwd
import shutil
from pathlib import Path

from deskbell.postgres import as_root
from deskbell.postgres.errors import PostgresError


def prepare(data: Path) -> None:
    """Create the data folder and its log folder; PostgresError if it isn't ours or not writable.

    Root may not go first in the folder of somebody else: that user could then never come in again.
    """
    nearest = next(folder for folder in (data, *data.parents) if folder.exists())
    owner = nearest.stat().st_uid
    if os.geteuid() == 0 and owner != 0:
        raise PostgresError(belongs(nearest, owner))
    try:
        (data / "log").mkdir(parents=True, exist_ok=True)
        with (data / "postgres.lock").open("a"):
            pass
    except OSError as error:
        raise PostgresError(unwritable(data, error)) from error


def refuse_what_is_not_ours(data: Path, cluster: Path, major: int) -> None:
    """PostgresError for a cluster of another user, or one that another major version has written."""
    if not cluster.exists():
        others = sorted(folder.name[2:] for folder in data.glob("pg[0-9]*") if is_cluster(folder))
        if others:
            raise PostgresError(of_another_major(data, others[-1], major))
        return
    owner = cluster.stat().st_uid
    if not as_root.may_own(owner):
        raise PostgresError(belongs(cluster, owner))
    if is_cluster(cluster):
        written = (cluster / "PG_VERSION").read_text().strip()
        if written != str(major):
            raise PostgresError(of_another_major(cluster, written, major))
    elif any(cluster.iterdir()):
        raise PostgresError(
            f"The folder {cluster} holds something that isn't a PostgreSQL database: "
            "move it elsewhere, and start again."
        )


def is_cluster(folder: Path) -> bool:
    return (folder / "PG_VERSION").is_file()


def owner_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def belongs(folder: Path, owner: int) -> str:
    us = owner_name(os.geteuid())
    them = owner_name(owner)
    return (
        f"The folder {folder} belongs to {them}, and you are {us}: run Deskbell as {them}, "
        f"or choose another data folder with DESKBELL_DATA."
    )


def unwritable(data: Path, error: OSError) -> str:
    return (
        f"Deskbell can't write to its data folder {data} ({error.strerror}): make it writable for "
        f"{owner_name(os.geteuid())}, or choose another with DESKBELL_DATA."
    )


def of_another_major(folder: Path, written: str, major: int) -> str:
    return (
        f"The data in {folder} is of PostgreSQL {written}, and this is PostgreSQL {major}: set "
        f"DESKBELL_PG_BIN to the programs of PostgreSQL {written}, or restore a backup into a new "
        "data folder."
    )


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
