"""A bubble without a browser: it holds its token and speaks as the script does; and a portal that signs."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from django.test import Client

from deskbell.chat.sites import keys
from deskbell.chat.sites.models import Site
from tests.town import Town

PORTAL = "https://portal.example"


class Bubble:
    """One tab."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.token = ""

    def begin(self, zone: str = "America/Chicago") -> Bubble:
        self.token = self.post("sessions", {"zone": zone})[1]["token"]
        return self

    def say(self, text: str, name: str = "") -> tuple[int, dict[str, Any]]:
        return self.post("messages", {"id": name or f"message-{hash(text)}", "text": text})

    def post(self, path: str, said: Any, **headers: str) -> tuple[int, dict[str, Any]]:
        answer = self._client.post(
            f"/bubble/{path}", said, content_type="application/json", headers=self._with(headers)
        )
        return answer.status_code, answer.json()

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, Any]]:
        answer = self._client.get(f"/bubble/{path}", headers=self._with(headers))
        return answer.status_code, answer.json()

    def texts(self) -> list[str]:
        return [message["text"] for message in self.get("conversation")[1]["messages"]]

    def _with(self, headers: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", **headers}


class Portal:
    """A site that signs."""

    def __init__(self, site: Site, secret: str, kid: str) -> None:
        self.site, self._secret, self._kid = site, secret, kid

    def token(self, sub: str = "mia", **said: Any) -> str:
        claims = {"sub": sub, "exp": int(time.time()) + 600, **said}
        return jwt.encode(claims, self._secret, algorithm="HS256", headers={"kid": self._kid})

    def tab(self, sub: str = "mia", **said: Any) -> Bubble:
        """A tab in which this person is signed in."""
        bubble = Bubble(Client(headers={"Origin": PORTAL}))
        status, told = bubble.post("sessions", {"identity": self.token(sub, **said)})
        assert status == 200
        bubble.token = told["token"]
        return bubble


@pytest.fixture
def new_bubble(town: Town) -> Callable[[], Bubble]:
    """Makes tabs; none of them shares a cookie with another."""
    return lambda: Bubble(Client())


@pytest.fixture
def bubble(new_bubble: Callable[[], Bubble]) -> Bubble:
    """A tab whose visitor has said one thing."""
    tab = new_bubble().begin()
    tab.say("My screen is black")
    return tab


@pytest.fixture
def portal(town: Town) -> Portal:
    site = Site.objects.create(name="Customer portal", origins=[PORTAL])
    key, secret = keys.make_secret(site, by=town.ada)
    return Portal(site, secret, key.kid)
