"""A ticket's clocks explained to a reader: plain data with its words, the same wherever it is shown."""

from __future__ import annotations

from deskbell.sla.explaining.nouns import (
    Account,
    Audience,
    Cause,
    Explanation,
    Line,
    Promised,
    Step,
    Version,
)
from deskbell.sla.explaining.picture import Drawn, Picture, drawn
from deskbell.sla.explaining.plain import plain
from deskbell.sla.explaining.reading import account_of, digest_of, one_of

__all__ = [
    "Account",
    "Audience",
    "Cause",
    "Drawn",
    "Explanation",
    "Line",
    "Picture",
    "Promised",
    "Step",
    "Version",
    "account_of",
    "digest_of",
    "drawn",
    "one_of",
    "plain",
]
