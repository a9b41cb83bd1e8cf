"""Runs PostgreSQL's programs: with a clean environment, as the right user, telling why they fail."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import IO

from deskbell.postgres import configuration, folders, leftovers
from deskbell.postgres.as_root import Account
from deskbell.postgres.binaries import Binaries
from deskbell.postgres.errors import PostgresError

# Same sorting on each machine and after each upgrade of it; people's lists are sorted in Python.
BUILTIN_LOCALE = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
BUILTIN_SINCE = 17
SYSTEM_LOCALES = ("--locale=C.UTF-8",), ("--locale=C",)
FULL = "No space left on device"


def initialize(cluster: Path, binaries: Binaries, account: Account, *, durable: bool) -> None:
    """Create the cluster beside its place, and move it there whole: a kill leaves no half of it."""
    new = cluster.with_name(f"{cluster.name}.new")
    locales = (BUILTIN_LOCALE,) if binaries.major >= BUILTIN_SINCE else SYSTEM_LOCALES
    failed = ""
    leftovers.end(new)  # an initdb whose starter was killed may still be writing there
    for locale in locales:
        folders.discard(new)
        new.mkdir(mode=0o700)
        os.chown(new, account.uid, -1)
        failed = _initdb(new, binaries, account, [*locale, *([] if durable else ["--no-sync"])])
        if not failed:
            break
    if failed:
        folders.discard(new)
        raise PostgresError(_why_no_database(cluster, failed))
    configuration.prepare(new)
    new.rename(cluster)
    folders.sync(cluster.parent)


def start(cluster: Path, binaries: Binaries, account: Account, log: IO[bytes], held: int) -> _Child:
    """Start the server. `held` is a locked file that it and all its children keep open, and so locked."""
    return subprocess.Popen(
        [binaries.path("postgres"), "-D", cluster],
        cwd=cluster,
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        pass_fds=(held,),
        preexec_fn=account.enter,
    )


_Child = subprocess.Popen[bytes]


def clean_environment() -> dict[str, str]:
    """Ours, without what would change the server's socket, language or sorting."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PG", "LC_")) and name not in ("LANG", "LANGUAGE")
    }


def _initdb(new: Path, binaries: Binaries, account: Account, options: list[str]) -> str:
    """Empty if it worked, else what it complained about."""
    command = [binaries.path("initdb"), "--pgdata", str(new), "--encoding=UTF8", "--auth=trust"]
    command += [f"--username={configuration.SUPERUSER}", "--data-checksums", *options]
    try:
        done = subprocess.run(
            command,
            cwd=new,
            env=clean_environment(),
            capture_output=True,
            text=True,
            errors="replace",
            preexec_fn=account.enter,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
    return "" if done.returncode == 0 else telling_line(done.stdout + done.stderr)


def telling_line(output: str) -> str:
    """The line that says why: the first that speaks of a fault, else the last one."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    faults = [found[0] for line in lines if (found := re.search(r"(FATAL|PANIC|error):.*", line))]
    return (faults + lines[-1:] + ["it told nothing"])[0]


def _why_no_database(cluster: Path, complaint: str) -> str:
    if FULL in complaint:
        return folders.disk_full(cluster.parent)
    return (
        f"PostgreSQL couldn't create its database in {cluster.parent}: correct what it says, "
        f"and start again: {complaint}"
    )
