"""The parts of the desk that run as processes: web, worker, smtp."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from deskbell.cli import smtp, web, worker
from deskbell.cli.django import load_with_database

PARTS: Mapping[str, Callable[[], None]] = {
    "web": web.serve,
    "worker": worker.work,
    "smtp": smtp.serve,
}


def alone(name: str) -> None:
    """Run one part in this process, against a database that is already there."""
    load_with_database()
    PARTS[name]()
