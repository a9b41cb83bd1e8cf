"""Loading Django for a command, once it is known that the database can be asked."""

from __future__ import annotations

import os

from deskbell.config import environment as env
from deskbell.lib.errors import Refused
from deskbell.postgres.cluster import Cluster


def load() -> None:
    """Load the settings and all rooms; for the supervisor, which starts the database itself."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deskbell.config.settings")
    import django

    django.setup()


def load_with_database() -> None:
    """Load Django for a command that reads the database. Refused if the desk isn't running."""
    refuse_without_database()
    load()


def refuse_without_database() -> None:
    """Refused if the embedded server is meant and doesn't run."""
    if not env.DATABASE_URL.is_set and not Cluster(env.DATA.value()).is_running():
        raise Refused("The desk isn't running; start it with bin/run.")
