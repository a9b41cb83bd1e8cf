"""The few errors that a person may see. Each is caught at one border and shown as its sentence."""

from __future__ import annotations

from typing import ClassVar


class Refused(Exception):
    """The desk will not do this, and says why in one sentence that tells what to change. `way_out` is what a
    form may offer beside the sentence, by the name that its style sheet knows."""

    way_out: ClassVar[str] = ""


class NotFound(Exception):
    """There is no such thing, or none that this person may see: the two look alike on purpose."""
