"""The parts of the desk that run as processes: web, status, worker, checks, smtp, imap, watch."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from deskbell.cli import checks, django, imap, smtp, status, watch, web, worker
from deskbell.config import environment as env

PARTS: Mapping[str, Callable[[], None]] = {
    "web": web.serve,
    "status": status.serve,
    "worker": worker.work,
    "checks": checks.keep_asking,
    "smtp": smtp.serve,
    "imap": imap.keep_reading,
    "watch": watch.keep_watching,
}
WITHOUT_DJANGO = frozenset({"smtp"})
WITHOUT_DATABASE = frozenset({"watch", "status"})  # they say that it is away


def of_this_desk() -> Mapping[str, Callable[[], None]]:
    """Those that run together; the status page is a part where it has a port of its own."""
    return {
        name: work for name, work in PARTS.items() if name != "status" or env.STATUS_PORT.value()
    }


def alone(name: str) -> None:
    """Run one part in this process, against a database that is already there, if it needs one."""
    if name not in WITHOUT_DATABASE:
        django.refuse_without_database()
    if name not in WITHOUT_DJANGO:
        django.load()
    PARTS[name]()
