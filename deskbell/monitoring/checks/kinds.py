"""All kinds of checks. Each is a folder with the same two files: `asking.py` asks once, `form.py` reads
what people set up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from deskbell.monitoring.checks.common import Ask
from deskbell.monitoring.checks.http import asking as http
from deskbell.monitoring.checks.http import form as http_form
from deskbell.monitoring.checks.tcp import asking as tcp
from deskbell.monitoring.checks.tcp import form as tcp_form
from deskbell.monitoring.models import Check

Asks = dict[str, Any]
Form = Mapping[str, str]


@dataclass(frozen=True)
class Kind:
    """`read` makes what is kept of a form, and its secrets; Refused with what to change. `shown` fills the
    form again. `target` is whom it asks, in a line; `door` the host and TCP port where the network ends,
    if it has one."""

    ask: Ask
    read: Callable[[Form], tuple[Asks, dict[str, str]]]
    shown: Callable[[Asks], dict[str, str]]
    target: Callable[[Asks], str]
    door: Callable[[Asks], tuple[str, int] | None]


KINDS: Mapping[str, Kind] = {
    Check.Kind.HTTP: Kind(
        http.ask, http_form.read, http_form.shown, http_form.target, http_form.door
    ),
    Check.Kind.TCP: Kind(tcp.ask, tcp_form.read, tcp_form.shown, tcp_form.target, tcp_form.door),
}
