"""Replay a history, event by event, into drafts of its clocks (K12)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from deskbell.sla.core.draft import Draft, Mark
from deskbell.sla.core.errors import BadHistory, said
from deskbell.sla.core.history import Event, Kind, State, Words
from deskbell.sla.core.instants import micros
from deskbell.sla.core.metrics.acknowledging import Acknowledging
from deskbell.sla.core.metrics.replies import Replies
from deskbell.sla.core.metrics.resolution import Resolution
from deskbell.sla.core.metrics.taking_over import TakingOver
from deskbell.sla.core.metrics.updates import Updates
from deskbell.sla.core.policy import Impact, Policy
from deskbell.sla.core.setting_aside import SettingAside

DONE = frozenset({State.SOLVED, State.CLOSED})
_WORST_FIRST: list[str] = list(Impact)
_STATES: frozenset[str] = frozenset(State)


def replay(history: Sequence[Event], policy: Policy, now: int) -> list[Draft]:
    """The clocks of a ticket at `now` (microseconds), in the order in which they began.

    Events after `now` have not happened yet; events out of order are `BadHistory`.
    """
    ticket = Ticket(policy)
    before = None
    for event in _that_were(history):
        at = micros(event.at, "at")
        if at > now:
            break
        if before is None and event.kind != Kind.CREATED:
            ticket.resolution.created(at)
        elif before is not None and (at < before or event.kind == Kind.CREATED):
            raise BadHistory(
                f"{str(event.kind)[:60]} at {event.at.isoformat()} is out of order: list the events as "
                f"they happened, the creation first."
            )
        ticket.take(event, at)
        before = at
    ticket.pass_to(now)
    return ticket.drafts


class Ticket:
    """What the clocks need to know about a ticket, and its drafts."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.state: str = State.OPEN
        self.because = ""  # it waits
        self.impact: str = Impact.NORMAL
        self.chat = False
        self.merged = False
        self.aside: SettingAside | None = None  # while it is spam, or in the trash
        self.drafts: list[Draft] = []
        self.running: list[Draft] = []
        self._counts: dict[str, int] = {}
        self.replies = Replies(self)
        self.updates = Updates(self)
        self.resolution = Resolution(self)
        self.acknowledging = Acknowledging(self)
        self.taking_over = TakingOver(self)

    def take(self, event: Event, at: int) -> None:
        """One event: what was due before it is breached first, then it does its work."""
        self.pass_to(at)
        try:
            handler = _HANDLERS[event.kind]
        except KeyError:
            known = ", ".join(Kind)
            raise BadHistory(f"{said(event.kind)} is not a kind of event: write {known}.") from None
        if handler is None or self.merged:
            return
        if self.aside is None or event.kind in _EVEN_ASIDE:
            handler(self, event, at)

    def pass_to(self, now: int) -> None:
        """Note every running clock whose due instant has passed."""
        for draft in self.running:
            draft.pass_to(now)

    def start(
        self, metric: str, start: int, at: int, mark: Mark | None = None, about: str = ""
    ) -> Draft:
        """A clock that counts from `start`, begun by an event at `at`."""
        ordinal = self._counts[metric] = self._counts.get(metric, 0) + 1
        draft = Draft(metric, ordinal, start, about)
        self.drafts.append(draft)
        self.running.append(draft)
        self.price(draft, at, mark)
        return draft

    def price(self, draft: Draft, at: int, mark: Mark | None) -> None:
        """Give a clock the promises that hold now, as if they had held since its start."""
        bounds = self.policy.promises(draft.metric, self.impact, chat=self.chat, tier=draft.about)
        draft.price(bounds, at, mark)
        if draft.bounds is bounds:  # it took hold
            draft.impact = self.impact

    def stop(self, draft: Draft, at: int) -> None:
        """Met, or late, by the event at `at`."""
        draft.stop = at
        self.running.remove(draft)

    def cancel(self, draft: Draft, at: int, mark: Mark | None = None) -> None:
        """Ended without its event. A breach stays a breach."""
        self.stop(draft, at)
        draft.cancelled, draft.end_mark = True, mark

    def revive(self, draft: Draft, at: int, mark: Mark = Mark.REOPENED) -> None:
        """The ticket is open again: the clock goes on (K5, K14)."""
        draft.stop, draft.cancelled, draft.end_mark = None, False, None
        self.running.append(draft)
        self.price(draft, at, mark)

    def enter(self, state: str, at: int) -> None:
        """Change the state, if it is another one."""
        before, self.state = self.state, state
        if before == state:
            return
        done, reopened = state in DONE, before in DONE and state not in DONE
        self.replies.state_changed(at, solved=done and before not in DONE, reopened=reopened)
        self.updates.state_changed(at)
        self.resolution.state_changed(at, solved=done and before not in DONE, reopened=reopened)
        if done:
            self.taking_over.solved(at)

    def _created(self, event: Event, at: int) -> None:
        self.impact = _impact(event.impact or Impact.NORMAL)
        self.chat = event.chat
        self.resolution.created(at)
        if event.words == Words.CUSTOMER:
            self._customer_wrote(event, at)
        elif event.words == Words.AGENT:
            self._agent_replied(event, at)

    def _customer_wrote(self, event: Event, at: int) -> None:
        if self.state == State.CLOSED:
            return
        self.enter(State.OPEN, at)
        self.replies.customer_wrote(_received(event, at), at, Mark.HELD if event.held else None)

    def _agent_replied(self, event: Event, at: int) -> None:
        self.replies.agent_replied(at)
        self.updates.agent_replied(at)

    def _updated(self, event: Event, at: int) -> None:
        if self.state not in DONE:
            self._agent_replied(event, at)

    def _state_set(self, event: Event, at: int) -> None:
        if event.to not in _STATES:
            raise BadHistory(f"{said(event.to)} is not a state: write one of {', '.join(State)}.")
        self.because = event.because
        self.enter(event.to, at)

    def _impact_set(self, event: Event, at: int) -> None:
        self.impact = _impact(event.to)
        self._reprice(at, Mark.RECLASSIFIED)

    def _policy_set(self, event: Event, at: int) -> None:
        if event.policy is None:
            raise BadHistory("A policy event needs the policy that holds from then on.")
        self.policy = event.policy
        self.resolution.keep_pace(at)
        self._reprice(at, Mark.RECLASSIFIED)

    def _chat_started(self, event: Event, at: int) -> None:
        self.chat = True
        self._reprice(at, Mark.RECLASSIFIED)

    def _chat_ended(self, event: Event, at: int) -> None:
        self.chat = False
        self._reprice(at, Mark.RECLASSIFIED)

    def _alert_received(self, event: Event, at: int) -> None:
        self.acknowledging.received(event.key, _received(event, at), at)

    def _alert_ended(self, event: Event, at: int) -> None:
        self.acknowledging.ended(event.key, at)

    def _acknowledged(self, event: Event, at: int) -> None:
        self.acknowledging.acknowledged(event.key, at)

    def _escalated(self, event: Event, at: int) -> None:
        self.taking_over.escalated(event.to, at)

    def _taken(self, event: Event, at: int) -> None:
        self.taking_over.taken(event.to, at)

    def _handed_back(self, event: Event, at: int) -> None:
        self.taking_over.handed_back(at)

    def _merged_away(self, event: Event, at: int) -> None:
        """Only running clocks are cancelled, its breaches stay (K10)."""
        for draft in list(self.running):
            self.cancel(draft, at, Mark.MERGED)
        self.merged = True

    def _merged_in(self, event: Event, at: int) -> None:
        """The higher impact, and the oldest unanswered message of the two (K10)."""
        if event.impact:
            self.impact = min(self.impact, _impact(event.impact), key=_WORST_FIRST.index)
            self._reprice(at, Mark.MERGED)
        if event.received is not None and self.state != State.CLOSED:
            self.enter(State.OPEN, at)
            self.replies.took_over(_received(event, at), at)

    def _split_away(self, event: Event, at: int) -> None:
        """The reply clock goes on if its oldest message stays: it counts from there already (K3)."""
        if event.received is None:
            self.replies.moved_away(at)

    def _split_off(self, event: Event, at: int) -> None:
        """What came along unanswered counts from when it was received (K13)."""
        if event.received is not None:
            self.replies.customer_wrote(_received(event, at), at, Mark.SPLIT_OFF)

    def _set_aside(self, event: Event, at: int) -> None:
        """Nothing is owed while it is spam, or in the trash; deleted as spam, it stays the spam it was."""
        if self.aside is None:
            self.aside = SettingAside(self, at, spam=event.to == "spam")

    def _brought_back(self, event: Event, at: int) -> None:
        """What was owed is owed again, from its original start."""
        if self.aside is not None:
            self.aside.end(at)
            self.aside = None

    def _reprice(self, at: int, mark: Mark) -> None:
        for draft in self.running:
            self.price(draft, at, mark)


