"""How the live stream and the worker reach PostgreSQL: with psycopg itself, beside Django."""

from __future__ import annotations

from typing import Any

from django.db import connection


def parameters() -> dict[str, Any]:
    """What psycopg needs to connect to the database that Django uses at this moment."""
    given = connection.settings_dict
    wanted = {
        "host": given["HOST"],
        "port": given["PORT"],
        "user": given["USER"],
        "password": given["PASSWORD"],
        "dbname": given["NAME"],
        "connect_timeout": 5,
        "keepalives_idle": 20,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        **given.get("OPTIONS", {}),
    }
    return {name: value for name, value in wanted.items() if value not in ("", None)}
