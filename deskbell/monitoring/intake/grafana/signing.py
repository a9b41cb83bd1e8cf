"""Is a body by who has the secret that it is signed with? Only Grafana signs, where a secret is set."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from deskbell.lib import sealing
from deskbell.lib.errors import Refused
from deskbell.monitoring.intake.grafana.reading import why_refused
from deskbell.monitoring.models import Source

log = logging.getLogger(__name__)


class Signing(Protocol):
    """A source, as one door or the other knows it."""

    @property
    def kind(self) -> str: ...
    @property
    def sealed(self) -> str: ...
    @property
    def settings(self) -> Any: ...


def why_not_theirs(
    source: Signing, headers: Mapping[str, str], content: bytes, *, now: datetime
) -> str:
    """Why this body is not by its source, whose signature stands in the headers (names in lower case);
    an empty text if it is. A wrong signature is a wrong secret."""
    if source.kind != Source.Kind.GRAFANA or not source.sealed:
        return ""
    try:
        secret = sealing.unseal(source.sealed)
    except Refused as error:
        log.warning("The secret of a Grafana source can no longer be read: %s", error)
        return ""  # our own fault must not drop an alarm: the address is secret too
    at_header = str(source.settings.get("timestamp_header") or "")
    return why_refused(content, headers, secret=secret, now=now, at_header=at_header)
