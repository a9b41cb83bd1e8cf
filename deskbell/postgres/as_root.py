"""Under which user PostgreSQL runs: it refuses root, and a user whose name nobody knows.

Root's files stay root's, and no folder of root's is opened for others: PostgreSQL is started in a
user namespace in which root bears the number of some ordinary user. Outside of it nothing changes.
Where namespaces are forbidden (Docker's default profile) the cluster's own folder is handed to an
ordinary user, which works if that user may pass through the folders above it.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deskbell.postgres.errors import PostgresError

NEW_USER_NAMESPACE = 0x10000000  # CLONE_NEWUSER of Linux
HUMBLE_USERS = ("deskbell", "postgres", "nobody")

REFUSED = (
    "Deskbell can't start PostgreSQL as root here: run it as a normal user, or set DATABASE_URL."
)
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Account:
    """The user that owns the cluster's files; `enter` runs in the child before PostgreSQL does."""

    uid: int
    gid: int
    enter: Callable[[], None] | None = None


def account_for(cluster: Path, program: str) -> Account:
    """The least change under which `program` (the path of postgres) runs on this cluster's folder.

    Raises PostgresError if root can't start PostgreSQL here at all.
    """
    us = Account(os.geteuid(), os.getegid())
    if us.uid != 0 and _is_known(us.uid):
        return us
    handed_over = cluster.exists() and cluster.stat().st_uid != us.uid
    if not handed_over and namespaces_work(program):
        return Account(us.uid, us.gid, enter_namespace)
    humble = _humble_account() if us.uid == 0 else None
    if humble is None or not _runs(humble, program, cluster.parent):
        raise PostgresError(REFUSED)
    if cluster.exists():
        hand_over(cluster, humble)
    return humble


def may_own(uid: int) -> bool:
    """Could a cluster with this owner be one that this user started?"""
    if uid == os.geteuid():
        return True
    humble = _humble_account()
    return os.geteuid() == 0 and humble is not None and uid == humble.uid


def namespaces_work(program: str) -> bool:
    return _try([program, "--version"], enter_namespace)


def enter_namespace() -> None:
    """In the child: be an ordinary user in here, and still ourselves outside."""
    uid, gid, inside = os.geteuid(), os.getegid(), _an_ordinary_uid()
    if _libc.unshare(NEW_USER_NAMESPACE) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{inside} {uid} 1"),
        ("gid_map", f"{inside} {gid} 1"),
    ):
        Path("/proc/self", name).write_text(text)


def hand_over(folder: Path, account: Account) -> None:
    """Make the account the owner of our own folder and all in it; links are not followed."""
    if folder.stat().st_uid == account.uid:
        return
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(Path(parent, name), account.uid, account.gid, follow_symlinks=False)
    os.chown(folder, account.uid, account.gid)  # last, so that a hand-over cut short is repeated


def _humble_account() -> Account | None:
    for name in HUMBLE_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        uid, gid = entry.pw_uid, entry.pw_gid

        def become() -> None:
            os.setgroups([])
            os.setgid(gid)  # noqa: B023  (returned at once)
            os.setuid(uid)  # noqa: B023

        return Account(uid, gid, become)
    return None


def _runs(account: Account, program: str, folder: Path) -> bool:
    """May this account run PostgreSQL, and pass through the folders down to its data?"""

    def become_and_look() -> None:
        if account.enter:
            account.enter()
        folder.stat().st_mode  # noqa: B018
        if not os.access(folder, os.X_OK):
            raise PermissionError(folder)

    return _try([program, "--version"], become_and_look)


def _try(command: list[str], prepare: Callable[[], None]) -> bool:
    try:
        done = subprocess.run(command, preexec_fn=prepare, capture_output=True, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _is_known(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _an_ordinary_uid() -> int:
    """One that has a name, for initdb insists on it."""
    names = [entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid not in (0, 65534)]
    return names[0] if names else 65534
