"""The lists of the desk, and those that people keep: each is a question with a name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from deskbell.inbox.finding.asking import MOST_COUNTED, counted, read
from deskbell.inbox.models import SavedView
from deskbell.lib.errors import NotFound, Refused
from deskbell.people.models import Agent
from deskbell.tickets.aside.models import Erased
from deskbell.tickets.finding.filters import Asker

MOST_SAVED = 50
MOST_ERASED = 50  # lines of what is gone, below the trash


@dataclass(frozen=True)
class View:
    """A list that agents look at. `empty` says why there may be nothing, and what to do next."""

    key: str
    name: str
    question: str
    empty: str
    saved: SavedView | None = None
    seldom: bool = False  # looked at now and then: it is counted by nobody
    leads: bool = False  # for managers and administrators


def _view(key: str, name: str, question: str, empty: str) -> View:
    return View(key, name, question, empty)


VIEWS = (
    _view(
        "open",
        "All open",
        "is:unfinished -is:snoozed",
        "Mail to the support address opens a ticket, and it appears here at once.",
    ),
    _view(
        "mine",
        "Mine",
        "assignee:me is:unfinished -is:snoozed",
        "Nothing waits for you. Take a ticket from “Unassigned” if you like.",
    ),
    _view(
        "unassigned",
        "Unassigned",
        "is:unassigned is:unfinished -is:snoozed",
        "Every open ticket has someone who looks after it.",
    ),
    _view(
        "team",
        "My team",
        "team:mine is:unfinished -is:snoozed",
        "Nothing is open in your teams.",
    ),
    _view(
        "escalated",
        "Escalated to my team",
        "is:escalated -tier:vendor team:mine is:unfinished -is:snoozed",
        "Nobody has escalated a ticket to a team of yours.",
    ),
    _view(
        "breaching",
        "Due soon or late",
        "is:breached,warned is:unfinished",
        "No clock is late, and none has warned.",
    ),
    _view(
        "waiting",
        "Waiting",
        "is:pending,waiting -is:snoozed",
        "No ticket waits for a customer, a vendor or another team.",
    ),
    _view(
        "snoozed",
        "Snoozed",
        "is:snoozed is:unfinished",
        "Nothing is put off. Press z on a ticket to have it come back later.",
    ),
    _view(
        "mentions",
        "Mentions",
        "is:mentioned sort:updated",
        "Nobody has named you yet. In a note, @ and a name tells a colleague.",
    ),
    _view(
        "drafts",
        "Drafts",
        "is:drafted sort:updated",
        "You have begun nothing that isn’t sent. What you write is kept here as you type.",
    ),
    _view(
        "solved",
        "Solved",
        "is:solved",
        "Solved tickets stay here for 14 days, then they are closed.",
    ),
    View(
        "spam",
        "Spam",
        "is:spam",
        "Nothing is marked as spam. What you mark on a ticket with ! is kept here.",
        seldom=True,
    ),
    View(
        "trash",
        "Trash",
        "is:deleted",
        "Nothing is deleted. What someone deletes lies here for a while, and can be restored.",
        seldom=True,
        leads=True,
    ),
)
BY_KEY = {view.key: view for view in VIEWS}


def views_of(agent: Agent) -> list[View]:
    """The lists of the desk that this agent may look at."""
    return [view for view in VIEWS if agent.manages or not view.leads]


def saved_views_of(agent: Agent) -> list[View]:
    """Those that this agent keeps, and those that others share, by name."""
    found = SavedView.objects.filter(Q(owner=agent) | Q(shared=True)).select_related(
        "owner__person"
    )
    return [as_view(each) for each in found]


def as_view(saved: SavedView) -> View:
    """A saved view as a list."""
    empty = "No ticket fits this view now."
    return View(f"saved-{saved.pk}", saved.name, saved.question, empty, saved)


def view_of(key: str, saved: Iterable[View]) -> View:
    """The list with this key, all that is open if there is none."""
    return BY_KEY.get(key) or next((each for each in saved if each.key == key), VIEWS[0])


def lately_erased(view: View | None, agent: Agent) -> list[Erased]:
    """Below the trash, for those who lead: the last of what is gone for good."""
    if view is None or view.key != "trash" or not agent.manages:
        return []
    return list(Erased.objects.all()[:MOST_ERASED])


def counts_of(views: Iterable[View], asker: Asker) -> dict[str, str]:
    """How many tickets are in each list, as it is written beside it; one query each, none is long."""
    return {view.key: _count(view, asker) for view in views if not view.seldom}


def save(question: str, name: str, *, by: Agent, shared: bool) -> SavedView:
    """Keep a question under a name; one of that name of theirs is changed."""
    name = " ".join(name.split())
    if not name or len(name) > 60:
        raise Refused("Give the view a name of at most 60 characters.")
    asked = read(question)
    if not (asked.terms or asked.said):
        raise Refused("Search for something first: a view keeps what stands in the search box.")
    if SavedView.objects.filter(owner=by).exclude(name=name).count() >= MOST_SAVED:
        raise Refused(f"You keep {MOST_SAVED} views already. Remove one that you don’t use.")
    kept, _ = SavedView.objects.update_or_create(
        owner=by, name=name, defaults={"question": question, "shared": shared}
    )
    return kept


def remove(pk: int, *, by: Agent) -> SavedView:
    """Take a view away: one's own; a shared one whoever leads. Returns it as it was."""
    found = SavedView.objects.filter(pk=pk).first()
    if found is None or not (found.owner_id == by.pk or found.shared):
        raise NotFound("There is no such view.")
    if found.owner_id != by.pk and not by.manages:
        raise Refused(f"This view is {found.owner}’s. They or a manager can remove it.")
    found.delete()
    return found


def _count(view: View, asker: Asker) -> str:
    try:
        number = counted(view.question, asker)
    except Refused:  # a saved view names what is gone by now
        return ""
    return f"{MOST_COUNTED}+" if number > MOST_COUNTED else str(number)
