"""The facts of the queue, for whoever draws it."""

from __future__ import annotations

from dataclasses import dataclass

from deskbell.chat.models import Visit


@dataclass(frozen=True)
class QueueChanged:
    """A conversation waits, was given, taken, rung for, or waits no longer."""

    visit: Visit


@dataclass(frozen=True)
class Triaged:
    """A visitor has answered the guided questions, whether or not the impact changed by it."""

    visit: Visit


@dataclass(frozen=True)
class TakersChanged:
    """An agent takes chats from now on, or no longer."""
