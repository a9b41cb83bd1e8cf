"""The process that serves the status page on its own port, if it has one."""

from __future__ import annotations

import os
from typing import Any

from deskbell.cli.family import die_with
from deskbell.cli.web import BACKLOG, MOST_STREAMS, SECONDS_TO_STOP, allow_many_streams
from deskbell.config import environment as env
from deskbell.lib.errors import Refused


def serve() -> None:
    """Serve the rendered files until SIGTERM. Refused if there is no port for it."""
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels
    from granian.server import MPServer

    port = env.STATUS_PORT.value()
    if not port:
        raise Refused(f"Set {env.STATUS_PORT.name} to the port of the status page.")
    allow_many_streams()
    parent = os.getpid()
    MPServer(
        "deskbell.incidents.status_page.crowd:Crowd",
        address=env.HOST.value(),
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=SECONDS_TO_STOP,
        backlog=BACKLOG,
        backpressure=MOST_STREAMS,
        log_level=LogLevels.warning,
    ).serve(target_loader=lambda: crowd(parent), wrap_loader=False)


def crowd(parent: int) -> Any:
    """What the granian worker serves. It dies with granian."""
    die_with(parent)
    from django.conf import settings

    from deskbell.incidents.status_page.crowd import Crowd

    return Crowd(settings.STATUS_FOLDER, settings.DESK_URL)
