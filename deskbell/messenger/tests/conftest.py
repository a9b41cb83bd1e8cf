"""A bubble without a browser: it holds its token and speaks as the script does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.town import Town


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
