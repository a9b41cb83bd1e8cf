"""A late step tells its owner, once on each working day; if it stays late, the onboarding's lead hears too.

On which day a step was told stands on its row and changes with what is told, under the onboarding's lock: so
many workers tell it once, and one that dies in between has told nothing.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from deskbell.guidance.days import calendar_of, is_working
from deskbell.guidance.events import Kind, append, changing
from deskbell.guidance.models import Onboarding, Step
from deskbell.guidance.owners import answerable, leaders
from deskbell.lib import clock
from deskbell.lib.savepoints import by_itself
from deskbell.mail.branding import brand_for
from deskbell.mail.letters import from_files
from deskbell.mail.models import OutboundMail
from deskbell.mail.queueing import can_be_written_to, enqueue
from deskbell.people.desk import the_desk
from deskbell.people.models import Person
from deskbell.people.notices import Topic, notify

HOURS = range(8, 19)  # on the district's wall clock: nobody is woken for a step
AGAIN = 300.0  # seconds
log = logging.getLogger(__name__)


def step() -> float:
    """Tell of what is late (a loop of the worker); returns when to look again at the latest."""
    for onboarding in _waiting():
        with by_itself(log, "Nobody could be told of onboarding %s", onboarding.pk):
            tell_late(onboarding.pk)
    return AGAIN


def tell_late(key: int) -> int:
    """Tell whoever has to know of this onboarding's late steps today; returns how many steps these were. Told
    again on the same day, on a day off or at night, it does nothing."""
    with changing(key) as onboarding:
        if not _is_time(onboarding) or not is_working(
            calendar_of(onboarding.district), onboarding.today
        ):
            return 0
        late = _late_steps(onboarding)
        told: dict[Person, list[Step]] = defaultdict(list)
        for each in late:
            people = _people(each, onboarding)
            for person in people:
                told[person].append(each)
            each.told_on, each.told_times = onboarding.today, each.told_times + 1
            append(onboarding, Kind.REMINDED, step=each, names=[str(person) for person in people])
        Step.objects.bulk_update(late, ["told_on", "told_times"])
        for person, steps in told.items():
            _tell(person, onboarding, steps)
    return len(late)


def _waiting() -> list[Onboarding]:
    """Those that may have something to tell at this hour. The day is asked again under the lock."""
    tomorrow = clock.now().date() + timedelta(days=1)  # somewhere it may be that already
    steps = Step.objects.to_do().filter(due_on__lt=tomorrow, onboarding__ended_at=None)
    found = Onboarding.objects.filter(pk__in=steps.order_by().values("onboarding"))
    waiting = found.select_related("district").prefetch_related("steps").order_by("pk")
    return [each for each in waiting if _is_time(each) and _untold(each)]


def _untold(onboarding: Onboarding) -> bool:
    today = onboarding.today
    return any(
        each.is_late(today) and each.removed_at is None and each.told_on != today
        for each in onboarding.steps.all()
    )


def _is_time(onboarding: Onboarding) -> bool:
    here = clock.now().astimezone(ZoneInfo(onboarding.district.zone))
    return onboarding.is_going_on and here.hour in HOURS


def _late_steps(onboarding: Onboarding) -> list[Step]:
    today = onboarding.today
    late = onboarding.to_do.filter(due_on__lt=today).exclude(told_on=today)
    return list(late.select_related("owner__agent"))


def _people(late: Step, onboarding: Onboarding) -> list[Person]:
    """Whoever answers for it; from the second day on, or where nobody does, the lead as well."""
    people = answerable(late, onboarding)
    if late.told_times or not people:
        people += leaders(onboarding)
    # The make-believe town rings no real person's bell.
    heard = [each for each in people if each.demo or not onboarding.district.demo]
    return list(dict.fromkeys(heard))


def _tell(person: Person, onboarding: Onboarding, steps: list[Step]) -> None:
    """One notice or one mail, however many steps are late."""
    if person.is_agent:
        named = f"“{steps[0]}”" + (f" and {len(steps) - 1} more" if steps[1:] else "")
        verb = "are" if steps[1:] else "is"
        words = f"{named} {verb} late in the onboarding of {onboarding.district}"
        notify([person.agent], words, path=f"/onboardings/{onboarding.pk}", topic=Topic.LATE)
    elif can_be_written_to(person):
        _mail(person, onboarding, steps)


def _mail(person: Person, onboarding: Onboarding, steps: list[Step]) -> None:
    """In both languages: the desk has not heard yet which one they read."""
    words = {
        "steps": steps,
        "district": str(onboarding.district),
        "desk": the_desk().name,
        "link": f"{settings.DESK_URL}/portal/onboarding/{onboarding.pk}",
    }
    enqueue(
        OutboundMail.Kind.RECEIPT,
        person,
        subject=f"Your onboarding: “{steps[0]}” is late",
        from_name=the_desk().name,
        letter=from_files("guidance/late_letter", words, brand=brand_for(onboarding.district)),
    )
