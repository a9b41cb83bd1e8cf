"""A provider of messages for the tests: a real HTTP server on this machine, and the way that leads to it."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.lib.sealing import seal
from deskbell.oncall.models import Method
from deskbell.oncall.sending.hands import Hands
from deskbell.oncall.sending.loop import Dispatch
from deskbell.oncall.ways.remote import Gone, Message, Never, NotNow
from deskbell.people.models import Agent
from tests.town import at

START = at("2026-11-24 03:00")
Answer = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]


class Provider:
    """Keeps what it was sent. `answers` are used up one after the other, then all is taken."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.answers: list[Answer] = []
        self.always: Answer | None = None  # in place of taking it, where the answers are used up
        self.arrived = threading.Condition()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with provider.arrived:
                    provider.got.append(told)
                    number = len(provider.got)
                    answer = provider.answers.pop(0) if provider.answers else provider.always
                    provider.arrived.notify_all()
                if answer:
                    answer(self, told)
                else:
                    say(self, 200, f"number {number}")

            def log_message(self, *args: object) -> None:
                """Nothing on the screen."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Provider:
        self.thread.start()
        return self

    def __exit__(self, *args: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/"

    @property
    def titles(self) -> list[str]:
        return [told["title"] for told in self.got]

    def wait_for(self, count: int, seconds: float = 30) -> None:
        """Until so many messages have come."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.got) >= count, seconds), self.got


class HttpSender:
    """A way whose provider takes JSON by HTTP."""

    IS_SHARED = False

    def send(self, message: Message, method: Method) -> str:
        parts = urlsplit(method.secrets["url"])
        asking = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        try:
            asking.request("POST", "/", json.dumps(asdict(message) | {"to": method.name}))
            answer = asking.getresponse()
            said = answer.read().decode()
        except OSError as error:
            raise NotNow(f"No answer: {type(error).__name__}.") from error
        except http.client.HTTPException as error:
            raise NotNow(f"Half an answer: {type(error).__name__}.") from error
        finally:
            asking.close()
        if answer.status == 410:
            raise Gone("The subscription has expired.")
        if answer.status == 429:
            raise NotNow("It asks to wait.", float(answer.headers.get("Retry-After", "0")))
        if answer.status >= 500:
            raise NotNow(f"It answered {answer.status}.")
        if answer.status >= 400:
            raise Never(f"It answered {answer.status}.")
        return said


class ChannelSender(HttpSender):
    """The same, in a channel that others read too."""

    IS_SHARED = True


def say(handler: BaseHTTPRequestHandler, status: int, text: str = "", **headers: str) -> None:
    """Answer a request."""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(text)))
    handler.end_headers()
    handler.wfile.write(text.encode())


def answering(status: int, **headers: str) -> Answer:
    """An answer of this status."""
    return lambda handler, _: say(handler, status, **headers)


def hanging_up(handler: BaseHTTPRequestHandler, told: dict[str, Any]) -> None:
    """No answer: the connection is reset."""
    handler.connection.close()


def add_method(agent: Agent, provider: Provider, **more: Any) -> Method:
    """A verified method of this person that leads to the provider."""
    now = clock.now()
    fields = {"way": "ntfy", "name": "phone", "verified_at": now, "tested_at": now} | more
    return Method.objects.create(
        agent=agent, sealed=seal(json.dumps({"url": provider.url})), **fields
    )


class Worker:
    """The loop of one worker, gone round by hand at instants that a test chooses."""

    def __init__(self, limit: float = 30) -> None:
        self.ready = threading.Event()
        self.dispatch = Dispatch(Hands(self.ready.set, limit=limit))

    def works(self, seconds: float = 0) -> None:
        """Take what is due so long after the alarm, and wait until all of it is written down."""
        with moved_to(START + timedelta(seconds=seconds)):
            while self.dispatch.step() == 0 or self.dispatch.hands.count:
                self.ready.wait(0.05)
                self.ready.clear()
            self.dispatch.step()
