"""Putting signs together: alerts that one component explains, tickets that say the same, both if they fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from deskbell.incidents.alike import words
from deskbell.incidents.alike.bases import bases_of, common_base
from deskbell.incidents.alike.signs import WITHIN, Written, districts_among
from deskbell.look.words import duration
from deskbell.monitoring.models import Alert, Component

ALERTS_ENOUGH = 2
PEOPLE_ENOUGH = 3  # who wrote; with an alert of what they name, two
NAMED = 3
MOST_GROUPS = 20


@dataclass
class Group:
    """Signs that look like one trouble."""

    component: Component | None = None
    alerts: list[Alert] = field(default_factory=list)
    tickets: list[Written] = field(default_factory=list)
    pair: tuple[str, ...] = ()

    @property
    def is_enough(self) -> bool:
        """Enough to ask a person whether it is one incident."""
        people = len({each.ticket.requester_id for each in self.tickets})
        if len(self.alerts) >= ALERTS_ENOUGH or people >= PEOPLE_ENOUGH:
            return True
        return bool(self.alerts) and people >= PEOPLE_ENOUGH - 1

    @property
    def instants(self) -> list[datetime]:
        of_alerts = [alert.received_at for alert in self.alerts]
        return sorted([*of_alerts, *(each.ticket.created_at for each in self.tickets)])


def grouped(
    alerts: list[Alert], tickets: list[Written], usual: frozenset[str] = frozenset()
) -> list[Group]:
    """All groups among these signs, each sign in one of them at most; `usual` are the words of alerts'
    titles that tell nothing."""
    of_alerts = [*_by_component(alerts), *_by_title(alerts, usual)]
    of_tickets = list(_by_words(tickets))
    left = {each.ticket.pk: each for each in tickets}
    for group in of_tickets:
        for each in group.tickets:
            left.pop(each.ticket.pk)
    alone = [group for group in of_tickets if not _goes_to(group, of_alerts)]
    for group in of_alerts:
        names = _names(group)
        told = [each for each in left.values() if names & set(each.telling)]
        group.tickets += [each for each in told if _depends(each, group)]
        for each in group.tickets:
            left.pop(each.ticket.pk, None)
    return [group for group in [*of_alerts, *alone] if group.is_enough]


def reason_of(group: Group) -> str:
    """Why the desk proposes it: “3 alerts of Streaming and 4 tickets from 3 districts with the words “black
    screen” within 12 min”."""
    parts = []
    if group.alerts and group.component:
        parts.append(f"{_many(len(group.alerts), 'alert')} of {_components(group)}")
    elif group.alerts:
        said = words.said(group.pair, [alert.title for alert in group.alerts])
        parts.append(f"{_many(len(group.alerts), 'alert')} with the words {said}")
    if group.tickets:
        places = len(districts_among(group.tickets))
        where = f" from {_many(places, 'district')}" if places else ""
        what = ""
        if group.pair:
            said = words.said(group.pair, [each.text for each in group.tickets])
            what = f" with the words {said}"
        elif group.component:
            what = f" that name {group.component}"
        parts.append(f"{_many(len(group.tickets), 'ticket')}{where}{what}")
    instants = group.instants
    span = max(instants[-1] - instants[0], timedelta(minutes=1))
    return f"{' and '.join(parts)} within {duration(span)}"[:500]


def title_of(group: Group) -> str:
    """What it would be called: by the component, else by the first alert or what the first customer wrote."""
    if group.component:
        return f"{group.component.name} has a problem"
    if group.alerts:
        return min(group.alerts, key=lambda alert: alert.pk).title[:200]
    return min(group.tickets, key=lambda each: each.ticket.pk).ticket.subject[:200]


def _by_component(alerts: list[Alert]) -> Iterable[Group]:
    """The component that explains most alerts takes them; then the next one, of those that are left."""
    left = [alert for alert in alerts if alert.component_id]
    bases = bases_of({alert.component_id for alert in left if alert.component_id})
    known = Component.objects.in_bulk({base for of in bases.values() for base in of})
    while left:
        base = common_base(bases, [a.component_id for a in left if a.component_id])
        assert base is not None
        taken = [a for a in left if a.component_id and base in bases[a.component_id]]
        left = [alert for alert in left if alert not in taken]
        yield Group(component=known[base], alerts=taken)


def _by_title(alerts: list[Alert], usual: frozenset[str]) -> Iterable[Group]:
    """Alerts of no component: those whose titles share two words."""
    left = {alert.pk: alert for alert in alerts if not alert.component_id}
    for _ in range(MOST_GROUPS):
        titles = {key: words.telling(alert.title, usual) for key, alert in left.items()}
        found = words.commonest_pair(titles)
        if found is None:
            return
        pair, keys = found
        yield Group(alerts=[left.pop(key) for key in sorted(keys)], pair=pair)


def _by_words(tickets: list[Written]) -> Iterable[Group]:
    """The two words that most tickets share take them, with those that share two of what these say."""
    left = {each.ticket.pk: each for each in tickets}
    for _ in range(MOST_GROUPS):
        found = words.commonest_pair({key: each.telling for key, each in left.items()})
        if found is None:
            return
        pair, keys = found
        core = set(words.core_of(left[key].telling for key in keys))
        also = [key for key, each in left.items() if len(core & set(each.telling)) >= 2]
        members = [left.pop(key) for key in sorted({*keys, *also})]
        if len({each.ticket.requester_id for each in members}) >= PEOPLE_ENOUGH - 1:
            yield Group(tickets=members, pair=pair)


def _goes_to(group: Group, of_alerts: list[Group]) -> bool:
    """Let tickets join the alerts that would explain them: those that they name, or the only ones there
    are, where each of these customers depends on what alerts."""
    fitting = [each for each in of_alerts if all(_depends(t, each) for t in group.tickets)]
    core = set(words.core_of(each.telling for each in group.tickets))
    named = [each for each in fitting if core & _names(each)]
    chosen = named or (fitting if len(of_alerts) == 1 and _is_grave(of_alerts[0]) else [])
    if (
        len(chosen) != 1
        or chosen[0].tickets
        or abs(chosen[0].instants[0] - group.instants[0]) > WITHIN
    ):
        return False
    chosen[0].tickets, chosen[0].pair = group.tickets, group.pair
    return True


def _is_grave(group: Group) -> bool:
    return any(alert.impact in {"urgent", "high"} for alert in group.alerts)


def _names(group: Group) -> set[str]:
    """The words by which a customer may name what alerts."""
    components = [alert.component for alert in group.alerts] + [group.component]
    return {word for each in components if each for word in words.words_of(each.name)}


def _depends(written: Written, group: Group) -> bool:
    """Does this customer depend on one of the components that alert?"""
    district = written.ticket.district_id
    components = [alert.component for alert in group.alerts if alert.component]
    return any(
        each.for_everyone or district in {d.pk for d in each.districts.all()} for each in components
    )


def _components(group: Group) -> str:
    names = list(dict.fromkeys(str(alert.component) for alert in group.alerts))
    told = " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
    if len(names) > NAMED:
        told = f"{', '.join(names[:NAMED])} and {len(names) - NAMED} more"
    base = str(group.component)
    return f"{told}, which stand on {base}," if names[1:] and base not in names else told


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
