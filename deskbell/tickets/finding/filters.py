"""What may stand before a colon in a search, and what it asks of the tickets.

Names are looked up first, so that the question to the tickets holds keys alone and every one of them has
its index. What only higher rooms know (clocks, incidents) they add to these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.people.models import Agent, District, Person, School, Team
from deskbell.tickets.aside.models import Aside
from deskbell.tickets.escalations import VENDOR
from deskbell.tickets.finding.spans import between
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import (
    Attachment,
    Category,
    Channel,
    Contest,
    Mention,
    Message,
    State,
    Tag,
)

MOST_FOUND = 50  # people whom one name may mean


@dataclass(frozen=True)
class Asker:
    """Who asks, when, and in which zone: `me`, `<2d` and `today` are theirs."""

    agent: Agent
    zone: str
    now: datetime = field(default_factory=clock.now)


@dataclass(frozen=True)
class Filter:
    """One key: in words, how one value becomes a condition, and what can be offered after the colon."""

    hint: str
    condition: Callable[[str, Asker], Q]
    offers: Callable[[str], Iterable[str]] = lambda begun: ()


_CONTESTED = Contest.objects.filter(ticket=OuterRef("pk"), settled_at=None)
TIERS = ("1", "2", "3", VENDOR)
UNFINISHED = ~Q(state__in=[State.SOLVED, State.CLOSED])


def _mentioned(asker: Asker) -> Q:
    return Q(Exists(Mention.objects.filter(ticket=OuterRef("pk"), agent=asker.agent)))


def _snoozed(asker: Asker) -> Q:
    return Q(snoozed_until__gt=asker.now)


IS: dict[str, Callable[[Asker], Q]] = {
    **{str(state): lambda asker, state=state: Q(state=state) for state in State},  # type: ignore[misc]
    "unfinished": lambda asker: UNFINISHED,
    "unassigned": lambda asker: Q(assignee=None),
    "mine": lambda asker: Q(assignee=asker.agent),
    "snoozed": _snoozed,
    "mentioned": _mentioned,
    "contested": lambda asker: UNFINISHED & Q(Exists(_CONTESTED)),
    "escalated": lambda asker: ~Q(tier=""),
    "live": lambda asker: Q(live=True),
    "merged": lambda asker: Q(merged_into__isnull=False),
    "spam": lambda asker: Q(aside=Aside.SPAM),
    "deleted": lambda asker: Q(aside=Aside.TRASH),
}


def is_one_of(known: Mapping[str, Callable[[Asker], Q]]) -> Filter:
    """The filter `is:`, with all that a ticket can be."""

    def condition(value: str, asker: Asker) -> Q:
        if value.lower() not in known:
            raise _unknown("is", value, known)
        return known[value.lower()](asker)

    return Filter("open, unassigned, snoozed, breached ...", condition, lambda begun: known)


def _chosen(key: str, values: Sequence[str], column: str) -> Filter:
    def condition(value: str, asker: Asker) -> Q:
        if value.lower() not in values:
            raise _unknown(key, value, values)
        return Q(**{column: value.lower()})

    return Filter(f"{', '.join(values)}", condition, lambda begun: values)


def _assignee(value: str, asker: Asker) -> Q:
    if value.lower() == "me":
        return Q(assignee=asker.agent)
    if value.lower() in {"none", "nobody"}:
        return Q(assignee=None)
    agents = Agent.objects.filter(_named(value, "person__name") | Q(person__email__iexact=value))
    return Q(assignee__in=_found("colleague", value, agents))


def _team(value: str, asker: Asker) -> Q:
    if value.lower() in {"mine", "my"}:
        return Q(team__in=list(asker.agent.teams.values_list("pk", flat=True)))
    if value.lower() == "none":
        return Q(team=None)
    return Q(team__in=_found("team", value, Team.objects.filter(_named(value))))


def _tier(value: str, asker: Asker) -> Q:
    if value not in TIERS and not value.isdecimal():
        raise _unknown("tier", value, TIERS)
    return Q(tier="" if value == "1" else value.lower())


def _district(value: str, asker: Asker) -> Q:
    if value.lower() == "none":
        return Q(district=None)
    return Q(district__in=_found("district", value, District.objects.filter(_named(value))))


def _school(value: str, asker: Asker) -> Q:
    return Q(school__in=_found("school", value, School.objects.filter(_named(value))))


def _from(value: str, asker: Asker) -> Q:
    if "@" in value and not value.startswith("@"):
        people = Person.objects.filter(email=value.lower())
    elif value.startswith("@"):
        people = Person.objects.filter(email__endswith=value.lower())
    else:
        people = Person.objects.filter(_named(value) | Q(name__icontains=f" {value}"))
    return Q(requester__in=_found("customer", value, people))


def _tag(value: str, asker: Asker) -> Q:
    return Q(tags__contains=[value.lower()])


def _has(value: str, asker: Asker) -> Q:
    files = Attachment.objects.filter(message__ticket=OuterRef("pk"))
    notes = Message.objects.filter(ticket=OuterRef("pk"), public=False, side="team")
    known = {"file": files, "attachment": files, "note": notes}
    if value.lower() == "tag":
        return ~Q(tags=[])
    if value.lower() not in known:
        raise _unknown("has", value, ("attachment", "note", "tag"))
    return Q(Exists(known[value.lower()]))


def instants(column: str, hint: str, *, ahead: bool = False) -> Filter:
    """A filter by when something was, or will be (`ahead`)."""

    def condition(value: str, asker: Asker) -> Q:
        span = between(value, now=asker.now, zone=asker.zone, ahead=ahead)
        first = {f"{column}__gte": span.first} if span.first else {}
        return Q(**first, **({f"{column}__lt": span.last} if span.last else {}))

    return Filter(hint, condition, lambda begun: ("today", "<1d", "<1w", ">1w"))


def _names(rows: QuerySet[Model]) -> Callable[[str], Iterable[str]]:
    def offered(begun: str) -> Iterable[str]:
        return rows.filter(name__istartswith=begun).values_list("name", flat=True)[:8]

    return offered


def _colleagues(begun: str) -> Iterable[str]:
    agents = Agent.objects.filter(person__is_active=True, person__name__istartswith=begun)
    return ["me", "none", *agents.values_list("person__name", flat=True)[:8]]


def _people(begun: str) -> Iterable[str]:
    found = Person.objects.filter(Q(name__istartswith=begun) | Q(email__startswith=begun.lower()))
    return [each.email or each.name for each in found.filter(agent=None)[:8]]


FILTERS: dict[str, Filter] = {
    "is": is_one_of(IS),
    "impact": _chosen("impact", list(map(str, Impact)), "impact"),
    "state": _chosen("state", list(map(str, State)), "state"),
    "channel": _chosen("channel", list(map(str, Channel)), "channel"),
    "about": _chosen("about", list(map(str, Category)), "category"),
    "assignee": Filter("a colleague, me, or none", _assignee, _colleagues),
    "team": Filter("a team, or mine", _team, _names(Team.objects.all())),
    "tier": Filter("who is asked: 1 (nobody further), 2, 3 or vendor", _tier, lambda begun: TIERS),
    "district": Filter("a district", _district, _names(District.objects.all())),
    "school": Filter("a school", _school, _names(School.objects.all())),
    "from": Filter("who asked: a name or an address", _from, _people),
    "tag": Filter("a tag", _tag, _names(Tag.objects.all())),
    "has": Filter("attachment, note or tag", _has, lambda begun: ("attachment", "note", "tag")),
    "created": instants("created_at", "when it was opened: <2d, 2026-11-20 ..."),
    "updated": instants("updated_at", "when something last happened: <2d, >1w ..."),
}


def _named(value: str, column: str = "name") -> Q:
    return Q(**{f"{column}__iexact": value}) | Q(**{f"{column}__istartswith": value})


def _found(what: str, value: str, rows: QuerySet[Model]) -> list[int]:
    """The keys of those whom the name means; one of exactly this name is meant alone."""
    found = list(rows[:MOST_FOUND])
    if not found:
        raise Refused(f"There is no {what} “{value}”.")
    exact = [each.pk for each in found if str(each).lower() == value.lower()]
    return exact or [each.pk for each in found]


def _unknown(key: str, value: str, values: Iterable[str]) -> Refused:
    *most, last = values
    return Refused(f"“{key}:{value}” is unknown: choose {', '.join(most)} or {last}.")
