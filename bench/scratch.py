"""A desk of its own for a bench: a real, durable PostgreSQL in a temporary folder, migrated and founded.

    from bench.scratch import scratch_desk
    with scratch_desk() as url: ...     # Django is loaded and speaks to it

Other processes join by the environment that this one sets.
"""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch_desk() -> Iterator[str]:
    """Start the server, load Django, migrate, make the first teams and policy; remove all at the end."""
    from deskbell.postgres.cluster import Cluster

    folder = Path(tempfile.mkdtemp(prefix="deskbell-bench-"))
    cluster = Cluster(folder / "data")
    try:
        cluster.ensure_running()
        os.environ["DATABASE_URL"] = cluster.dsn()
        os.environ["DESKBELL_DATA"] = str(folder / "data")
        join()
        from django.core.management import call_command

        from deskbell.people.desk import ensure_desk
        from deskbell.sla.policies import ensure_default_policy

        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        ensure_desk()
        ensure_default_policy()
        yield cluster.dsn()
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def join() -> None:
    """Load Django against the desk that the environment names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deskbell.config.settings")
    import django

    django.setup()


def wait_until(done: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Ask until it is so. Ends the bench with a sentence if it never is."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise SystemExit(f"Waited {seconds} s in vain for {what}.")
        time.sleep(0.01)


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