_HANDLERS: dict[str, Callable[[Ticket, Event, int], None] | None] = {
    Kind.CREATED: Ticket._created,
    Kind.CUSTOMER_MESSAGE: Ticket._customer_wrote,
    Kind.VENDOR_MESSAGE: None,
    Kind.AGENT_REPLY: Ticket._agent_replied,
    Kind.UPDATE: Ticket._updated,
    Kind.NOTE: None,
    Kind.AUTOMATIC: None,
    Kind.STATE: Ticket._state_set,
    Kind.IMPACT: Ticket._impact_set,
    Kind.POLICY: Ticket._policy_set,
    Kind.CHAT_STARTED: Ticket._chat_started,
    Kind.CHAT_ENDED: Ticket._chat_ended,
    Kind.ALERT_RECEIVED: Ticket._alert_received,
    Kind.ALERT_ENDED: Ticket._alert_ended,
    Kind.ACKNOWLEDGED: Ticket._acknowledged,
    Kind.ESCALATED: Ticket._escalated,
    Kind.TAKEN: Ticket._taken,
    Kind.HANDED_BACK: Ticket._handed_back,
    Kind.MERGED_AWAY: Ticket._merged_away,
    Kind.MERGED_IN: Ticket._merged_in,
    Kind.SPLIT_AWAY: Ticket._split_away,
    Kind.SPLIT_OFF: Ticket._split_off,
    Kind.SET_ASIDE: Ticket._set_aside,
    Kind.BROUGHT_BACK: Ticket._brought_back,
}
_EVEN_ASIDE = frozenset(  # what holds when it comes back
    {Kind.IMPACT, Kind.POLICY, Kind.SET_ASIDE, Kind.BROUGHT_BACK}
)


