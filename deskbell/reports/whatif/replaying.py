"""One ticket under two policies: the one it was promised, and the one in question."""

from __future__ import annotations

from deskbell.reports.whatif.reading import Sayings, Story
from deskbell.sla import core
from deskbell.sla.core.draft import Draft
from deskbell.sla.core.policy import Bound
from deskbell.sla.core.replay import replay
from deskbell.sla.core.skeletons import Fitted, Skeleton, drafts, fit, skeleton
from deskbell.sla.policies import policy_numbered

_MOST_FORMS = 20_000


class Replayer:
    """Replays stories up to an instant (microseconds), as it was and as it would have been.

    *As it was* is a replay under the ticket's own versions and not the stored clocks: the two are the
    same (K12), but a stored clock does not keep how much time was used nor when it was paused,
    and so both sides come from the same arithmetic. *As it would have been* holds the whole
    history to one policy: moves to another version did not happen.
    """

    def __init__(self, policy: core.Policy, now: int, sayings: Sayings) -> None:
        self.policy = policy
        self.now = now
        self._sayings = sayings
        self._bones: dict[tuple[tuple[int, ...], bool], Skeleton] = {}
        self._same: dict[tuple[tuple[int, ...], int], bool] = {}
        self._alike: dict[tuple[core.Coverage, core.Coverage], bool] = {}
        self._fitted: dict[tuple[tuple[int, ...], int], list[Fitted]] = {}

    def both(self, story: Story) -> tuple[list[Draft], list[Draft]]:
        """The drafts of its clocks as they were, and as they would have been: one and the same
        list if both promise the same for all that happened."""
        version = story.about.version
        if story.whole is None:
            was = drafts(self._fit(story.form, version), story.instants, self.now)
            if self._is_same(story.form, version):
                return was, was
            return was, drafts(self._fit(story.form, 0), story.instants, self.now)
        unmoved = [event for event in story.whole if event.kind != core.Kind.POLICY]
        return (
            _promised(replay(story.whole, policy_numbered(version), self.now)),
            _promised(replay(unmoved, self.policy, self.now)),
        )

    def _is_same(self, form: tuple[int, ...], version: int) -> bool:
        found = self._same.get((form, version))
        if found is None:
            if len(self._same) >= _MOST_FORMS:
                self._same.clear()
            was, would_be = self._fit(form, version), self._fit(form, 0)
            found = self._same[form, version] = len(was) == len(would_be) and all(
                one.bone == other.bone and self._promise_same(one, other)
                for one, other in zip(was, would_be, strict=True)
            )
        return found

    def _promise_same(self, one: Fitted, other: Fitted) -> bool:
        return all(
            len(here) == len(there) and all(map(self._equal, here, there))
            for here, there in zip(one.promised, other.promised, strict=True)
        )

    def _equal(self, one: Bound, other: Bound) -> bool:
        """Do two promises count alike?"""
        hours = one.hours, other.hours
        if hours not in self._alike:
            alike = one.hours.zone is other.hours.zone
            self._alike[hours] = alike and one.hours.document() == other.hours.document()
        return one[:2] == other[:2] and self._alike[hours]

    def _fit(self, form: tuple[int, ...], version: int) -> list[Fitted]:
        """The form under a version; 0 is the policy in question."""
        found = self._fitted.get((form, version))
        if found is None:
            if len(self._fitted) >= _MOST_FORMS:
                self._fitted.clear()
            policy = policy_numbered(version) if version else self.policy
            found = self._fitted[form, version] = fit(self._bones_of(form, policy), policy)
        return found

    def _bones_of(self, form: tuple[int, ...], policy: core.Policy) -> Skeleton:
        pauses = policy.resolution_pauses_while_waiting
        found = self._bones.get((form, pauses))
        if found is None:
            if len(self._bones) >= _MOST_FORMS:
                self._bones.clear()
            events = [self._sayings.events[number] for number in form]
            found = self._bones[form, pauses] = skeleton(events, pauses_while_waiting=pauses)
        return found


def _promised(found: list[Draft]) -> list[Draft]:
    return [draft for draft in found if draft.bound is not None]
