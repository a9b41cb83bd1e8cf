"""The script of a check: pure.

    POST https://portal.example.org/login
    Content-Type: application/json

    {"user": "probe", "password": "{{password}}"}
    > status 200
    > take token = json $.token
    > contains Welcome
    ---
    GET https://portal.example.org/me
    Authorization: Bearer {{token}}
    > status 200

A step is a method with an address, headers, after an empty line a body, and lines with `>` that say what
is expected and what is taken. `---` alone on a line ends a step. `{{name}}` is what was taken, or a secret.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
MOST_STEPS = 20
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
USE = re.compile(r"\{\{\s*([a-z][a-z0-9_]{0,39})\s*\}\}")
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}):\s*(.*)")
_TAKE = re.compile(r"take\s+(\S+)\s*=\s*(json|header|pattern)\s+(.+)")


class Unclear(ValueError):
    """A line that can't be read; the sentence says which, and what to write."""


@dataclass(frozen=True)
class Take:
    """What is kept of an answer, under a name. `how` is json, header or pattern; `what` the path, the
    header's name, or a pattern whose first group is taken."""

    name: str
    how: str
    what: str


@dataclass(frozen=True)
class Told:
    """What a step expects of its answer, and what it takes of it."""

    statuses: str = "200-299"
    contains: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    json: Mapping[str, str] = field(default_factory=dict)
    takes: tuple[Take, ...] = ()


@dataclass(frozen=True)
class Step:
    """One request, as it was written: its `{{names}}` are not filled in yet."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: str
    told: Told


def read(text: str, known: frozenset[str] = frozenset()) -> tuple[Step, ...]:
    """The steps of a script. `known` are the names of secrets. Raises Unclear."""
    parts = re.split(r"(?m)^---\s*$", text.replace("\r\n", "\n"))
    steps = tuple(_step(part, number) for number, part in enumerate(parts, 1) if part.strip())
    if not steps:
        raise Unclear("Write at least one step, like GET https://portal.example.org/")
    if len(steps) > MOST_STEPS:
        raise Unclear(f"Write at most {MOST_STEPS} steps.")
    _check_names(steps, known)
    return steps


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its names filled in; one that is not known stays as it is."""
    return USE.sub(lambda found: values.get(found[1], found[0]), text)


def _step(part: str, number: int) -> Step:
    lines = part.strip("\n").split("\n")
    told = [line[1:].strip() for line in lines if line.startswith(">")]
    asked = [line for line in lines if not line.startswith(">")]
    while asked and not asked[0].strip():
        asked.pop(0)
    method, _, url = (asked[0] if asked else "").strip().partition(" ")
    if method not in METHODS or not url.strip():
        raise Unclear(f"Step {number} begins with “{method[:40]}”: begin it like GET https://…")
    head, body = asked[1:], ""
    blank = next((at for at, line in enumerate(head) if not line.strip()), None)
    if blank is not None:
        head, body = head[:blank], "\n".join(head[blank + 1 :]).strip("\n")
    return Step(method, url.strip(), _headers(head, number), body, _told(told, number))


def _headers(lines: list[str], number: int) -> dict[str, str]:
    found = {}
    for line in lines:
        match = _HEADER.fullmatch(line.strip())
        if not match:
            raise Unclear(
                f"Step {number}: “{line[:60]}” is no header. Leave a line empty before the body."
            )
        found[match[1]] = match[2]
    return found


def _told(lines: list[str], number: int) -> Told:
    told = Told()
    for line in lines:
        what, _, rest = line.partition(" ")
        found = _one(told, what, rest.strip(), line)
        if found is None:
            raise Unclear(
                f"Step {number}: “> {line[:60]}” can't be read. Write status, contains, lacks, json, or "
                "take name = json $.path (or header Name, or pattern …)."
            )
        told = found
    return told


def _one(told: Told, what: str, rest: str, line: str) -> Told | None:
    """With one line more; None if it can't be read."""
    match what if rest else "":
        case "status":
            return replace(told, statuses=rest)
        case "contains":
            return replace(told, contains=(*told.contains, rest))
        case "lacks":
            return replace(told, lacks=(*told.lacks, rest))
        case "json":
            path, there, value = rest.partition(" = ")
            wanted = value.strip() if there else ""
            return replace(told, json={**told.json, path.strip(): wanted})
        case "take":
            match = _TAKE.fullmatch(line)
            if match and NAME.fullmatch(match[1]):
                take = Take(match[1], match[2], match[3].strip())
                return replace(told, takes=(*told.takes, take))
    return None


def _check_names(steps: tuple[Step, ...], known: frozenset[str]) -> None:
    have = set(known)
    for number, step in enumerate(steps, 1):
        used = "\n".join([step.url, step.body, *step.headers.values()])
        for name in USE.findall(used):
            if name not in have:
                raise Unclear(
                    f"Step {number} uses {{{{{name}}}}}, which no step before it takes and no secret is."
                )
        have |= {take.name for take in step.told.takes}
