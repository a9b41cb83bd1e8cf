"""What the page of a what-if shows: lines, bars, and the clocks that change sides."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from deskbell.look.words import duration
from deskbell.reports.models import Turned, WhatIf
from deskbell.sla.models import Clock
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Ticket

AT_ONCE = 50
WAYS = {"missed": "Met, would be missed", "met": "Missed, would be met"}
_METRICS, _IMPACTS = dict(Clock.Metric.choices), dict(Impact.choices)


def line(asked: WhatIf) -> dict[str, Any]:
    """One of those that were asked before."""
    return {"whatif": asked, "what": "; ".join(asked.changes), "state": _STATES[asked.state]}


_STATES = {
    "working": "Working",
    "answered": "Answered",
    "failed": "Failed",
    "cancelled": "Cancelled",
}


def answer(asked: WhatIf, chosen: QueryDict) -> dict[str, Any]:
    """Everything below the head of the page; nothing while there is no answer."""
    result = asked.result
    if result is None:
        return {"result": None}
    districts = [(each["district_id"], each["district"]) for each in result["by_district"]]
    names = dict(districts)
    turned = _chosen(asked, chosen)
    after = chosen.get("after", "")
    here = turned.filter(id__gt=int(after)) if _is_number(after) else turned
    rows = list(here.order_by("id")[: AT_ONCE + 1])
    return {
        "result": result,
        "all": _pair("All clocks", result),
        "promises": [_promise(each) for each in result["by_promise"]],
        "impacts": [_pair(_IMPACTS[e["impact"]], e) for e in result["by_impact"]],
        "metrics": [_pair(_METRICS[e["metric"]], e) for e in result["by_metric"]],
        "districts": [_pair(e["district"] or "No district", e) for e in result["by_district"]],
        "turned": _with_subjects(rows[:AT_ONCE], names),
        "more": rows[AT_ONCE - 1].pk if len(rows) > AT_ONCE else None,
        "after": after,
        "filters": _filters(chosen, [(d, name) for d, name in districts if d is not None]),
        "filtered": any(chosen.get(name) for name in ("way", "metric", "impact", "district")),
        "query": _query(chosen),
    }


def _chosen(asked: WhatIf, chosen: QueryDict) -> QuerySet[Turned]:
    """Confidential tickets are counted, and not listed."""
    hidden = Ticket.objects.filter(confidential=True).values("number")
    turned = Turned.objects.filter(whatif=asked).exclude(ticket__in=hidden)
    if chosen.get("way") in WAYS:
        turned = turned.filter(to_missed=chosen["way"] == "missed")
    if chosen.get("metric") in _METRICS:
        turned = turned.filter(metric=chosen["metric"])
    if chosen.get("impact") in _IMPACTS:
        turned = turned.filter(impact=chosen["impact"])
    if _is_number(chosen.get("district", "")):
        turned = turned.filter(district=int(chosen.get("district", "")))
    return turned


def _filters(chosen: QueryDict, districts: list[tuple[int, str]]) -> list[dict[str, Any]]:
    """The selects above the list: name, label, the word for all, the choices with the chosen one."""
    offered = [
        ("way", "Way", "Both ways", list(WAYS.items())),
        ("metric", "Metric", "All metrics", list(_METRICS.items())),
        ("impact", "Impact", "All impacts", list(_IMPACTS.items())),
        ("district", "District", "All districts", [(str(d), name) for d, name in districts]),
    ]
    return [
        {"name": name, "label": label, "all": all_, "choices": made, "value": chosen.get(name, "")}
        for name, label, all_, made in offered
    ]


def _query(chosen: QueryDict) -> str:
    """The filters as part of an address, without the place on the list."""
    kept = chosen.copy()
    kept.pop("after", None)
    return kept.urlencode()


def _with_subjects(rows: list[Turned], names: dict[int | None, str]) -> list[dict[str, Any]]:
    numbers = [row.ticket for row in rows]
    subjects = dict(Ticket.objects.filter(pk__in=numbers).values_list("number", "subject"))
    return [
        {
            "row": row,
            "subject": subjects.get(row.ticket),
            "metric": _METRICS[row.metric],
            "impact": _IMPACTS[row.impact],
            "district": names.get(row.district, ""),
        }
        for row in rows
    ]


def _promise(each: dict[str, Any]) -> dict[str, Any]:
    return {
        **_pair(_METRICS[each["metric"]], each),
        "impact": each["impact"],
        "impact_label": _IMPACTS[each["impact"]],
    }


def _pair(name: str, each: dict[str, Any]) -> dict[str, Any]:
    """A line of a table: both sides in words, and the bars' lengths out of 100."""
    was, would_be = _side(each["as_it_was"]), _side(each["would_be"])
    change = None
    if was["share"] is not None and would_be["share"] is not None:
        change = round(would_be["share"] * 100 - was["share"] * 100, 1)
    return {"name": name, "was": was, "would_be": would_be, "change": change}


def _side(side: dict[str, Any]) -> dict[str, Any]:
    share = side["share_met"]
    return {
        **side,
        "share": share,
        "percent": "–" if share is None else f"{share * 100:.1f} %",
        "bar": 0 if share is None else round(share * 100, 2),
        "decided": side["met"] + side["breached"],
        "median": _duration(side["median_used"]),
        "p90": _duration(side["p90_used"]),
    }


def _duration(seconds: int | None) -> str:
    return "–" if seconds is None else duration(timedelta(seconds=seconds))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 18
