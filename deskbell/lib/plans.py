"""A thread that asks the same few questions again and again lets PostgreSQL keep their plans."""

from __future__ import annotations

from django.db import connection

ASKED_BEFORE = 3  # times that a statement is planned anew, before its plan is kept


def keep_plans() -> None:
    """From here on, this thread's connection binds values on the server, so that a statement is planned once:
    for the shortest ones that is half of PostgreSQL's work. Belongs at the start of a thread of our own.

    Not for all: a list or a search is planned better for the values that it has, and a raw statement whose
    values say nothing of their type (`%s IS NULL`) must name it (`%s::int`).
    """
    connection.close()
    options = {**connection.settings_dict.get("OPTIONS", {}), "server_side_binding": True}
    connection.settings_dict = {
        **connection.settings_dict,
        "OPTIONS": {**options, "prepare_threshold": ASKED_BEFORE},
        "CONN_MAX_AGE": None,  # plans end with their connection; it is looked at before each use
    }
