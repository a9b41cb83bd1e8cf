"""Jobs of the monitoring room."""

from __future__ import annotations

from deskbell.lib.jobs import nightly
from deskbell.monitoring.heartbeats import overdue

nightly("trim-pings", at="*/10 * * * *")(overdue.trim)
