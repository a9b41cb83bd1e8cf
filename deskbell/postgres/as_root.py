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
from functools import partial
from pathlib import Path

from deskbell.postgres.errors import PostgresError

NEW_USER_NAMESPACE = 0x10000000  # CLONE_NEWUSER of Linux
HUMBLE_USERS = ("deskbell", "postgres", "nobody")
LIKELY_UIDS = (1000, 1, 2, 65534)  # one of them has a name on each machine; initdb insists on one

ROOT_REFUSED = (
    "Deskbell can't start PostgreSQL as root here: run it as a normal user, or set DATABASE_URL."
)
NAMELESS_REFUSED = (
    "Deskbell can't start PostgreSQL as a user without a name: run it as a user that is listed in "
    "/etc/passwd, or set DATABASE_URL."
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
    if not handed_over:
        renamed = Account(us.uid, us.gid, _into_namespace(us))
        if _runs(renamed, program, cluster.parent):
            return renamed
    if us.uid != 0:
        raise PostgresError(NAMELESS_REFUSED)
    humble = _humble_account()
    if humble is None or not _runs(humble, program, cluster.parent):
        raise PostgresError(ROOT_REFUSED)
    if cluster.exists():
        hand_over(cluster, humble)
    return humble


def may_own(uid: int) -> bool:
    """Could a cluster with this owner be one that this user started?"""
    if uid == os.geteuid():
        return True
    humble = _humble_account()
    return os.geteuid() == 0 and humble is not None and uid == humble.uid


def hand_over(folder: Path, account: Account) -> None:
    """Make the account the owner of our own folder and all in it; links are not followed."""
    if folder.stat().st_uid == account.uid:
        return
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(Path(parent, name), account.uid, account.gid, follow_symlinks=False)
    os.chown(folder, account.uid, account.gid)  # last, so that a hand-over cut short is repeated


def _into_namespace(us: Account) -> Callable[[], None]:
    """What a child does to be an ordinary user in its own eyes, and still us outside."""
    inside = next((uid for uid in LIKELY_UIDS if _is_known(uid)), LIKELY_UIDS[-1])
    maps = (
        ("setgroups", "deny"),
        ("uid_map", f"{inside} {us.uid} 1"),
        ("gid_map", f"{inside} {us.gid} 1"),
    )

    def enter() -> None:
        if _libc.unshare(NEW_USER_NAMESPACE) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        for name, text in maps:
            Path("/proc/self", name).write_text(text)

    return enter


def _humble_account() -> Account | None:
    for name in HUMBLE_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, partial(_become, entry.pw_uid, entry.pw_gid))
    return None


def _become(uid: int, gid: int) -> None:
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def _runs(account: Account, program: str, folder: Path) -> bool:
    """May this account run PostgreSQL, and pass through the folders down to its data?"""

    def become_and_look() -> None:
        if account.enter:
            account.enter()
        if not os.access(folder, os.X_OK):
            raise PermissionError(folder)

    try:
        done = subprocess.run(
            [program, "--version"], preexec_fn=become_and_look, capture_output=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _is_known(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True
