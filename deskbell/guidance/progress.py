"""How far onboardings have come: what is done, what is late, what is next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from deskbell.guidance.models import Onboarding, Onboardings, Step
from deskbell.people.models import District

FAR = date.max


@dataclass(frozen=True)
class Progress:
    """An onboarding with its steps in their order, on a day of its district."""

    onboarding: Onboarding
    steps: tuple[Step, ...]
    today: date

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(step.is_done for step in self.steps)

    @property
    def total(self) -> int:
        return len(self.steps)

    @property
    def late(self) -> list[Step]:
        """What should be done and isn't, the longest overdue first."""
        return [step for step in self.steps if self.is_late(step)]

    @property
    def next(self) -> Step | None:
        """What is to be done first."""
        return next((step for step in self.steps if not step.is_done), None)

    @property
    def urgency(self) -> tuple[date, date, str]:
        """Sorts onboardings: late ones first, the longest overdue before; then by the next day."""
        late, following, name = self.late, self.next, self.onboarding.district.name
        return (late[0].due_on if late else FAR, following.due_on if following else FAR, name)

    def is_late(self, step: Step) -> bool:
        """While it goes on: is the step's day over, and it isn't done?"""
        return self.onboarding.is_going_on and step.is_late(self.today)


def progress_of(onboardings: Onboardings) -> list[Progress]:
    """The progress of each, in their order. Two queries."""
    steps = Step.objects.kept().select_related("owner", "done_by")
    found = onboardings.select_related("district", "lead__person")
    return [_of(each) for each in found.prefetch_related(Prefetch("steps", steps))]


def going_on() -> list[Progress]:
    """All that go on, late ones first. Two queries."""
    return sorted(progress_of(Onboarding.objects.going_on()), key=lambda each: each.urgency)


def ended(most: int) -> list[Progress]:
    """Those that are over, the newest first. Two queries."""
    return progress_of(Onboarding.objects.exclude(ended_at=None).order_by("-ended_at")[:most])


def progress_in(district: District | None) -> Progress | None:
    """What goes on in a district, if anything does."""
    if district is None:
        return None
    return first_of(progress_of(Onboarding.objects.going_on().filter(district=district)))


def first_of(found: Iterable[Progress]) -> Progress | None:
    """The first of them, if there is one."""
    return next(iter(found), None)


def _of(onboarding: Onboarding) -> Progress:
    return Progress(onboarding, tuple(onboarding.steps.all()), onboarding.today)
