"""Standard Support, the policy that a new desk starts with (P7, C7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from deskbell.sla.core.coverage import Coverage
from deskbell.sla.core.policy import Impact, Metric, Policy, Promise

ZONE = "America/New_York"
_WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)


def standard_support(holidays: Mapping[date, str]) -> Policy:
    """The promises of Standard Support. Business hours are closed on the `holidays` (date to
    name), 24/7 and 24/5 observe none (C7)."""
    return Policy(
        name="Standard Support",
        coverages={
            "always": Coverage.always(ZONE, name="24/7"),
            "weekdays": Coverage.weekly(
                ZONE, dict.fromkeys(_WORKDAYS, (("00:00", "24:00"),)), name="24/5"
            ),
            "business_hours": Coverage.weekly(
                ZONE,
                dict.fromkeys(_WORKDAYS, (("08:00", "19:00"),)),
                {day: ([], name) for day, name in holidays.items()},
                name="Business hours",
            ),
        },
        targets={
            Impact.URGENT: _replies("always", 15 * _MINUTE, 30 * _MINUTE, _HOUR),
            Impact.HIGH: _replies("weekdays", _HOUR, 2 * _HOUR, 4 * _HOUR),
            Impact.NORMAL: _replies("business_hours", 4 * _HOUR, 8 * _HOUR, 11 * _HOUR),
            Impact.LOW: _replies("business_hours", 11 * _HOUR, 22 * _HOUR, 55 * _HOUR),
        },
        chat={
            Metric.FIRST_REPLY: Promise(5 * _MINUTE, "business_hours"),
            Metric.NEXT_REPLY: Promise(5 * _MINUTE, "business_hours"),
        },
        alert={Metric.ACKNOWLEDGE: Promise(5 * _MINUTE, "always")},
    )


def _replies(
    coverage: str, first: timedelta, following: timedelta, update: timedelta
) -> dict[str, Promise]:
    return {
        Metric.FIRST_REPLY: Promise(first, coverage),
        Metric.NEXT_REPLY: Promise(following, coverage),
        Metric.PERIODIC_UPDATE: Promise(update, coverage),
    }
