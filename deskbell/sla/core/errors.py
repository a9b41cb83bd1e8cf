"""What the arithmetic refuses. Each is a `ValueError` whose sentence says what to change."""

from __future__ import annotations

from reprlib import Repr


class BadZone(ValueError):
    """A time zone that does not exist, or a deprecated alias of one (T4)."""


class BadCoverage(ValueError):
    """Windows or exceptions that cannot be read, overlap, or never open (C1, C5)."""


class PastHorizon(ValueError):
    """The answer lies where the coverage has nothing to say: outside 1900 to 2199, or past the
    last opening of a finite calendar (C5)."""


class BadPolicy(ValueError):
    """A policy with a negative target, an unknown metric, impact or coverage."""


class BadHistory(ValueError):
    """Events out of order or of an unknown kind, or a try file that cannot be read."""


def said(value: object) -> str:
    """A value that is refused, as a sentence shows it: short, on one line."""
    return _short.repr(value)


_short = Repr()
_short.maxstring = _short.maxother = 60
