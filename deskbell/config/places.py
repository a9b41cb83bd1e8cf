"""Where an agent can go: the rail at the side of every page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from deskbell.chat.takers import Glance
from deskbell.mail.models import RawMail
from deskbell.people.models import Person
from deskbell.people.notices import unread

BESIDE_COMPONENTS = ("/maintenance", "/heartbeats", "/vendors", "/prometheus")


@dataclass(frozen=True)
class Place:
    """An entry of the rail. `badge` draws a count beside its name; on a phone, what is `seldom` needed
    stands in the menu. `also` are paths beside its own that belong to it,
    and `but` those below it that don't."""

    path: str
    name: str
    icon: str
    badge: Callable[[], Markup] | None = None
    seldom: bool = False
    also: tuple[str, ...] = ()
    but: tuple[str, ...] = ()

    def holds(self, path: str) -> bool:
        """Does the page at this path belong to it?"""
        return path.startswith((self.path, *self.also)) and not path.startswith(self.but)


def places_for(person: Person, chats: Callable[[], Glance]) -> list[Place]:
    """The places of an agent, in the order of the rail; `chats` is asked once a badge is drawn."""

    def unread_badge() -> Markup:
        count = unread(person.agent)
        return Markup('<span class="count" data-unread>{}</span>').format(count or "")

    def quarantine_badge() -> Markup:
        count = RawMail.objects.set_aside_count()
        return Markup('<span class="count">{}</span>').format(count or "")

    def waiting_badge() -> Markup:
        return Markup('<span class="count" data-waiting>{}</span>').format(chats().waiting or "")

    reports = [Place("/reports", "Reports", "reports", seldom=True)] if person.agent.manages else []
    administers = person.agent.is_administrator
    chat = [Place("/sites", "Bubble", "reply", seldom=True)] if administers else []
    fields = [Place("/inbox/fields", "Fields", "fields", seldom=True)] if administers else []
    return [
        Place("/inbox", "Inbox", "inbox", but=("/inbox/chats", "/inbox/fields")),
        Place("/inbox/chats", "Chats", "chat", waiting_badge),
        Place("/notices", "Notices", "bell", unread_badge),
        Place("/incidents", "Incidents", "incident"),
        Place("/alerts", "Alerts", "alarm"),
        Place("/components", "Components", "components", seldom=True, also=BESIDE_COMPONENTS),
        Place("/mail/quarantine", "Mail", "mail", quarantine_badge, seldom=True),
        Place("/oncall", "On call", "oncall"),
        Place("/onboardings", "Onboarding", "steps", seldom=True),
        Place("/articles", "Articles", "book", seldom=True),
        Place("/promises", "Promises", "promises", seldom=True),
        *reports,
        Place("/team", "Team", "team", seldom=True),
        *fields,
        *chat,
        Place("/districts", "Districts", "district", seldom=True),
    ]
