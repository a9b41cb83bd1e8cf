"""The same clocks for many histories: what happened is replayed once for all that are alike (K12).

Which clocks a ticket has, and which of its events start, reprice, pause and stop each, does not depend on
when the events happened, nor on what was promised. So `skeleton` runs the machine of `replay`
once, with places in the history for instants; `fit` puts a policy into it, and `drafts` a
history's instants. The result is that of `replay`, several times as fast when thousands of histories
share a form.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from deskbell.sla.core.draft import Draft, Mark, Pause
from deskbell.sla.core.errors import BadHistory
from deskbell.sla.core.history import Event, Kind
from deskbell.sla.core.policy import Bound, Policy
from deskbell.sla.core.replay import Ticket

# Whether an ended episode cancels its clock depends on the hour; the others rewrite the history.
_BY_THE_HOUR = frozenset(
    {
        Kind.ALERT_ENDED,
        Kind.POLICY,
        Kind.REPLY_UNDONE,
        Kind.UNMERGED,
        Kind.UNSPLIT,
        Kind.SET_ASIDE,
        Kind.BROUGHT_BACK,
    }
)


class Step(NamedTuple):
    """Something that befell a running clock at the event in this place: it was priced, or (without
    an impact) it stopped. `pauses` are its pauses by then, their bounds places too."""

    place: int
    impact: str
    chat: bool
    mark: Mark | None
    pauses: tuple[Pause, ...]


class Bone(NamedTuple):
    """One clock without its instants. `plain`: priced once and never paused."""

    metric: str
    ordinal: int
    about: str
    start: int
    stop: int | None
    cancelled: bool
    end_mark: Mark | None
    pauses: tuple[Pause, ...]
    steps: tuple[Step, ...]
    plain: bool


Skeleton = tuple[Bone, ...]


def has_skeleton(event: Event) -> bool:
    """Whether a history with this event can be replayed by its form alone; else `replay` it."""
    return event.received is None and event.kind not in _BY_THE_HOUR


def skeleton(history: Sequence[Event], *, pauses_while_waiting: bool) -> Skeleton:
    """The form of a history in which each event `has_skeleton`; their `at` are not read.

    `pauses_while_waiting`: what the policies say that are to be put in. A history that `replay`
    refuses is `BadHistory`.
    """
    ticket = _Recorder(pauses_while_waiting)
    for place, event in enumerate(history):
        if (place == 0) != (event.kind == Kind.CREATED):
            raise BadHistory(f"{event.kind} is event {place + 1}: the creation is the first.")
        ticket.take(event, place)
    return tuple(_bone(draft, ticket.steps[draft]) for draft in ticket.drafts)


class Fitted(NamedTuple):
    """A bone with what a policy promises at each of its steps. `only`: the one promise of a plain bone."""

    bone: Bone
    promised: tuple[list[Bound], ...]
    only: Bound | None


def fit(bones: Skeleton, policy: Policy) -> list[Fitted]:
    """The skeleton under a policy, without the clocks that nothing is ever promised for."""
    fitted = [_fit(bone, policy) for bone in bones]
    return [each for each in fitted if any(each.promised)]


def drafts(fitted: Sequence[Fitted], instants: Sequence[int], now: int) -> list[Draft]:
    """The clocks that `replay` gives for this history, without those that nothing is promised for.

    `instants`: of the events, in microseconds, in order and none after `now`.
    """
    found = []
    for each in fitted:
        bone, bound = each.bone, each.only
        start = instants[bone.start]
        draft = Draft(bone.metric, bone.ordinal, start, bone.about)
        stop = draft.stop = None if bone.stop is None else instants[bone.stop]
        draft.cancelled, draft.end_mark = bone.cancelled, bone.end_mark
        if bound is None:
            _live_through(draft, each, instants, now)
        else:
            draft.bounds, draft.bound = each.promised[0], bound
            draft.impact = bone.steps[0].impact
            draft.due = due = bound.hours.add_micros(start, bound.target)
            if due < (now if stop is None else stop):
                draft.breached_at = due
        if draft.bound is not None:
            found.append(draft)
    return found


class _Recorder(Ticket):
    """The machine, noting what befalls each clock instead of counting."""

    def __init__(self, pauses_while_waiting: bool) -> None:
        super().__init__(Policy("", {}, {}, resolution_pauses_while_waiting=pauses_while_waiting))
        self.steps: dict[Draft, list[Step]] = {}

    def price(self, draft: Draft, at: int, mark: Mark | None) -> None:
        step = Step(at, self.impact, self.chat, mark, tuple(draft.pauses))
        self.steps.setdefault(draft, []).append(step)

    def stop(self, draft: Draft, at: int) -> None:
        super().stop(draft, at)
        self.steps[draft].append(Step(at, "", False, None, tuple(draft.pauses)))


def _bone(draft: Draft, steps: list[Step]) -> Bone:
    priced = [step for step in steps if step.impact]
    return Bone(
        metric=draft.metric,
        ordinal=draft.ordinal,
        about=draft.about,
        start=draft.start,
        stop=draft.stop,
        cancelled=draft.cancelled,
        end_mark=draft.end_mark,
        pauses=tuple(draft.pauses),
        steps=tuple(steps),
        plain=len(priced) == 1 and len(steps) <= 2 and not draft.pauses,
    )


def _fit(bone: Bone, policy: Policy) -> Fitted:
    promised = tuple(
        policy.promises(bone.metric, step.impact, chat=step.chat, tier=bone.about)
        if step.impact
        else []
        for step in bone.steps
    )
    alone = bone.plain and len(promised[0]) == 1
    return Fitted(bone, promised, promised[0][0] if alone else None)


def _live_through(draft: Draft, fitted: Fitted, instants: Sequence[int], now: int) -> None:
    """Step by step, as the machine does; `pass_to` in between would find the same instants."""
    runs = True
    for step, bounds in zip(fitted.bone.steps, fitted.promised, strict=True):
        at = instants[step.place]
        if runs:  # nothing passes while it stands, until it goes on (K14)
            draft.pass_to(at)
        runs = bool(step.impact)
        if runs:
            draft.pauses = _timed(step.pauses, instants)
            draft.price(bounds, at, step.mark)
            if draft.bounds is bounds:  # it took hold
                draft.impact = step.impact
    draft.pauses = _timed(fitted.bone.pauses, instants)
    if draft.stop is None:
        draft.pass_to(now)


def _timed(pauses: tuple[Pause, ...], instants: Sequence[int]) -> list[Pause]:
    return [
        Pause(instants[p.start], None if p.end is None else instants[p.end], p.reason)
        for p in pauses
    ]
