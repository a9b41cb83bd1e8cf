"""How a part of the desk says that it is alive (E8): one statement, also for those without Django."""

from __future__ import annotations

# By PostgreSQL's clock, so that machines whose clocks differ agree. It takes a name and seconds.
BEAT = (
    "INSERT INTO realtime_beat (name, at, within) VALUES (%s, clock_timestamp(), %s) "
    "ON CONFLICT (name) DO UPDATE SET at = excluded.at, within = excluded.within"
)
# An orderly end is no fault, for a part that may be left out.
FAREWELL = "DELETE FROM realtime_beat WHERE name = %s"
EVERY = 15.0  # seconds
WITHIN = 180.0  # seconds; a full batch of anything takes less
