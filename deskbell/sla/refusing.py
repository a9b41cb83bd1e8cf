"""The border of the arithmetic: what it can't read becomes a sentence for the person who wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from deskbell.lib.errors import Refused
from deskbell.sla.core import BadCoverage, BadHistory, BadPolicy, BadZone, PastHorizon


@contextmanager
def refusing() -> Iterator[None]:
    """Turn the core's errors about what someone has written into `Refused`."""
    try:
        yield
    except (BadCoverage, BadHistory, BadPolicy, BadZone, PastHorizon) as error:
        raise Refused(str(error)) from error
