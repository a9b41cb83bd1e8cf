"""The nouns of the incidents room."""

from __future__ import annotations

from deskbell.incidents.models.incidents import (
    Incident,
    IncidentComponent,
    IncidentEvent,
    IncidentTicket,
    Phase,
    Postmortem,
    Proposal,
    Severity,
)
from deskbell.incidents.models.news import Asking, Delivery, Subscriber
from deskbell.incidents.models.pages import PrivatePage
from deskbell.incidents.models.updates import (
    IncidentUpdate,
    MaintenanceNotice,
    Template,
    Wording,
)

__all__ = [
    "Asking",
    "Delivery",
    "Incident",
    "IncidentComponent",
    "IncidentEvent",
    "IncidentTicket",
    "IncidentUpdate",
    "MaintenanceNotice",
    "Phase",
    "Postmortem",
    "PrivatePage",
    "Proposal",
    "Severity",
    "Subscriber",
    "Template",
    "Wording",
]
