"""A worker of its own process that hands news to the mail queue, until it is killed.

python -m deskbell.incidents.tests.news_worker DATABASE
"""

from __future__ import annotations

import os
import sys
import threading

import django


def main() -> None:
    """Join the database of the test."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deskbell.config.settings")
    django.setup()
    from django.db import connection  # noqa: PLC0415

    connection.settings_dict["NAME"] = sys.argv[1]
    from deskbell.incidents.news import delivering  # noqa: PLC0415 - Django comes first
    from deskbell.realtime.loops import run_forever  # noqa: PLC0415

    delivering.MOST_WAITING, delivering.BATCH = 100_000, 50
    run_forever({"status-news": delivering.step}, threading.Event())


if __name__ == "__main__":
    main()
