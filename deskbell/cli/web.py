"""The web process: granian, with workers that load nothing anew."""

from __future__ import annotations

import gc
import os
import resource
from collections.abc import Callable
from typing import Any

from deskbell.cli.family import die_with, set_apart_what_stays
from deskbell.config import environment as env

BACKLOG, MOST_STREAMS = 8192, 30_000
# Objects, and rounds of the garbage collector: looking at all that ten thousand streams hold takes most of a
# second, and the usual (700, 10, 10) does so every twenty seconds. What dies young is collected as ever.
COLLECTED_AFTER = (10_000, 10, 20)
SECONDS_TO_STOP = 2  # an open stream would hold the server for ever


def serve() -> None:
    """Serve pages and streams until SIGTERM; a worker that dies is replaced."""
    port, workers = env.HTTP_PORT.value(), env.WEB_WORKERS.value()
    serve_by("asgi", application, port=port, workers=workers)


def serve_by(
    interface: str, application: Callable[[int], Any], *, port: int, workers: int = 1
) -> None:
    """Let granian serve what `application` answers in each worker, given the pid with which it dies, by
    `asgi` or `rsgi`, until SIGTERM."""
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels
    from granian.server import MPServer

    allow_many_streams()
    parent = os.getpid()
    MPServer(
        f"{application.__module__}:{application.__name__}",  # a name for its log: nothing loads by it
        address=env.HOST.value(),
        port=port,
        interface=Interfaces(interface),
        http=HTTPModes.http1,
        websockets=False,
        workers=workers,
        respawn_failed_workers=True,
        workers_kill_timeout=SECONDS_TO_STOP,
        backlog=BACKLOG,
        backpressure=MOST_STREAMS,
        log_level=LogLevels.warning,
    ).serve(target_loader=lambda: application(parent), wrap_loader=False)


def preload() -> None:
    """Import what each worker needs, so that forked ones share it and begin at once."""
    import granian.server
    import uvloop

    assert granian.server and uvloop and _pages()


def application(parent: int) -> Any:
    """What a granian worker serves. It dies with granian, which can be killed without a word."""
    die_with(parent)
    served = _pages()
    set_apart_what_stays()
    gc.set_threshold(*COLLECTED_AFTER)
    return served


def _pages() -> Any:
    """The ASGI application, with all views imported."""
    from django.urls import get_resolver

    from deskbell.config import asgi

    get_resolver().url_patterns  # noqa: B018 - reading it imports them
    return asgi.application


def allow_many_streams() -> None:
    """Each stream is an open file: allow as many as the system lets this user have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
