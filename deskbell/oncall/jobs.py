"""What the oncall room does in the background."""

from __future__ import annotations

from deskbell.lib.jobs import job, nightly
from deskbell.oncall import subscriptions
from deskbell.oncall.drills import jobs as _jobs_of_drills
from deskbell.oncall.drills import planning
from deskbell.oncall.gaps import keeping
from deskbell.oncall.methods import keeping as methods

assert _jobs_of_drills  # reading it registers them


@nightly("look_for_gaps", at="40 9 * * *")
def look_for_gaps() -> None:
    """Hold the rota of the next 90 days against what is promised (G1)."""
    keeping.look_again()


@job("look_for_gaps_soon")
def look_for_gaps_soon() -> None:
    """The same after someone's ways to be reached have changed (G2)."""
    keeping.look_again()


@nightly("read_calendars", at="*/15 * * * *")
def read_calendars() -> None:
    """Read the calendars of leave and shifts again (S9)."""
    subscriptions.read_all()


@nightly("begin_drills", at="* * * * *")
def begin_drills() -> None:
    """Begin the drills whose minute has come (E9)."""
    planning.begin_due()


@nightly("erase_removed_methods", at="20 8 * * *")
def erase_removed_methods() -> None:
    """Forget the methods, and their secrets, that people removed a day ago."""
    methods.erase_removed()
