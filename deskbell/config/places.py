"""Where an agent can go: the rail at the side of every page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from deskbell.mail.models import RawMail
from deskbell.people.models import Person
from deskbell.people.notices import unread


@dataclass(frozen=True)
class Place:
    """An entry of the rail. `badge` draws a count beside its name; on a phone, what is `seldom` needed
    stands in the menu."""

    path: str
    name: str
    icon: str
    badge: Callable[[], Markup] | None = None
    seldom: bool = False


def places_for(person: Person) -> list[Place]:
    """The places of an agent, in the order of the rail."""

    def unread_badge() -> Markup:
        count = unread(person.agent)
        return Markup('<span class="count" data-unread>{}</span>').format(count or "")

    def quarantine_badge() -> Markup:
        count = RawMail.objects.set_aside_count()
        return Markup('<span class="count">{}</span>').format(count or "")

    reports = [Place("/reports", "Reports", "reports", seldom=True)] if person.agent.manages else []
    return [
        Place("/inbox", "Inbox", "inbox"),
        Place("/notices", "Notices", "bell", unread_badge),
        Place("/alerts", "Alerts", "alarm"),
        Place("/components", "Components", "promises", seldom=True),
        Place("/heartbeats", "Heartbeats", "bell", seldom=True),
        Place("/vendors", "Vendors", "alert", seldom=True),
        Place("/mail/quarantine", "Mail", "mail", quarantine_badge, seldom=True),
        Place("/oncall", "On call", "oncall"),
        Place("/promises", "Promises", "promises", seldom=True),
        *reports,
        Place("/team", "Team", "team", seldom=True),
        Place("/districts", "Districts", "district", seldom=True),
    ]