def _impact(word: str) -> str:
    if word not in _WORST_FIRST:
        raise BadHistory(f"{said(word)} is not an impact: write one of {', '.join(Impact)}.")
    return word


def _received(event: Event, at: int) -> int:
    return at if event.received is None else micros(event.received, "received")


def _that_were(history: Sequence[Event]) -> Iterable[Event]:
    """The history without replies that were undone, merges and splits that were taken back (K1, K10)."""
    undoing = (Kind.REPLY_UNDONE, Kind.UNMERGED, Kind.UNSPLIT)
    if not any(event.kind in undoing for event in history):
        return history
    kept: list[Event] = []
    for event in history:
        if event.kind == Kind.REPLY_UNDONE:
            _forget(kept, event, Kind.AGENT_REPLY)
        elif event.kind == Kind.UNMERGED:
            _forget(kept, event, Kind.MERGED_AWAY, Kind.MERGED_IN)
        elif event.kind == Kind.UNSPLIT:
            _forget(kept, event, Kind.SPLIT_AWAY)
        else:
            kept.append(event)
    return kept


def _forget(kept: list[Event], undoing: Event, *kinds: Kind) -> None:
    """Drop the last event of these kinds with the key; without a key the last of all."""
    for index in range(len(kept) - 1, -1, -1):
        if kept[index].kind in kinds and undoing.key in ("", kept[index].key):
            del kept[index]
            return
    raise BadHistory(f"{undoing.kind} at {undoing.at.isoformat()} has nothing to undo.")
