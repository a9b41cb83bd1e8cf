"""The personal ladder: by which ways one person is paged in a round, and after how many minutes."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from deskbell.lib import clock
from deskbell.mail.facts import MailMoved
from deskbell.mail.models import OutboundMail
from deskbell.mail.queueing import can_be_written_to
from deskbell.oncall.models import Call, Method, Page
from deskbell.oncall.storms import has_room_for_mail
from deskbell.oncall.ways import WAYS, known_ways
from deskbell.oncall.ways.remote import REMOTE
from deskbell.people.models import Agent
from deskbell.realtime.wake import wake
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Ticket

BY_DEFAULT = (Method.Way.MAIL, Method.Way.APP)  # for who has named no way that works
State = Page.State


def page(agent: Agent, call: Call, ticket: Ticket, *, first: bool) -> list[Page]:
    """Write this round's pages to one person (E3): one a method, not due before its minutes are over.

    What needs nobody else is on its way in this very transaction; the rest waits for the sender.
    `first`: nobody was paged by this call yet. The first of an Urgent one overtakes the rest (E5).
    """
    now = clock.now()
    overtakes = first and call.impact == Impact.URGENT
    pages = [
        Page(
            call=call,
            agent=agent,
            way=way,
            method=method,
            step=call.round,
            created_at=now,
            due_at=now + timedelta(minutes=minutes),
            is_first=overtakes,
        )
        for way, method, minutes in _rungs(agent)
    ]
    for each in pages:
        _put_on_its_way(each, ticket, now)
    wake("pages")
    return pages


def go_on(page: Page) -> None:
    """A page did not arrive: its person's next way is due at once, and where there is none left the page
    goes by mail and in the app. The call's ticket is locked; nothing happens if the call has ended."""
    call, now = Call.objects.select_related("ticket").get(pk=page.call_id), clock.now()
    if not call.is_ringing:
        return
    others = call.pages.filter(agent=page.agent_id, step=page.step).exclude(pk=page.pk)
    later = others.filter(state=State.QUEUED, mail=None, attempts=0, due_at__gt=now)
    following = later.order_by("due_at", "id").first()
    if following:
        following.due_at = now
        following.save(update_fields=["due_at"])
    elif not _arrives(others).exists():
        for way in BY_DEFAULT:
            _page_by_default(page, way, call, now)
    wake("pages")


def mail_failed(fact: MailMoved) -> None:
    """A page by mail that came back is one that did not arrive. Pages are notices: of receipts and answers,
    of which there may be a hundred a second, nobody need ask."""
    if fact.mail.kind != OutboundMail.Kind.NOTICE:
        return
    told = Q(mail=fact.mail) | Q(bundled_in__mail=fact.mail)
    for page in Page.objects.filter(told, state=State.FAILED).select_related("agent__person"):
        go_on(page)


def drop(call: Call) -> None:
    """Nobody needs the pages of this call any more that have not left."""
    waiting = call.pages.filter(state=State.QUEUED, mail=None)
    waiting.update(state=State.DROPPED)


def say_over(call: Call, *, besides: Agent | None = None) -> None:
    """Those who were told to act by a way out of the desk hear that they need not: each method once, also
    where its page is with the provider just now. Who answered knows it, unless others read it too."""
    now = clock.now()
    told = Q(state__in=[State.SENT, State.BUNDLED]) | Q(leased_until__gt=now)
    shared = [way for way, sender in REMOTE.items() if sender.IS_SHARED]
    pages = call.pages.filter(told, way__in=list(REMOTE), method__isnull=False)
    if besides:
        pages = pages.filter(~Q(agent=besides) | Q(way__in=shared))
    latest = pages.order_by("method", "-id").distinct("method").values("pk")
    if Page.objects.filter(pk__in=list(latest.values_list("pk", flat=True))).update(over_at=now):
        wake("pages")


def _rungs(agent: Agent) -> list[tuple[str, Method | None, int]]:
    """Way, method and minutes, the soonest first. A way that this desk doesn't speak counts for nothing."""
    found = agent.methods.usable().filter(way__in=known_ways()).order_by("after", "id")
    rungs: list[tuple[str, Method | None, int]] = [(m.way, m, m.after) for m in found]
    return rungs or [(str(way), None, 0) for way in BY_DEFAULT]


def _put_on_its_way(page: Page, ticket: Ticket, now: datetime) -> None:
    held_back = page.way == Method.Way.MAIL and not (
        page.is_first or has_room_for_mail(page.agent, now)
    )
    if page.due_at <= now and page.way in WAYS and not held_back:
        WAYS[page.way].send(page, ticket)
    else:
        page.save()


def _arrives(pages: QuerySet[Page]) -> QuerySet[Page]:
    """Those that have reached someone, or may yet; a notice in the app wakes nobody."""
    hopeful = Q(state__in=[State.SENT, State.BUNDLED]) | Q(state=State.QUEUED, attempts__lt=3)
    return pages.filter(hopeful).exclude(way=Method.Way.APP)


def _page_by_default(page: Page, way: str, call: Call, now: datetime) -> None:
    if way == Method.Way.MAIL and not can_be_written_to(page.agent.person):
        return
    if call.pages.filter(agent=page.agent_id, step=page.step, way=way).exists():
        return
    made = Page(
        call=call,
        agent=page.agent,
        way=way,
        step=page.step,
        created_at=now,
        due_at=now,
        is_first=page.is_first,
    )
    _put_on_its_way(made, call.ticket, now)
