"""A district's month in figures, the list behind each of them, and all promises as a table."""

from __future__ import annotations

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from deskbell.lib.errors import NotFound
from deskbell.look import dates
from deskbell.people.customers import Customer
from deskbell.portal import figures
from deskbell.portal.doors import draw, for_customers, zone_of
from deskbell.portal.exporting import OUTCOMES, promise_lines
from deskbell.portal.figures import Month
from deskbell.portal.speaking import language_of, speaker
from deskbell.tickets.impacts import Impact

MOST = 200  # lines of a list; the table holds all


@require_safe
@for_customers
def month(request: HttpRequest, who: Customer) -> HttpResponseBase:
    """`GET /portal/figures?month=2026-11`: this month, if none is named."""
    chosen = _month(request, who)
    language = language_of(request)
    context = {
        "month": chosen,
        "months": [
            (key, dates.month(first, language)) for key, first in figures.months(zone_of(who))
        ],
        "opened": figures.by_impact(who, chosen, "opened"),
        "solved": figures.by_impact(who, chosen, "solved"),
        "kept": figures.kept(who, chosen),
        "attained": figures.attained(who, chosen),
    }
    return draw(request, "figures", context, who=who)


@require_safe
@for_customers
def behind(request: HttpRequest, who: Customer) -> HttpResponseBase:
    """`GET /portal/figures/list`: `month`, `of` (opened, solved, or a metric), `impact`, `outcome`."""
    chosen, query = _month(request, who), request.GET
    of, impact, outcome = (query.get(each, "") for each in ("of", "impact", "outcome"))
    if impact not in ("", *Impact.values) or outcome not in ("", *OUTCOMES):
        raise NotFound(figures.NO_FIGURES)
    context = {"month": chosen, "of": of, "impact": impact, "outcome": outcome}
    context |= {"outcomes": OUTCOMES, "tickets": [], "clocks": []}
    if of in figures.OF_TICKETS:
        context["tickets"] = figures.tickets(who, chosen, of, impact).order_by("-number")[:MOST]
    elif of in figures.METRICS:
        found = figures.promises(who, chosen, metric=of, impact=impact, outcome=outcome)
        context["clocks"] = found.select_related("ticket").order_by("-ticket", "ordinal")[:MOST]
    else:
        raise NotFound(figures.NO_FIGURES)
    return draw(request, "figures_list", context, who=who)


@require_safe
@for_customers
def export(request: HttpRequest, who: Customer) -> HttpResponseBase:
    """`GET /portal/figures.csv?month=2026-11`: each promise of the month."""
    chosen = _month(request, who)
    found = figures.promises(who, chosen)
    written = promise_lines(found, speaker(language_of(request)), zone_of(who))
    answer = StreamingHttpResponse(written, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="promises-{chosen.key}.csv"'
    return answer


def _month(request: HttpRequest, who: Customer) -> Month:
    figures.may_see(who)
    return figures.month_of(request.GET.get("month", ""), zone_of(who))
