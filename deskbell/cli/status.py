"""The process that serves the status page on its own port, if it has one."""

from __future__ import annotations

from typing import Any

from deskbell.cli.family import die_with
from deskbell.cli.web import serve_by
from deskbell.config import environment as env
from deskbell.lib.errors import Refused


def serve() -> None:
    """Serve the rendered files until SIGTERM. Refused if there is no port for it."""
    port = env.STATUS_PORT.value()
    if not port:
        raise Refused(f"Set {env.STATUS_PORT.name} to the port of the status page.")
    serve_by("rsgi", crowd, port=port)


def crowd(parent: int) -> Any:
    """What a granian worker serves. It dies with granian."""
    die_with(parent)
    from django.conf import settings

    from deskbell.incidents.status_page.crowd import Crowd

    return Crowd(settings.STATUS_FOLDER, settings.DESK_URL)
