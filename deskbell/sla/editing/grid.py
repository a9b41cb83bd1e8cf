"""Which cells a policy's sheet has, in rows and columns as people read them (K6, K15, K16)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from deskbell.people.models import Team
from deskbell.sla.core import Metric
from deskbell.sla.models import Policy
from deskbell.tickets.escalations import VENDOR, tier_in_words
from deskbell.tickets.impacts import Impact

C = TypeVar("C")
REPLIES = {
    Metric.FIRST_REPLY: "First reply",
    Metric.NEXT_REPLY: "Next reply",
    Metric.PERIODIC_UPDATE: "Periodic update",
    Metric.RESOLUTION: "Resolution",
}


@dataclass
class Row(Generic[C]):
    """A row, with a cell for each column; None where there is nothing to promise."""

    label: str
    impact: str  # "" if it is not an impact's
    cells: list[C | None]


@dataclass
class Group(Generic[C]):
    """A table of the sheet."""

    key: str
    title: str
    columns: list[str]
    rows: list[Row[C]]


@dataclass
class Grid:
    """The tables with the names of their cells: where the promise stands in a document."""

    groups: list[Group[str]]

    def filled(self, cell: Callable[[str, str], C]) -> list[Group[C]]:
        """The same with a cell, made from its name and label, in the place of each name."""
        return [
            Group(
                group.key,
                group.title,
                group.columns,
                [_fill(row, group, cell) for row in group.rows],
            )
            for group in self.groups
        ]


def grid(policy: Policy, tiers: Iterable[str]) -> Grid:
    """The cells of a policy: replies by impact and live chat, alarms, and the tiers of escalation.

    `tiers`: those that it names already, beside those of the desk's teams and the vendor.
    """
    replies: list[Row[str]] = [
        Row(str(impact.label), str(impact), [f"targets.{impact}.{metric}" for metric in REPLIES])
        for impact in Impact
    ]
    replies.append(Row("Live chat", "", [f"chat.{metric}" for metric in REPLIES]))
    alarm = Row("Alarm", "", [f"alert.{Metric.ACKNOWLEDGE}"])
    escalation = [
        Row(tier_in_words(tier), "", [f"escalation.{tier}.{impact}" for impact in Impact])
        for tier in _tiers(tiers)
    ]
    impacts = [str(impact.label) for impact in Impact]
    return Grid(
        [
            Group("replies", "Replies and resolution", list(REPLIES.values()), list(replies)),
            Group("alarms", "Alarms", ["Acknowledged by a person"], [alarm]),
            Group("tiers", "Technical escalation, taken over within", impacts, list(escalation)),
        ]
    )


def _fill(row: Row[str], group: Group[str], cell: Callable[[str, str], C]) -> Row[C]:
    pairs = zip(row.cells, group.columns, strict=True)
    cells = [
        cell(name, f"{row.label}, {column.lower()}") if name else None for name, column in pairs
    ]
    return Row(row.label, row.impact, cells)


def _tiers(named: Iterable[str]) -> list[str]:
    """From tier 2 on, and the vendor; in their order."""
    of_teams = {str(tier) for tier in Team.objects.values_list("tier", flat=True) if tier > 1}
    return sorted({*of_teams, *named, "2", "3", VENDOR}, key=lambda tier: (tier == VENDOR, tier))
