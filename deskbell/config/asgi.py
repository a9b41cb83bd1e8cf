"""The web process, on one port: live streams and alerts as raw ASGI, every page through Django's WSGI."""

from __future__ import annotations

import os

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deskbell.config.settings")
django_pages = get_wsgi_application()  # loads the rooms, without which the stream knows no table

from django.conf import settings  # noqa: E402

from deskbell.config.bodies import Bodies, Slow, TooLarge, once_more, whole  # noqa: E402
from deskbell.helpcenter.own_host import shuts  # noqa: E402
from deskbell.incidents.status_page.serving import StatusPage  # noqa: E402
from deskbell.lib.holding import Full  # noqa: E402
from deskbell.messenger.quick_door import QuickDoor  # noqa: E402
from deskbell.monitoring.intake.door import Door  # noqa: E402
from deskbell.realtime.stream import Receive, Scope, Send, Stream, answer  # noqa: E402

PAGE_THREADS = 2  # more make it slower: they fight for the interpreter

pages = WSGIMiddleware(django_pages, workers=PAGE_THREADS)  # type: ignore[arg-type]
stream = Stream()
door = Door()
words = QuickDoor()
bodies = Bodies()
status_page = StatusPage(settings.STATUS_FOLDER)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer `/live`, `/health`, `/status`, most alerts and what visitors say here, all else in Django."""
    if scope["type"] == "lifespan":
        await _live_as_long_as_the_server(receive, send)
    elif scope["type"] != "http":
        return
    elif shuts(_host_of(scope), scope["path"]):
        await _page(scope, receive, send)  # which says that nothing is there
    elif scope["path"] == "/live":
        await stream.live(scope, receive, send)
    elif scope["path"] == "/health":
        await stream.health(send)
    elif status_page.takes(scope["path"]):
        await status_page.answer(scope, send)
    elif door.takes(scope):
        await door.take(scope, receive, send)
    else:
        await _page(scope, receive, send)


def _host_of(scope: Scope) -> str:
    named = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    return named[0] if named else ""


async def _page(scope: Scope, receive: Receive, send: Send) -> None:
    """Django's thread is taken when the whole request is there."""
    try:
        async with bodies.read(scope, receive) as received:
            if words.takes(scope):
                body = await whole(received)
                if await words.take(scope, body, send):
                    return
                received = once_more(body, receive)
            await pages(scope, received, send)  # type: ignore[arg-type]
    except ConnectionError:
        return
    except Slow:
        await answer(send, 408, {"error": "The request came too slowly."})
    except TooLarge:
        await answer(send, 413, {"error": "The request is too large."})
    except Full:
        await answer(send, 503, {"error": "Too much comes at once; try again soon."})


async def _live_as_long_as_the_server(receive: Receive, send: Send) -> None:
    await receive()
    await stream.start()
    await door.start()
    await words.start()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await words.stop()
    await door.stop()
    await stream.stop()
    await send({"type": "lifespan.shutdown.complete"})
