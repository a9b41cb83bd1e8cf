"""A worker of its own process that sends pages to the tests' provider, until it is killed.

python -m deskbell.oncall.tests.page_worker DATABASE
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
    from deskbell.oncall.sending import loop  # noqa: PLC0415 - Django comes first
    from deskbell.oncall.tests.http_provider import HttpSender  # noqa: PLC0415
    from deskbell.oncall.ways.remote import REMOTE  # noqa: PLC0415
    from deskbell.realtime.loops import run_forever  # noqa: PLC0415

    REMOTE["ntfy"] = HttpSender()
    run_forever({"pages": loop.step}, threading.Event())


if __name__ == "__main__":
    main()
