"""Handing a page to a provider over HTTP (`lib.posting`): how long it may take, and who reads its answer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from deskbell.lib import posting
from deskbell.lib.outbound import Answer
from deskbell.lib.posting import host_of, read_json
from deskbell.oncall.ways.remote import Message

TEST_WITHIN = 5.0  # seconds; a person waits for a test in front of a page, and so does its thread
JSON = {"Content-Type": "application/json"}
__all__ = ["host_of", "patience_with", "post", "post_json", "read_json"]


def post(
    message: Message,
    url: str,
    content: bytes,
    headers: Mapping[str, str],
    *,
    gone: Collection[int] = (),
    is_gone: Callable[[Answer], bool] = lambda answer: False,
) -> Answer:
    """Hand `content` over and return the answer if it was taken (2xx). Raises as a Sender does."""
    within = patience_with(message)
    return posting.post(url, content, headers, within=within, gone=gone, is_gone=is_gone)


def patience_with(message: Message) -> float:
    """How many seconds a provider has for it."""
    return TEST_WITHIN if message.kind == "test" else posting.WITHIN


def post_json(
    message: Message,
    url: str,
    body: Mapping[str, Any],
    headers: Mapping[str, str] | None = None,
    *,
    gone: Collection[int] = (),
) -> Answer:
    """The same with a JSON body."""
    return post(message, url, posting.as_json(body), {**JSON, **(headers or {})}, gone=gone)
