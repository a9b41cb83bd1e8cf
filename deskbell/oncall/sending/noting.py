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
MOST_BEHIND = 50  # pages behind a failing one that go by other ways at one go
GIVEN_UP_AFTER = timedelta(days=1)
A_MOMENT = timedelta(milliseconds=1)
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


def put_off(keys: list[int], attempts: int, why: str) -> None:
    """Something about these pages can't be done now: they wait, and hold up no others."""
    following = clock.now() + pause_after(max(attempts, 1), None)
    Page.objects.filter(pk__in=keys, state=State.QUEUED).update(
        due_at=following, said=_storable(why), leased_until=None
    )


def fail(pages: list[Page], why: str) -> None:
    """These pages can't be delivered: each goes on by its person's next way at once."""
    lock(sorted({page.call.ticket_id for page in pages}))
    for page in pages:
        unsent = Page.objects.filter(pk=page.pk).exclude(state__in=[State.SENT, State.BUNDLED])
        unsent.update(leased_until=None, over_at=None)
        changed = unsent.filter(state=State.QUEUED).update(state=State.FAILED, said=_storable(why))
        if changed:
            ladder.go_on(page)


def disable(method: Method, why: str) -> None:
    """Its provider says that it is no more. Its owner is told, and the rota is looked at again (G2)."""
    now = clock.now()
    usable = Method.objects.filter(pk=method.pk, disabled_at=None)
    if usable.update(disabled_at=now, disabled_why=_storable(why)):
        text = f"You can't be paged {method.get_way_display()} ({method}) any more: {why}"
        notify([method.agent], text, path="/oncall/methods", urgent=True)
        soon(look_for_gaps_soon)


def _sent(lot: Lot, said: str) -> None:
    """Also what was dropped or given up meanwhile: it is on the person's phone now."""
    now = clock.now()
    unsent = Page.objects.exclude(state__in=[State.SENT, State.BUNDLED])
    unsent.filter(pk=lot.page.pk).update(
        state=State.SENT, sent_at=now, said=_storable(said), leased_until=None
    )
    unsent.filter(pk__in=lot.more).update(
        state=State.BUNDLED, sent_at=now, bundled_in=lot.page, leased_until=None
    )


def _again(lot: Lot, why: str, after: float | None) -> None:
    """All that waits for this method waits a little: what holds for one holds for the rest. After the
    third time they go by their persons' other ways beside it, and the others have their turn first."""
    if clock.now() - lot.page.created_at > GIVEN_UP_AFTER:
        fail(_of(lot), f"Given up after a day: {why}")
        return
    stuck = _stuck(lot) if lot.page.attempts >= OTHERS_AFTER else []
    lock(
        sorted({page.call.ticket_id for page in stuck})
    )  # before any page, as who acknowledges does
    following = clock.now() + pause_after(lot.page.attempts, after)
    ours = Page.objects.filter(pk__in=lot.keys, leased_until=lot.until)
    ours.filter(state=State.QUEUED).update(over_at=None)  # who was told meanwhile hears the end
    ours.update(
        due_at=following + (A_MOMENT if len(stuck) > len(lot.keys) else timedelta(0)),
        said=_storable(why),
        leased_until=None,
    )
    behind = waiting().filter(method=lot.method, leased_until=None, is_first=False)
    behind = behind.filter(due_at__lt=following).exclude(pk__in=lot.keys)
    rows = behind.order_by("pk").select_for_update(skip_locked=True)
    Page.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(due_at=following)
    for page in stuck:
        ladder.go_on(page)


def _stuck(lot: Lot) -> list[Page]:
    """The pages of a lot that fails again and again, and those behind it."""
    behind = waiting().filter(method=lot.method, leased_until=None, is_first=False)
    behind = behind.filter(due_at__lte=clock.now()).exclude(pk__in=lot.keys)
    behind = behind.select_related("call", "agent__person", "method").order_by("due_at", "id")
    return [*_of(lot), *behind[:MOST_BEHIND]]


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


def _storable(said: str) -> str:
    """A provider's words as the database takes them."""
    return said.replace("\0", "�").encode("utf-8", "replace").decode()[:300]


def _of(lot: Lot) -> list[Page]:
    """The pages of a lot that are still its own."""
    found = Page.objects.filter(pk__in=lot.keys, leased_until=lot.until)
    return list(found.select_related("call", "agent__person", "method").order_by("id"))
