"""The nouns of the monitoring room: what is watched, what watches it, what it reports."""

from __future__ import annotations

from deskbell.monitoring.models.alerts import Alert, Alerts, Body, Mention, Silence, Source
from deskbell.monitoring.models.checks import Check, CheckChange, Ping, Timing
from deskbell.monitoring.models.prometheus import ReadKey
from deskbell.monitoring.models.vendors import Vendor, VendorIncident
from deskbell.monitoring.models.watched import Component, ComponentChange, Maintenance, Service

__all__ = [
    "Alert",
    "Alerts",
    "Body",
    "Check",
    "CheckChange",
    "Component",
    "ComponentChange",
    "Maintenance",
    "Mention",
    "Ping",
    "ReadKey",
    "Service",
    "Silence",
    "Source",
    "Timing",
    "Vendor",
    "VendorIncident",
]
