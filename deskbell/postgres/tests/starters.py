"""Other processes that start the same desk: killed ones, other users, other surroundings."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]

START = """
import sys
from pathlib import Path
from deskbell.postgres.cluster import Cluster, PostgresError
cluster = Cluster(Path(sys.argv[1]), durable=False)
try:
    cluster.ensure_running()
except PostgresError as error:
    sys.exit(str(error))
print(cluster.pid, flush=True)
"""
START_AND_STAY = START + "sys.stdin.read()\n"
START_AND_STOP = START + "cluster.stop()\n"

# Runs a command in a namespace that has all users, and in which no further one may be made: this is
# how root finds things in a container under Docker's default profile.
FORBID_NAMESPACES = """
import ctypes, os, sys
from pathlib import Path
made, mapped = os.pipe(), os.pipe()
child = os.fork()
if child == 0:
    assert ctypes.CDLL(None).unshare(0x10000000) == 0
    os.write(made[1], b"1")
    os.read(mapped[0], 1)
    Path("/proc/sys/user/max_user_namespaces").write_text("0")
    os.execv(sys.argv[1], sys.argv[1:])
os.read(made[0], 1)
for name in ("uid_map", "gid_map"):
    Path(f"/proc/{child}/{name}").write_text("0 0 65536")
os.write(mapped[1], b"1")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
WITHOUT_NAMESPACES = (sys.executable, "-c", FORBID_NAMESPACES)


def starter(
    data: Path, code: str = START, *, within: Sequence[str] = (), user: int | None = None
) -> subprocess.Popen[str]:
    """A Python process that runs this code on the data folder; `within` is a command around it."""
    return subprocess.Popen(
        [*within, python_for(user), "-c", code, str(data)],
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONPATH": f"{REPOSITORY}:{sysconfig.get_path('purelib')}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
    )


def python_for(user: int | None) -> str:
    """Ours, or the same version of the system's where ours lies in a home closed to this user."""
    systems = f"/usr/bin/python3.{sys.version_info.minor}"
    for python in (sys.executable, systems):
        if user is None:
            return python
        try:
            subprocess.run([python, "-c", ""], user=user, group=user, cwd="/", check=True)
        except (OSError, subprocess.SubprocessError):
            continue
        return python
    pytest.skip("no Python of this version that another user may run")


def outcome(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Its exit code, and what it told: the pid of the server, or why there is none."""
    output, errors = process.communicate(timeout=30)
    return process.returncode, (output + errors).strip()


def wait_until(happened: Callable[[], object], within: float = 10) -> None:
    limit = time.monotonic() + within
    while not happened():
        assert time.monotonic() < limit, "it didn't happen in time"
        time.sleep(0.005)
