"""Making the database and the static files ready, as far as that has not been done."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder

from deskbell.lib.errors import Refused
from deskbell.mail.addressing import ensure_first_address
from deskbell.monitoring.sources import ensure_default_source
from deskbell.oncall import answering
from deskbell.people import sign_in
from deskbell.people.desk import ensure_desk
from deskbell.sla.policies import ensure_default_policy

OLDEST_POSTGRES = 15


def prepare(url: str, say: Callable[[str], None]) -> str | None:
    """Migrate, collect static files and load what each desk begins with, where that is missing.

    Returns the link that makes the first administrator, or None if there is one.
    """
    refuse_old_postgres()
    missing = missing_migrations()
    if missing:
        say("Preparing the database ...")
        call_command("check", verbosity=0, stdout=io.StringIO())
        call_command("migrate", interactive=False, verbosity=0)
    collect_static_files()
    ensure_desk()
    ensure_first_address()
    ensure_default_policy()
    ensure_default_source()
    answering.ensure_default_policy()
    token = sign_in.first_administrator_link()
    return f"{url}/welcome/{token}" if token else None


def missing_migrations() -> list[str]:
    """The migrations that this version brings and the database has not had, without loading any."""
    applied = MigrationRecorder(connection).applied_migrations()
    brought = [
        (app.label, file.stem)
        for app in apps.get_app_configs()
        for file in sorted((Path(app.path) / "migrations").glob("[0-9]*.py"))
    ]
    return [f"{label}.{name}" for label, name in brought if (label, name) not in applied]


def collect_static_files() -> None:
    """Collect CSS, scripts and pictures into the data folder when one of them has changed."""
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    present = _static_files()
    if stamp.exists() and stamp.read_text() == present:
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(present)


def refuse_old_postgres() -> None:
    """Refused if the operator's PostgreSQL is older than we support."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        (major,) = cursor.fetchone()
    if major < OLDEST_POSTGRES:
        raise Refused(
            f"DATABASE_URL leads to PostgreSQL {major}. Deskbell needs {OLDEST_POSTGRES} or newer."
        )


def forget_connections() -> None:
    """Leave no connection to a child: two processes on one would garble it."""
    connections.close_all()


def _static_files() -> str:
    """A digest of every static file's place, size and time."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = Path(storage.path(name)).stat()
            digest.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
