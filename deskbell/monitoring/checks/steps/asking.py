"""Going through the steps of a script."""

from __future__ import annotations

import re2

from deskbell.lib.errors import Refused
from deskbell.monitoring.checks import certificates, fields
from deskbell.monitoring.checks.common import Failed, Found, Question, Tools, Unreached
from deskbell.monitoring.checks.http import asking as http
from deskbell.monitoring.checks.http.fetching import Answered, Asked, fetch
from deskbell.monitoring.checks.steps import script
from deskbell.monitoring.checks.steps.script import Step, Take

LONGEST_TAKEN = 4000  # characters


async def ask(question: Question, tools: Tools) -> Found:
    """`{script, tls_days, verify, ca}`; the secrets are values for the script's names. Cookies of one
    step go along to the next at the same host."""
    values, cookies = dict(question.secrets), dict[str, dict[str, str]]()
    steps = script.read(question.asks["script"], frozenset(question.secrets))
    warning = ""
    for number, step in enumerate(steps, 1):
        try:
            answer = await _go(step, question, tools, values, cookies)
            _judge(step, answer, values)
        except Failed as error:
            raise Failed(f"Step {number}: {error}") from None
        except Unreached as error:
            raise Unreached(f"Step {number}: {error}") from None
        warning = warning or http.warning(question.asks, answer)
    return Found(f"{len(steps)} {'step' if len(steps) == 1 else 'steps'}", warning)


async def _go(
    step: Step,
    question: Question,
    tools: Tools,
    values: dict[str, str],
    cookies: dict[str, dict[str, str]],
) -> Answered:
    try:
        url = fields.web_address(script.filled(step.url, values))
    except Refused as error:
        raise Failed(str(error)) from None
    headers = {name: _line(script.filled(value, values)) for name, value in step.headers.items()}
    host = url.split("/")[2]
    if kept := cookies.get(host):
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in kept.items())
    answer = await fetch(
        tools.http,
        Asked(
            url,
            step.method,
            secret=headers,
            body=script.filled(step.body, values).encode(),
            context=certificates.context_for(question.asks),
        ),
    )
    cookies.setdefault(host, {}).update(answer.cookies)
    return answer


def _judge(step: Step, answer: Answered, values: dict[str, str]) -> None:
    http.judge({"statuses": step.told.statuses, "json": step.told.json}, answer)
    for text in step.told.contains:
        http.judge({"statuses": "100-599", "contains": script.filled(text, values)}, answer)
    for text in step.told.lacks:
        http.judge({"statuses": "100-599", "lacks": script.filled(text, values)}, answer)
    for take in step.told.takes:
        values[take.name] = _taken(take, answer)[:LONGEST_TAKEN]


def _taken(take: Take, answer: Answered) -> str:
    match take.how:
        case "json":
            found = http.values_at(take.what, http.document_of(answer))
            if found:
                return http.written(found[0])
        case "header":
            if take.what.lower() in answer.headers:
                return answer.headers[take.what.lower()]
        case "pattern":
            match = re2.compile(take.what).search(answer.text)
            if match:
                return str(match[1] if match.re.groups else match[0])
    raise Failed(f"There is nothing to take as {take.name} ({take.how} {take.what[:80]}).")


def _line(text: str) -> str:
    return " ".join(text.split())
