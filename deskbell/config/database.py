"""Which PostgreSQL: the operator's `DATABASE_URL`, else the embedded one in the data folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dj_database_url

from deskbell.config import environment as env
from deskbell.lib.errors import Refused
from deskbell.postgres.cluster import Cluster


def database_url(data: Path) -> str:
    """The address of the database in force. Starts nothing."""
    return str(env.DATABASE_URL.value()) or Cluster(data).dsn()


def database_settings(data: Path) -> dict[str, Any]:
    """Django's DATABASES entry. A connection lives for a minute and is looked at before each use."""
    url = database_url(data)
    if not url.startswith(("postgres://", "postgresql://")):
        raise Refused(
            "DATABASE_URL must name a PostgreSQL, like postgresql://user:password@host/name."
        )
    settings = dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)
    return {**settings, "TEST": {"NAME": f"test_{settings['NAME']}"}}
