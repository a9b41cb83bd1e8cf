"""The nouns of the oncall room: schedules, calls and pages, who answers for what."""

from __future__ import annotations

from deskbell.oncall.models.paging import USABLE, Call, Calls, Method, Page, PushKeys, Uncovered
from deskbell.oncall.models.promises import (
    Answering,
    Drill,
    DrillRun,
    EscalationPolicy,
    EscalationStep,
    Gap,
    GapAccepted,
    Watch,
)
from deskbell.oncall.models.schedules import (
    Duty,
    Layer,
    Override,
    Overrides,
    PersonalCalendar,
    Schedule,
    Subscription,
    Swap,
    Temporary,
    Turn,
)

__all__ = [
    "USABLE",
    "Answering",
    "Call",
    "Calls",
    "Drill",
    "DrillRun",
    "Duty",
    "EscalationPolicy",
    "EscalationStep",
    "Gap",
    "GapAccepted",
    "Layer",
    "Method",
    "Override",
    "Overrides",
    "Page",
    "PersonalCalendar",
    "PushKeys",
    "Schedule",
    "Subscription",
    "Swap",
    "Temporary",
    "Turn",
    "Uncovered",
    "Watch",
]
