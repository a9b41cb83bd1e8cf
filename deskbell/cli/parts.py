"""The parts of the desk that run as processes: web, worker, checks, smtp, imap, watch."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from deskbell.cli import checks, django, imap, smtp, watch, web, worker

PARTS: Mapping[str, Callable[[], None]] = {
    "web": web.serve,
    "worker": worker.work,
    "checks": checks.keep_asking,
    "smtp": smtp.serve,
    "imap": imap.keep_reading,
    "watch": watch.keep_watching,
}
WITHOUT_DJANGO = frozenset({"smtp"})


def alone(name: str) -> None:
    """Run one part in this process, against a database that is already there. The watch needs none: that
    it is away is what it may have to tell."""
    if name != "watch":
        django.refuse_without_database()
    if name not in WITHOUT_DJANGO:
        django.load()
    PARTS[name]()
