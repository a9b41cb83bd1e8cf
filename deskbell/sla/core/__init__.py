"""The arithmetic of promises, pure: no Django, no database, no clock of its own.

Coverages say what counts, policies what is promised, `clocks` derives every clock of a ticket
from its history, `explain` shows how a deadline came about. numpy is imported by `vector` alone.
"""

from __future__ import annotations

from deskbell.sla.core.clocks import Clock, Outcome, clocks
from deskbell.sla.core.coverage import Coverage, Day
from deskbell.sla.core.draft import Mark
from deskbell.sla.core.errors import BadCoverage, BadHistory, BadPolicy, BadZone, PastHorizon
from deskbell.sla.core.explain import Held, Segment, explain, held
from deskbell.sla.core.history import Event, Kind, State, Words
from deskbell.sla.core.policy import Impact, Metric, Policy, Promise
from deskbell.sla.core.standard import standard_support
from deskbell.sla.core.trying import try_file

__all__ = [
    "BadCoverage",
    "BadHistory",
    "BadPolicy",
    "BadZone",
    "Clock",
    "Coverage",
    "Day",
    "Event",
    "Held",
    "Impact",
    "Kind",
    "Mark",
    "Metric",
    "Outcome",
    "PastHorizon",
    "Policy",
    "Promise",
    "Segment",
    "State",
    "Words",
    "clocks",
    "explain",
    "held",
    "standard_support",
    "try_file",
]
