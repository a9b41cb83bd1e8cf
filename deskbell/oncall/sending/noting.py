"""Writing down what came of a message. What failed goes on by the person's next way."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from deskbell.lib import clock
from deskbell.lib.jobs import soon
from deskbell.oncall import ladder
from deskbell.oncall.jobs import look_for_gaps_soon
from deskbell.oncall.models import Method, Page
from deskbell.oncall.sending.due import pause_after, waiting
from deskbell.oncall.sending.lots import Later, Lost, Lot, Outcome, Taken, Unreachable
from deskbell.people.notices import notify
from deskbell.tickets.events import lock

OTHERS_AFTER = 3  # attempts; then the person's other ways are tried beside this one
GIVEN_UP_AFTER = timedelta(days=1)
ENDS_PATIENCE = 2  # attempts of a page that wait as long as what is over does each time
ENDS_GIVEN_UP_AFTER = timedelta(hours=1)
State = Page.State


@transaction.atomic
def note(lot: Lot, outcome: Outcome) -> None:
    """What came of a lot. Only *taken* marks a page as sent (E3)."""
    if lot.is_over:
        _note_end(lot, outcome)
        return
    match outcome:
        case Taken(said):
            _sent(lot, said)
        case Later(why, after):
            _again(lot, why, after)
        case Lost(why):
            fail(_of(lot), why)
        case Unreachable(why):
            disable(lot.method, why)
            fail(_of(lot), why)


def fail(pages: list[Page], why: str) -> None:
    """These pages can't be delivered: each goes on by its person's next way at once."""
    lock(sorted({page.call.ticket_id for page in pages}))
    for page in pages:
        unsent = Page.objects.filter(pk=page.pk).exclude(state__in=[State.SENT, State.BUNDLED])
        unsent.update(leased_until=None, over_at=None)
        changed = unsent.filter(state=State.QUEUED).update(state=State.FAILED, said=why[:300])
        if changed:
            ladder.go_on(page)


def disable(method: Method, why: str) -> None:
    """Its provider says that it is no more. Its owner is told, and the rota is looked at again (G2)."""
    now = clock.now()
    usable = Method.objects.filter(pk=method.pk, disabled_at=None)
    if usable.update(disabled_at=now, disabled_why=why[:300]):
        text = f"You can't be paged {method.get_way_display()} ({method}) any more: {why}"
        notify([method.agent], text, path="/oncall/methods", urgent=True)
        soon(look_for_gaps_soon)


def _sent(lot: Lot, said: str) -> None:
    """Also what was dropped or given up meanwhile: it is on the person's phone now."""
    now = clock.now()
    unsent = Page.objects.exclude(state__in=[State.SENT, State.BUNDLED])
    unsent.filter(pk=lot.page.pk).update(
        state=State.SENT, sent_at=now, said=said[:300], leased_until=None
    )
    unsent.filter(pk__in=lot.more).update(
        state=State.BUNDLED, sent_at=now, bundled_in=lot.page, leased_until=None
    )


def _again(lot: Lot, why: str, after: float | None) -> None:
    """All that waits for this method waits a little: what holds for one holds for the rest."""
    if clock.now() - lot.page.created_at > GIVEN_UP_AFTER:
        fail(_of(lot), f"Given up after a day: {why}")
        return
    following = clock.now() + pause_after(lot.page.attempts, after)
    Page.objects.filter(pk__in=lot.keys, leased_until=lot.until).update(
        due_at=following, said=why[:300], leased_until=None, over_at=None
    )
    behind = waiting().filter(method=lot.method, leased_until=None, is_first=False)
    behind.filter(due_at__lt=following).update(due_at=following)
    if lot.page.attempts >= OTHERS_AFTER:
        lock([lot.page.call.ticket_id])
        ladder.go_on(lot.page)


def _note_end(lot: Lot, outcome: Outcome) -> None:
    now = clock.now()
    pages = Page.objects.filter(pk__in=lot.keys)
    match outcome:
        case Taken():
            pages.filter(pk=lot.page.pk).update(over_told_at=now)
            pages.update(over_at=None, leased_until=None)
        case Later(_, after):
            ended = lot.page.call.ended_at or now
            following = now + pause_after(ENDS_PATIENCE, after)
            late = now - ended > ENDS_GIVEN_UP_AFTER
            pages.update(over_at=None if late else following, leased_until=None)
        case Lost() | Unreachable():
            pages.update(over_at=None, leased_until=None)


def _of(lot: Lot) -> list[Page]:
    """The pages of a lot that are still its own."""
    found = Page.objects.filter(pk__in=lot.keys, leased_until=lot.until)
    return list(found.select_related("call", "agent__person", "method").order_by("id"))
