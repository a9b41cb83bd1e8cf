"""Sixty days of tickets, each lived through from its first word under a moved clock.

The verbs write everything, the timers tell what falls due in between, and no clock row is touched
here. A ticket's whole life is one transaction, so the running worker never sees half of one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.db import transaction

from deskbell.cli.demo import cast, fields, newcomers, stories, troubles, watching, writings
from deskbell.cli.demo.stories import Story
from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.lib.telling import unseen
from deskbell.people.desk import ensure_desk
from deskbell.people.models import Agent, Person
from deskbell.sla import timers
from deskbell.sla.policies import ensure_default_policy
from deskbell.tickets.acknowledging import acknowledge, note_ended
from deskbell.tickets.assigning import assign
from deskbell.tickets.chatting import end_live
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Channel, State, Ticket
from deskbell.tickets.opening import open_by_agent, open_for_alert, open_for_customer
from deskbell.tickets.replying import hear, note, reply
from deskbell.tickets.solving import close_if_solved_long_ago, set_state
from deskbell.tickets.triage import set_impact
from deskbell.tickets.words import Words

DAYS = 60
ZONE = ZoneInfo("America/New_York")
MINUTE = timedelta(minutes=1)
UNFINISHED_FOR = timedelta(days=3)  # how long the town leaves a ticket unsolved at the most
CHANNELS = [Channel.MAIL] * 11 + [Channel.CHAT] * 4 + [Channel.PHONE] * 2 + [Channel.ALERT] * 3

# How long until the first reply, in minutes of waiting, by impact: mostly in time, not always.
PACE = {Impact.URGENT: 7, Impact.HIGH: 28, Impact.NORMAL: 95, Impact.LOW: 240}


def play(tickets: int, seed: int) -> Iterator[int]:
    """Fill the desk; yields how many tickets have been written so far."""
    random = Random(seed)  # noqa: S311 - a story, not a secret
    ensure_desk()
    ensure_default_policy()
    with transaction.atomic():
        town = cast.gather(random, clock.now().date())
        fields.define()
    until = clock.now()
    for done, start in enumerate(_beginnings(random, tickets, until), start=1):
        with transaction.atomic(), unseen():
            Life(Random(f"{seed} {done}"), town, until).live(start)  # noqa: S311
        yield done
    watching.watch(Random(seed), town)  # noqa: S311
    troubles.befall(Random(seed), town)  # noqa: S311
    writings.write(Random(seed), town.support)  # noqa: S311
    newcomers.welcome()


def _beginnings(random: Random, count: int, until: datetime) -> list[datetime]:
    """When the tickets begin: mostly on school days between seven and four, some at night."""
    chosen: list[datetime] = []
    while len(chosen) < count:
        day = until.astimezone(ZONE).date() - timedelta(days=random.randint(0, DAYS))
        if day.weekday() >= 5 and random.random() < 0.85:
            continue
        start = _at(day, random.gauss(11, 2.6) if random.random() < 0.9 else random.uniform(0, 24))
        if until - timedelta(days=DAYS) < start < until - MINUTE:
            chosen.append(start)
    return sorted(chosen)


def _at(day: date, hour: float) -> datetime:
    minutes = int(min(max(hour, 0), 23.9) * 60)
    return datetime.combine(day, time(minutes // 60, minutes % 60), ZONE)


class Life:
    """One ticket from its first word to as far as it has come by now."""

    def __init__(self, random: Random, town: cast.Cast, until: datetime) -> None:
        self.random = random
        self.beside = copy(random)  # what the fields hold changes nothing of the story
        self.town = town
        self.until = until
        self.now = until
        self.ticket: Ticket | None = None

    def live(self, start: datetime) -> None:
        """Let it happen, step by step, until the story or the present ends it."""
        self.now = start
        channel = self.random.choice(CHANNELS)
        steps = self._alarm() if channel == Channel.ALERT else self._call(channel)
        for wait, act in steps:
            self.now += wait * self.random.uniform(0.3, 1.6)
            if self.now > self.until:
                break
            self._tell_until(self.now)
            with moved_to(self.now):
                act()
        self._tell_until(self.until)

    def _tell_until(self, instant: datetime) -> None:
        """Warn and breach at their own instants, before the next thing happens."""
        while self.ticket and (due := timers.next_instant(self.ticket)) and due < instant:
            with moved_to(due + timedelta(milliseconds=2)):
                timers.tell_ticket(self.ticket)

    def _call(self, channel: Channel) -> Iterator[tuple[timedelta, Callable[[], object]]]:
        """A person's call for help."""
        story, who = self._story(), self.random.choice(self.town.customers)
        agent = self.random.choice(self.town.support)
        pace = (5 if channel == Channel.CHAT else PACE[story.impact]) * MINUTE
        yield 0 * MINUTE, lambda: self._begin(story, who, channel, agent)
        if story.impact != Impact.NORMAL:
            yield pace / 4, lambda: self._triage(story.impact, agent)
        yield from self._conversation(pace, who, agent)
        if channel == Channel.CHAT:
            yield 10 * MINUTE, lambda: end_live(self._ticket, why="the visitor has left")
        yield from self._ending(pace, who, agent)

    def _alarm(self) -> Iterator[tuple[timedelta, Callable[[], object]]]:
        """A machine's: acknowledged in minutes, over in an hour."""
        subject, text = self.random.choice(stories.ALARMS)
        engineer = self.random.choice(self.town.engineers)
        episode = f"demo-{self.random.getrandbits(48):012x}"

        def begin() -> None:
            words = Words(text, door=Channel.ALERT, received_at=self.now, automatic=True)
            self.ticket = open_for_alert(
                subject,
                words,
                impact=Impact.URGENT,
                episode=episode,
                source="Demo monitoring",
                demo=True,
            )

        yield 0 * MINUTE, begin
        yield 3 * MINUTE, lambda: acknowledge(self._ticket, by=engineer)
        yield 20 * MINUTE, lambda: note(self._ticket, self._words(stories.NOTES), by=engineer)
        yield 40 * MINUTE, lambda: note_ended(self._ticket, episode=episode, at=self.now)
        yield 30 * MINUTE, lambda: set_state(self._ticket, State.SOLVED, by=engineer)
        yield timedelta(days=15) * 3, lambda: close_if_solved_long_ago(self._ticket)

    def _begin(self, story: Story, who: Person, channel: Channel, agent: Agent) -> None:
        if channel == Channel.PHONE:
            words = Words(f"{who} called: {story.begins}", door=Channel.PHONE)
            self.ticket = open_by_agent(
                story.subject, words, by=agent, requester=who, customers_words=True
            )
        else:
            self.ticket = open_for_customer(
                story.subject,
                Words(story.begins, door=channel, received_at=self.now),
                requester=who,
                channel=channel,
                live=channel == Channel.CHAT,
            )

    def _triage(self, impact: Impact, agent: Agent) -> None:
        set_impact(self._ticket, impact, by=agent, reason="By what the customer wrote")
        assign(self._ticket, agent, by=agent)

    def _conversation(
        self, pace: timedelta, who: Person, agent: Agent
    ) -> Iterator[tuple[timedelta, Callable[[], object]]]:
        yield pace, lambda: self._first_reply(agent)
        for _ in range(self.random.choice((0, 0, 1, 1, 2))):
            yield pace, lambda: self._hear(stories.FOLLOW_UPS, who)
            if self.random.random() < 0.3:
                yield pace / 3, lambda: note(self._ticket, self._words(stories.NOTES), by=agent)
            yield pace, lambda: reply(self._ticket, self._words(stories.UPDATES), by=agent)

    def _ending(
        self, pace: timedelta, who: Person, agent: Agent
    ) -> Iterator[tuple[timedelta, Callable[[], object]]]:
        """All that is old has been solved; of the last days some wait for someone, some are left."""
        fate = self.random.random() if self.until - self.now < UNFINISHED_FOR else 1.0
        if fate < 0.25:
            return
        if fate < 0.6:
            to = State.PENDING if fate < 0.42 else State.WAITING
            yield pace, lambda: set_state(self._ticket, to, by=agent)
            return
        yield pace * 2, lambda: reply(self._ticket, self._words(stories.SOLUTIONS), by=agent)
        yield MINUTE, lambda: self._solve(agent)
        if self.random.random() < 0.25:
            yield pace, lambda: self._hear(stories.THANKS, who)
            yield pace / 2, lambda: reply(self._ticket, Words("Glad to hear it!"), by=agent)
            yield MINUTE, lambda: set_state(self._ticket, State.SOLVED, by=agent)
        yield timedelta(days=15) * 3, lambda: close_if_solved_long_ago(self._ticket)

    def _first_reply(self, agent: Agent) -> None:
        reply(self._ticket, self._words(stories.FIRST_REPLIES), by=agent)
        fields.ask(self._ticket, self.beside, by=agent)

    def _solve(self, agent: Agent) -> None:
        fields.find_cause(self._ticket, self.beside, by=agent)
        set_state(self._ticket, State.SOLVED, by=agent)

    def _hear(self, texts: tuple[str, ...], who: Person) -> None:
        hear(self._ticket, self._words(texts), author=who)

    def _words(self, texts: tuple[str, ...]) -> Words:
        return Words(self.random.choice(texts), door=Channel(self._ticket.channel))

    def _story(self) -> Story:
        weights = {Impact.URGENT: 1, Impact.HIGH: 3, Impact.NORMAL: 5, Impact.LOW: 4}
        return self.random.choices(
            stories.STORIES, [weights[story.impact] for story in stories.STORIES]
        )[0]

    @property
    def _ticket(self) -> Ticket:
        assert self.ticket is not None
        return self.ticket
