"""A whole history from a plain JSON file, for `deskbell sla try`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from deskbell.sla.core.clocks import Clock, clocks
from deskbell.sla.core.coverage import Coverage
from deskbell.sla.core.errors import BadHistory, said
from deskbell.sla.core.history import Event, Words
from deskbell.sla.core.policy import (
    Impact,
    Metric,
    Policy,
    Promise,
    check_words,
    plain_seconds,
    seconds,
)

_COVERAGE = "hours"
_NEEDED = ("zone", "windows", "targets", "events", "now")


def try_text(text: bytes) -> dict[str, Any]:
    """`try_file` of a document in JSON, UTF-8. What is not JSON is `BadHistory`, too."""
    try:
        document = json.loads(text.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadHistory("This is not a text file in UTF-8: save it as one.") from None
    except json.JSONDecodeError as error:
        raise BadHistory(
            f"This is not JSON: {error.msg} in line {error.lineno}, column {error.colno}."
        ) from None
    except (RecursionError, ValueError):  # brackets a thousand deep, a number of 5000 digits
        raise BadHistory("This JSON is nested too deep, or has too long a number.") from None
    return try_file(document)


def try_file(document: Mapping[str, Any]) -> dict[str, Any]:
    """The clocks of the history in a document, as a document.

    Takes `{zone, windows, exceptions: {"2026-11-26": []}, targets: {"first_reply": 3600, ...},
    events: [{at, kind, to}], now}`: targets in seconds of covered time, null or absent for none;
    instants in ISO 8601 with an offset. `resolution_pauses_while_waiting` may be true (K5), an
    event may say whose `words` a ticket is created with (K2).
    Gives `{clocks: [{metric, start, due, stop, outcome, counted, target, late_by}]}`: instants in
    UTC, durations in seconds. Whatever cannot be read is a `ValueError` that says what to change.
    """
    if not isinstance(document, Mapping):
        raise BadHistory(f"The file must be an object with {', '.join(_NEEDED)}.")
    for key in _NEEDED:
        if key not in document:
            raise BadHistory(f"The file has no {key!r}: add it.")
    if not isinstance(document["targets"], Mapping):
        raise BadHistory("targets must be an object of seconds by metric.")
    if not isinstance(document["events"], list):
        raise BadHistory("events must be a list of objects.")
    policy = _policy(document)
    events = [_event(each, place) for place, each in enumerate(document["events"], start=1)]
    now = _instant(document["now"], "now")
    return {"clocks": [_shown(clock) for clock in clocks(events, policy, now)]}


def _policy(document: Mapping[str, Any]) -> Policy:
    check_words("metric", document["targets"], Metric)
    promises = {
        metric: None if target is None else Promise(seconds(target, metric), _COVERAGE)
        for metric, target in document["targets"].items()
    }
    waiting = document.get("resolution_pauses_while_waiting", False)
    if not isinstance(waiting, bool):
        raise BadHistory(
            f"resolution_pauses_while_waiting is {said(waiting)}: write true or false."
        )
    return Policy(
        name="tried",
        coverages={_COVERAGE: Coverage.from_document(document)},
        targets=dict.fromkeys(Impact, promises),
        resolution_pauses_while_waiting=waiting,
    )


def _event(written: Any, place: int) -> Event:
    if not isinstance(written, Mapping):
        raise BadHistory(f"Event {place} must be an object with at and kind.")
    for key in ("at", "kind"):
        if key not in written:
            raise BadHistory(f"Event {place} has no {key!r}: add it.")
    at = _instant(written["at"], f"at of event {place}")
    words = written.get("words", Words.CUSTOMER)
    if words not in list(Words):
        raise BadHistory(
            f"words of event {place} is {said(words)}: write one of {', '.join(Words)}."
        )
    return Event(at, str(written["kind"]), to=str(written.get("to") or ""), words=str(words))


def _instant(text: Any, name: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise BadHistory(
            f"{name} is {said(text)}: write an instant such as 2026-11-25T23:50:00Z."
        ) from None
    if instant.tzinfo is None:
        raise BadHistory(f"{name} is {said(text)}, without a zone: end it with Z or an offset.")
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise BadHistory(
            f"{name} is {said(text)}: that is before or after all calendars."
        ) from None


def _shown(clock: Clock) -> dict[str, Any]:
    return {
        "metric": Metric(clock.metric).value,
        "start": _iso(clock.start),
        "due": _iso(clock.due),
        "stop": _iso(clock.stop),
        "outcome": clock.outcome.value,
        "counted": plain_seconds(clock.counted),
        "target": plain_seconds(clock.target),
        "late_by": None if clock.late_by is None else plain_seconds(clock.late_by),
    }


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat().replace("+00:00", "Z")
