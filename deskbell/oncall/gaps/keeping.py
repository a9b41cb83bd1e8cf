"""Keeping the gaps: after every save and every night; a save that opens one needs a reason (G1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import connection, transaction

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.look.words import stretch
from deskbell.oncall.gaps.finding import AHEAD, find
from deskbell.oncall.gaps.holes import Hole, opened
from deskbell.oncall.models import Gap, GapAccepted
from deskbell.people import notices
from deskbell.people.desk import the_desk
from deskbell.people.models import Agent
from deskbell.sla.versions import PromisesChanged
from deskbell.tickets.impacts import Impact

T = TypeVar("T")
Counted = Callable[[T], bool]
LAST_DAY = timedelta(days=1)
PATH = "/oncall/gaps"


class OpensGaps(Refused):
    """A save would open gaps. It did not happen; a manager can say why it may."""

    def __init__(self, gaps: Sequence[Hole]) -> None:
        self.gaps = list(gaps)
        super().__init__(
            f"This would leave {told(self.gaps[0])} without anyone who can be reached"
            f"{_and_more(len(self.gaps))}. A manager can save it with a reason."
        )


@transaction.atomic
def recompute() -> list[Hole]:
    """Find the gaps anew and keep them; returns those that were not there before."""
    before = stored()
    after = find()
    _store(after)
    return opened(before, after)


def opened_by(
    change: Callable[[], T],
    *,
    what: str,
    by: Agent,
    reason: str = "",
    counts: Counted[T] | None = None,
) -> T:
    """Do `change` in a transaction and give back what it returns; raises OpensGaps and undoes it if
    it opens gaps without a manager's reason. `what` names the save for those who read it later.

    `counts` tells from what `change` returned whether anything was saved at all.
    """
    with transaction.atomic():
        before = find()
        result = change()
        if counts is not None and not counts(result):
            return result
        after = find()
        new = opened(before, after)
        if new and not (by.manages and reason.strip()):
            raise OpensGaps(new)
        if new:
            _accept(new, what=what, by=by, reason=reason.strip())
        _store(after)
    return result


@transaction.atomic
def look_again() -> None:
    """Recompute, and leave the managers a notice about what has opened by itself: a method untested
    for too long, someone who left, a layer that ends."""
    with_gaps = {hole.impact for hole in stored() if not hole.warning}
    # Each night a further day comes into sight; a gap that recurs in it every week is known already.
    in_sight = clock.now() + AHEAD - LAST_DAY
    new = [hole for hole in recompute() if hole.start < in_sight or hole.impact not in with_gaps]
    if new:
        text = f"Nobody can be reached: {told(new[0])}{_and_more(len(new))}. {new[0].why}"
        notices.notify(managers(), text, path=PATH, urgent=new[0].start < clock.now() + LAST_DAY)


def promises_changed(_: PromisesChanged) -> None:
    """A policy's new version came with its own reason: what it opens is told to the managers, not asked."""
    look_again()


def stored() -> list[Hole]:
    """The gaps as they were kept last, without what has passed meanwhile."""
    rows = Gap.objects.filter(ends_at__gt=clock.now())
    return [
        Hole(row.impact, row.starts_at, row.ends_at, row.kind, row.why, row.is_warning)
        for row in rows
    ]


def told(hole: Hole) -> str:
    """A gap in words: “Urgent on Sat, Nov 28, 1:00 pm to 5:00 pm”."""
    when = stretch(hole.start, hole.end, the_desk().zone)
    return f"{Impact(hole.impact).label} on {when}"


def _store(found: Sequence[Hole]) -> None:
    """Replace what is kept. A gap that overlaps one of before was found when that was."""
    with connection.cursor() as cursor:  # one at a time: two saves would each leave their gaps
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('oncall_gap'))")
    since = list(Gap.objects.values_list("impact", "starts_at", "ends_at", "found_at"))
    now = clock.now()
    Gap.objects.all().delete()
    Gap.objects.bulk_create(
        Gap(
            impact=hole.impact,
            starts_at=hole.start,
            ends_at=hole.end,
            kind=hole.kind,
            why=hole.why[:300],
            is_warning=hole.warning,
            found_at=_found_at(hole, since, now),
        )
        for hole in found
    )


def _found_at(
    hole: Hole, since: Sequence[tuple[str, datetime, datetime, datetime]], now: datetime
) -> datetime:
    overlapping = (
        at
        for impact, start, end, at in since
        if impact == hole.impact and start < hole.end and hole.start < end
    )
    return min(overlapping, default=now)


def _accept(gaps: Sequence[Hole], *, what: str, by: Agent, reason: str) -> None:
    GapAccepted.objects.create(
        by=by,
        at=clock.now(),
        what=what[:300],
        reason=reason[:500],
        gaps=[
            {
                "impact": hole.impact,
                "from": hole.start.isoformat(),
                "to": hole.end.isoformat(),
                "why": hole.why,
            }
            for hole in gaps
        ],
    )


def managers() -> list[Agent]:
    """Who is told what no one on the rota can mend: the managers, else the administrators."""
    active = Agent.objects.filter(person__is_active=True).select_related("person")
    return list(active.filter(role=Agent.Role.MANAGER)) or list(
        active.filter(role=Agent.Role.ADMINISTRATOR)
    )


def _and_more(count: int) -> str:
    if count == 1:
        return ""
    return f", and {count - 1} more span{'s' if count > 2 else ''}"
