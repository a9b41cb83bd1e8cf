"""All kinds of checks. Each is a folder with the same two files: `asking.py` asks once, `form.py` reads
what people set up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from deskbell.monitoring.checks.common import Ask
from deskbell.monitoring.checks.dns import asking as dns
from deskbell.monitoring.checks.dns import form as dns_form
from deskbell.monitoring.checks.http import asking as http
from deskbell.monitoring.checks.http import form as http_form
from deskbell.monitoring.checks.icmp import asking as icmp
from deskbell.monitoring.checks.icmp import form as icmp_form
from deskbell.monitoring.checks.imap import asking as imap
from deskbell.monitoring.checks.imap import form as imap_form
from deskbell.monitoring.checks.smtp import asking as smtp
from deskbell.monitoring.checks.smtp import form as smtp_form
from deskbell.monitoring.checks.steps import asking as steps
from deskbell.monitoring.checks.steps import form as steps_form
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


def _kind(ask: Ask, form: ModuleType) -> Kind:
    return Kind(ask, form.read, form.shown, form.target, form.door)


KINDS: Mapping[str, Kind] = {
    Check.Kind.HTTP: _kind(http.ask, http_form),
    Check.Kind.TCP: _kind(tcp.ask, tcp_form),
    Check.Kind.DNS: _kind(dns.ask, dns_form),
    Check.Kind.ICMP: _kind(icmp.ask, icmp_form),
    Check.Kind.SMTP: _kind(smtp.ask, smtp_form),
    Check.Kind.IMAP: _kind(imap.ask, imap_form),
    Check.Kind.STEPS: _kind(steps.ask, steps_form),
}
