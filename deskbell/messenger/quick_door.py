"""The quick door: visitors' words, taken before Django's pages. What comes while others' words are being
stored is stored after them in one transaction, and each visitor is answered after its commit.

Alone, a message costs some two dozen questions to the database; of twenty together each costs one or two.
Whatever this door does not know for sure (`chat/saying_together.py`) it leaves to the page at the same
address, `sessions.messages`, and so it does with all of them where one fails.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.security import SecurityMiddleware

from deskbell.chat import browsers
from deskbell.chat.saying_together import Spoken, say_together
from deskbell.lib.errors import Refused
from deskbell.lib.plans import keep_plans
from deskbell.look.middleware import content_security_policy
from deskbell.messenger.doors import (
    LARGEST_BODY,
    allowed_here,
    network_in,
    readable,
    text_in,
    texts_in,
    token_in,
    words_of,
)
from deskbell.messenger.live import drawn
from deskbell.realtime.stream import Scope, Send

PATH = "/bubble/messages"
BATCH = 24  # messages of one transaction: more would let the first of them wait for the last
log = logging.getLogger(__name__)


@dataclass
class _Asked:
    """A request that has come, and its answer once there is one: None is for the page to give."""

    scope: Scope
    body: bytes
    answer: asyncio.Future[HttpResponse | None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class QuickDoor:
    """The quick door of one web process."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[_Asked] = asyncio.Queue()
        # One thread, so that what comes meanwhile gathers.
        self._thread = ThreadPoolExecutor(1, "words", initializer=keep_plans)
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Belongs at the start of the server's event loop."""
        self._running = asyncio.create_task(self._take_forever(), name="words")

    async def stop(self) -> None:
        """Let go; who was not answered sends again, and nothing is said twice."""
        if self._running:
            self._running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._running
        self._thread.submit(lambda: connection.close())
        self._thread.shutdown()

    def takes(self, scope: Scope) -> bool:
        """Are these a visitor's words?"""
        return (scope["method"], scope["path"]) == ("POST", PATH)

    async def take(self, scope: Scope, body: bytes, send: Send) -> bool:
        """Take them in and answer; False leaves it to the page."""
        if len(body) > LARGEST_BODY:
            return False
        asked = _Asked(scope, body)
        self._waiting.put_nowait(asked)
        answer = await asked.answer
        if answer is None:
            return False
        headers = [
            (name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.items()
        ]
        start: dict[str, Any] = {"type": "http.response.start", "status": answer.status_code}
        await send({**start, "headers": headers})
        await send({"type": "http.response.body", "body": answer.content})
        return True

    async def _take_forever(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < BATCH and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            try:
                answers = await loop.run_in_executor(self._thread, _answers, batch)
            except Exception:
                # Whatever it is, those who wait must be answered, and those who come after them. The page
                # says what is wrong to whom it belongs, and says nothing twice that was stored already.
                log.exception("%s messages of visitors are taken one by one", len(batch))
                answers = [None] * len(batch)
            for asked, answer in zip(batch, answers, strict=True):
                if not asked.answer.done():
                    asked.answer.set_result(answer)


def _answers(batch: Sequence[_Asked]) -> list[HttpResponse | None]:
    """In the door's own thread: what each is told, None for what is the page's."""
    close_old_connections()
    try:
        return _taken([ASGIRequest(each.scope, BytesIO(each.body)) for each in batch])
    finally:
        close_old_connections()


def _taken(requests: Sequence[HttpRequest]) -> list[HttpResponse | None]:
    read = [(request, spoken) for request in requests if (spoken := _spoken(request))]
    taken = say_together([spoken for _, spoken in read]) if read else []
    answers: dict[int, HttpResponse] = {}
    for (request, spoken), message in zip(read, taken, strict=True):
        if message:
            told = JsonResponse({"message": drawn(message, client=spoken.client_id)})
            answers[id(request)] = _at_the_border(request, told)
    return [answers.get(id(request)) for request in requests]


def _spoken(request: HttpRequest) -> Spoken | None:
    """What was said, None if a page must look at it."""
    try:
        said = words_of(request)
        if texts_in(said, "files") or not allowed_here(request):
            return None
        return Spoken(
            token=token_in(request),
            network=network_in(request),
            client_id=text_in(said, "id"),
            text=text_in(said, "text"),
            page=text_in(said, "page"),
            browser=browsers.in_words(request.headers.get("User-Agent", "")),
        )
    except (Refused, SuspiciousOperation):
        return None


def _at_the_border(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """With the headers that a page's answer has."""
    readable(request, answer, allowed=True)
    SecurityMiddleware(content_security_policy(lambda _: answer))(request)
    return answer
