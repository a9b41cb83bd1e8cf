"""Jobs of the monitoring room."""

from __future__ import annotations

from deskbell.lib.jobs import nightly
from deskbell.monitoring.checks import rolling
from deskbell.monitoring.heartbeats import overdue

nightly("trim-pings", at="*/10 * * * *")(overdue.trim)
nightly("roll-timings", at="*/5 * * * *")(rolling.roll_up)
