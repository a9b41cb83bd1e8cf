"""Posting to a provider over HTTP, and hearing from its answer what became of the message."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from deskbell.lib import clock, outbound
from deskbell.lib.outbound import Answer, Request, Unreachable

WITHIN = 10.0  # seconds
LARGEST = 64 * 1024  # bytes of an answer that is worth reading
LONGEST_WAIT = timedelta(hours=1)  # a provider that asks for more is asked again all the same
TRY_LATER = frozenset({408, 421, 425, 429})


class NotNow(Exception):
    """The provider could not take it now; it may be tried again, after so many seconds if it says so."""

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


class Never(Exception):
    """This message can't be delivered there, whenever it is tried; the sentence says why."""


class Gone(Exception):
    """The provider says that this address is no more: an expired subscription, a blocked number."""


def post(
    url: str,
    content: bytes,
    headers: Mapping[str, str],
    *,
    within: float = WITHIN,
    gone: Collection[int] = (),
    outside_only: bool = False,
    is_gone: Callable[[Answer], bool] = lambda answer: False,
) -> Answer:
    """Hand `content` over and return the answer if it was taken (2xx).

    Raises NotNow without an answer, with 5xx, 408, 421, 425 and 429 (with the seconds of
    Retry-After, at most an hour); Gone with one of the statuses in `gone`, or where `is_gone` reads so in a
    refusal; Never with any other, a redirect among them, since a message belongs to the address that a
    person wrote; Refused for an address inside (with `outside_only` also for what the operator allows).
    """
    try:
        answer = outbound.fetch(
            Request(
                url,
                "POST",
                headers,
                content,
                within=within,
                most=LARGEST,
                redirects=0,
                outside_only=outside_only,
            )
        )
    except Unreachable as error:
        raise NotNow(f"{host_of(url)} gave no answer. {error}") from None
    if answer.is_ok:
        return answer
    why = f"{host_of(url)} answered {answer.status}{_said(answer, url)}."
    if answer.status >= 500 or answer.status in TRY_LATER:
        raise NotNow(why, _seconds(answer.headers.get("retry-after", "")))
    if answer.status in gone or is_gone(answer):
        raise Gone(why)
    raise Never(why)


def as_json(body: Mapping[str, Any]) -> bytes:
    """A body as it is posted."""
    return json.dumps(body, ensure_ascii=False).encode()


def host_of(url: str) -> str:
    """The one part of a secret address that may be shown."""
    return urlsplit(url).hostname or "The provider"


def read_json(answer: Answer) -> Mapping[str, Any]:
    """What an answer says, as far as it is an object in JSON; else nothing."""
    try:
        found = json.loads(answer.content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _said(answer: Answer, url: str) -> str:
    """The provider's own words, in one line: they often tell what to change. Not where they repeat the
    address, which may be a secret."""
    told = read_json(answer)
    words = told.get("error") or told.get("message") or answer.content.decode("utf-8", "replace")
    line = " ".join(str(words).split())
    path = urlsplit(url).path
    if (
        line.startswith(("<", "{", "["))
        or not line.isprintable()
        or (len(path) > 1 and path in line)
    ):
        return ""
    return f": {line[:150].rstrip('.')}" if line else ""


def _seconds(text: str) -> float | None:
    """Retry-After: seconds, or an HTTP date."""
    if text.isdecimal():
        seconds = float(text[:9])
    else:
        try:
            seconds = (parsedate_to_datetime(text) - clock.now()).total_seconds()
        except (TypeError, ValueError):
            return None
    return min(max(seconds, 0.0), LONGEST_WAIT.total_seconds())
