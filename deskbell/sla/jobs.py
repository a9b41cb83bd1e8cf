"""What the sla room does at night: versions follow new holidays and new zone data (K9)."""

from __future__ import annotations

from deskbell.lib.jobs import nightly
from deskbell.sla.versions import renew_all


@nightly("renew_policies", at="20 9 * * *")
def renew_policies() -> None:
    """Make new versions where the holidays library or the zone data now say something else."""
    renew_all(reason="Newer holidays or time zone data")
