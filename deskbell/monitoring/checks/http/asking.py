"""Asking by HTTP, and judging the answer."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import jsonpath
from jsonpath import JSONPathError

from deskbell.lib import clock
from deskbell.monitoring.checks import certificates, fields
from deskbell.monitoring.checks.common import Failed, Found, Question, Tools
from deskbell.monitoring.checks.http.fetching import Answered, Asked, fetch


async def ask(question: Question, tools: Tools) -> Found:
    """`{url, method, headers, body, follow, statuses, contains, lacks, pattern, json, expects, ends_at,
    tls_days, verify, ca}` as `form.py` makes it; secrets `headers`, `user`, `password`."""
    asks = question.asks
    answer = await fetch(
        tools.http,
        Asked(
            asks["url"],
            asks.get("method", "GET"),
            asks.get("headers", {}),
            secret_headers(question.secrets),
            asks.get("body", "").encode(),
            asks.get("follow", True),
            certificates.context_for(asks),
        ),
    )
    judge(asks, answer)
    return Found(f"{answer.status}, {len(answer.content):,} bytes", warning(asks, answer))


def warning(asks: Mapping[str, Any], answer: Answered) -> str:
    """A sentence if the certificate ends soon."""
    return certificates.warning_of(answer.secured, asks.get("tls_days", 0), clock.now())


def judge(asks: Mapping[str, Any], answer: Answered) -> None:
    """Failed with the first thing that is not as it should be."""
    if not is_expected(answer.status, asks.get("statuses", "200-299")):
        raise Failed(f"It answers {answer.status}.")
    if asks.get("ends_at") and not answer.url.startswith(asks["ends_at"]):
        raise Failed(f"It leads to {answer.url[:200]}, and not to {asks['ends_at'][:200]}.")
    for name, wanted in asks.get("expects", {}).items():
        told = answer.headers.get(name.lower())
        if told is None:
            raise Failed(f"Its answer has no header {name}.")
        if wanted.lower() not in told.lower():
            raise Failed(f"Its header {name} is “{told[:100]}”, without “{wanted[:100]}”.")
    if asks.get("contains") and asks["contains"] not in answer.text:
        raise Failed(f"Its page does not contain “{asks['contains'][:200]}”.")
    if asks.get("lacks") and asks["lacks"] in answer.text:
        raise Failed(f"Its page contains “{asks['lacks'][:200]}”.")
    if asks.get("pattern") and not fields.matches(asks["pattern"], answer.text):
        raise Failed(f"Nothing in its page fits “{asks['pattern'][:200]}”.")
    if asks.get("json"):
        _judge_json(asks["json"], answer)


def is_expected(status: int, statuses: str) -> bool:
    """Is it among “200-299, 401”?"""
    for part in statuses.split(","):
        first, _, last = part.strip().partition("-")
        if int(first) <= status <= int(last or first):
            return True
    return False


def secret_headers(secrets: Mapping[str, str]) -> dict[str, str]:
    """Headers that nobody is shown again: as they were written, and a user with a password."""
    lines = (line.partition(":") for line in secrets.get("headers", "").splitlines())
    made = {name.strip(): value.strip() for name, there, value in lines if there}
    if secrets.get("user"):
        pair = f"{secrets['user']}:{secrets.get('password', '')}".encode()
        made["Authorization"] = "Basic " + base64.b64encode(pair).decode()
    return made


def document_of(answer: Answered) -> Any:
    """The answer as JSON; Failed if it is none."""
    if answer.is_cut:
        raise Failed("Its answer is longer than a megabyte, so its JSON can't be read.")
    try:
        return json.loads(answer.content)
    except (ValueError, RecursionError):
        raise Failed("Its answer is no JSON.") from None


def values_at(path: str, document: Any) -> list[Any]:
    """What lies at a JSON path (RFC 9535)."""
    try:
        return list(jsonpath.findall(path, document))
    except (JSONPathError, RecursionError) as error:
        raise Failed(f"The JSON can't be looked into at {path[:100]} ({error}).") from None


def written(value: Any) -> str:
    """A JSON value as people write it in a form: `ok`, `3`, `true`."""
    return value if isinstance(value, str) else json.dumps(value)


def _judge_json(expected: Mapping[str, str], answer: Answered) -> None:
    """Each path must lead to something; with a value, to that."""
    document = document_of(answer)
    for path, wanted in expected.items():
        found = [written(each) for each in values_at(path, document)]
        if not found:
            raise Failed(f"Its JSON has nothing at {path[:100]}.")
        if wanted and wanted not in found:
            raise Failed(
                f"Its JSON says “{found[0][:100]}” at {path[:100]}, and not “{wanted[:100]}”."
            )
