"""A district's month in figures: requests, promises kept or not, and how much of the time all worked.

Everything is counted from what the reader may see, by `visible_to`, so each number is the length of a list
that they can open. A promise is of the month in which its clock began; cancelled ones count nowhere (K14).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet

from deskbell.incidents import uptime
from deskbell.incidents.status_page.audience import audience_of
from deskbell.incidents.uptime import Tally
from deskbell.lib import clock
from deskbell.lib.errors import NotFound
from deskbell.lib.zones import zone
from deskbell.people.customers import SEE_ALL, Customer
from deskbell.people.models import District
from deskbell.reports.attained import percent
from deskbell.sla.models import Clock
from deskbell.tickets.access import visible_to
from deskbell.tickets.events import Kind
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import State, Ticket, TicketEvent

LOOKED_BACK = 24  # months
METRICS = (Clock.Metric.FIRST_REPLY, Clock.Metric.NEXT_REPLY, Clock.Metric.PERIODIC_UPDATE)
OUTCOMES = (Clock.Outcome.MET, Clock.Outcome.BREACHED, Clock.Outcome.RUNNING)
OF_TICKETS = ("opened", "solved")
NO_MONTH = "There are no figures of that month."
NO_FIGURES = "There is no such page, or none that you may see."


@dataclass(frozen=True)
class Month:
    """A month by the reader's wall clock; `end` is now while it runs."""

    first: date
    start: datetime
    end: datetime

    @property
    def key(self) -> str:
        return f"{self.first:%Y-%m}"


@dataclass(frozen=True)
class Kept:
    """Promises of one metric and impact: how many were kept, missed, and not decided yet."""

    metric: Clock.Metric
    impact: Impact
    met: int
    missed: int
    running: int

    @property
    def percent(self) -> str:
        """Of those that are decided, never rounded up; "" while none is."""
        decided = self.met + self.missed
        return percent(self.met, decided) if decided else ""


@dataclass(frozen=True)
class Uptime:
    """What the components of a district attained (U1 to U6), and what was promised."""

    district: District
    each: Sequence[tuple[str, Decimal | None]]
    all_of_it: Tally
    target: Decimal

    @property
    def is_met(self) -> bool:
        return self.all_of_it.meets(self.target)


def month_of(text: str, zone_name: str) -> Month:
    """The month that an address names as 2026-11, this one if it names none. Raises NotFound."""
    now = clock.now()
    today = now.astimezone(zone(zone_name)).date()
    try:
        first = date.fromisoformat(f"{text}-01") if text else today.replace(day=1)
    except ValueError as error:
        raise NotFound(NO_MONTH) from error
    back = (today.year - first.year) * 12 + today.month - first.month
    if not 0 <= back < LOOKED_BACK:
        raise NotFound(NO_MONTH)
    following = (first + timedelta(days=31)).replace(day=1)
    start, end = (uptime.midnight(zone_name, day) for day in (first, following))
    return Month(first, start, min(end, now))


def months(zone_name: str) -> list[tuple[str, date]]:
    """Those that can be asked for, the newest first: their keys and first days."""
    today = clock.now().astimezone(zone(zone_name)).date()
    number = today.year * 12 + today.month - 1
    counted = (divmod(number - back, 12) for back in range(LOOKED_BACK))
    firsts = [date(year, month + 1, 1) for year, month in counted]
    return [(f"{first:%Y-%m}", first) for first in firsts]


def may_see(who: Customer) -> None:
    """Figures are for whoever sees the requests of others too. Raises NotFound."""
    if not who.sees_more:
        raise NotFound(NO_FIGURES)


def tickets(who: Customer, month: Month, what: str, impact: str = "") -> QuerySet[Ticket]:
    """Requests that were opened in the month, or solved in it, whatever became of them since."""
    found = visible_to(who).filter(**({"impact": impact} if impact else {}))
    if what == "opened":
        return found.filter(created_at__gte=month.start, created_at__lt=month.end)
    solved = TicketEvent.objects.filter(
        ticket=OuterRef("pk"),
        kind=Kind.STATE,
        data__to=str(State.SOLVED),
        at__gte=month.start,
        at__lt=month.end,
    )
    return found.filter(Exists(solved), updated_at__gte=month.start)


def promises(
    who: Customer, month: Month, *, metric: str = "", impact: str = "", outcome: str = ""
) -> QuerySet[Clock]:
    """The promises that began in the month, all of them or of one kind; impacts as they are now."""
    wanted = {"metric": metric, "ticket__impact": impact, "outcome": outcome}
    return Clock.objects.filter(
        ticket__in=visible_to(who),
        metric__in=METRICS,
        outcome__in=OUTCOMES,
        started_at__gte=month.start,
        started_at__lt=month.end,
        **{name: value for name, value in wanted.items() if value},
    )


def by_impact(who: Customer, month: Month, what: str) -> Mapping[Impact, int]:
    """How many were opened, or solved, of each impact."""
    counted = Counter(tickets(who, month, what).values_list("impact", flat=True))
    return {each: counted[each] for each in Impact}


def kept(who: Customer, month: Month) -> list[Kept]:
    """A line for each metric and impact of which something was promised."""
    rows = promises(who, month).values_list("metric", "ticket__impact", "outcome")
    counted = Counter(rows.order_by())
    lines = [
        Kept(metric, impact, *(counted[metric, impact, outcome] for outcome in OUTCOMES))
        for metric in METRICS
        for impact in Impact
    ]
    return [each for each in lines if each.met or each.missed or each.running]


def attained(who: Customer, month: Month) -> list[Uptime]:
    """Of each district in which they see others' requests and that depends on anything."""
    placed = {place.district_id for place in who.places if place.role in SEE_ALL}
    districts = District.objects.filter(pk__in=placed).order_by("name")
    found = [_attained(each, month) for each in districts]
    return [each for each in found if each.all_of_it.counts]


def _attained(district: District, month: Month) -> Uptime:
    audience, edges = audience_of(district), [month.start, month.end]
    spans = uptime.timelines(audience.components, *edges)
    counts = audience.maintenance_counts(month.first)
    each = {
        component: uptime.tallies(spans[component.pk], edges, maintenance_counts=counts)[0]
        for component in audience.components
    }
    return Uptime(
        district,
        [(component.name, tally.percent) for component, tally in each.items()],
        uptime.share({component.pk: tally for component, tally in each.items()}),
        audience.target(month.first),
    )
