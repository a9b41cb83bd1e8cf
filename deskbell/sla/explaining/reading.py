"""Reading a ticket's account from its events: nothing is taken from the stored clocks (K12)."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from deskbell.lib import clock as desk_clock
from deskbell.lib.errors import NotFound
from deskbell.look.languages import USUAL
from deskbell.sla import core
from deskbell.sla.explaining import sentences
from deskbell.sla.explaining.causes import Causes
from deskbell.sla.explaining.lines import folded, lines_of, steps_of
from deskbell.sla.explaining.nouns import (
    Account,
    Audience,
    Explanation,
    Pause,
    Promised,
    Remark,
    Version,
)
from deskbell.sla.explaining.voice import Voice
from deskbell.sla.histories import history_of
from deskbell.sla.models import Clock, PolicyVersion, Standing
from deskbell.sla.policies import policy_numbered, version_numbered
from deskbell.tickets.events import Kind
from deskbell.tickets.models import Ticket, TicketEvent

_THE_TEAMS_ALONE = {core.Metric.TAKE_OVER, core.Metric.ACKNOWLEDGE}  # K16, and alarms inside


def account_of(
    ticket: Ticket, *, zone: str, audience: Audience, language: str = USUAL, dated: bool = False
) -> Account:
    """Every clock of a ticket explained in the reader's `zone` and `language`, as of now.

    A customer sees neither Take over (K16) nor Acknowledge, of people their first names, and of the
    ticket what they may know. `dated` says each day with its date. A fixed number of queries.
    """
    standing = Standing.objects.get(ticket=ticket)
    events = list(ticket.events.select_related("by", "message__author"))
    say = Voice(zone, language)
    reading = Reading(standing, events, say=say, audience=audience, dated=dated)
    return Account(
        number=ticket.number,
        subject=ticket.subject,
        audience=audience,
        zone=zone,
        language=language,
        as_of=reading.now,
        versions=tuple(reading.versions.values()),
        events=tuple(reading.causes.all()),
        clocks=tuple(sorted(reading.explanations(), key=_unstopped_first)),
    )


def one_of(account: Account, metric: str, ordinal: int) -> Explanation:
    """The nth clock of a metric. Raises NotFound also where it exists but is not for this reader."""
    for each in account.clocks:
        if (each.metric, each.ordinal) == (metric, ordinal):
            return each
    raise NotFound(f"Ticket #{account.number} has no such clock.")


def digest_of(version: PolicyVersion) -> str:
    """The SHA-256 of what a version froze, in hex: of its document as JSON with sorted keys, without
    spaces, in UTF-8. Who keeps it can tell later that nothing was changed."""
    written = json.dumps(
        version.document, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(written.encode()).hexdigest()


@lru_cache(maxsize=256)
def _digest(pk: int) -> str:
    return digest_of(version_numbered(pk))


class Reading:
    """One ticket, read once."""

    def __init__(
        self,
        standing: Standing,
        events: list[TicketEvent],
        *,
        say: Voice,
        audience: Audience,
        dated: bool,
    ) -> None:
        self.now = desk_clock.now()
        self.say, self.dated, self.audience = say, dated, audience
        self.causes = Causes(events, audience, say)
        self._opening_policy = policy_numbered(standing.opened_under_id)
        self.history = history_of(events)
        self.versions = self._versions(standing.opened_under_id, events)

    def explanations(self) -> list[Explanation]:
        found = core.clocks(self.history, self._opening_policy, self.now)
        hidden = _THE_TEAMS_ALONE if self.audience is Audience.CUSTOMER else set()
        return [self._explanation(clock) for clock in found if clock.metric not in hidden]

    def _versions(self, opened_under: int, events: list[TicketEvent]) -> dict[int, Version]:
        """The versions that held for the ticket, by the identity of the policy that each one froze."""
        keys = [event.data["to"] for event in events if event.kind == Kind.POLICY]
        moved_to = [event.policy for event in self.history if event.kind == core.Kind.POLICY]
        found = {id(self._opening_policy): self._version(opened_under)}
        for key, policy in zip(keys, moved_to, strict=True):
            found.setdefault(id(policy), self._version(key))
        return found

    def _version(self, pk: int) -> Version:
        version = version_numbered(pk)
        policy, number = version.policy.name, version.number
        return Version(
            name=self.say("{policy}, version {number}", policy=policy, number=number),
            policy=policy,
            number=number,
            made_at=version.made_at,
            reason=version.reason if self.audience is Audience.AGENT else "",
            digest=_digest(pk),
        )

    def _explanation(self, clock: core.Clock) -> Explanation:
        say, steps = self.say, steps_of(clock, self.say)
        promises = tuple(self._promised(held) for held in core.held(clock))
        promised = next(each for each in promises if each.counts)
        stopped_by = self.causes.stop_of(clock)
        told = sentences.Told(clock, steps, stopped_by, say, self.dated)
        instants = [instant for step in steps for instant in (step.start, step.end)]
        return Explanation(
            metric=str(clock.metric),
            ordinal=clock.ordinal,
            label=say(Clock.Metric(clock.metric).label),
            about=clock.about if clock.metric == core.Metric.TAKE_OVER else "",
            standing=_standing(clock),
            promises=promises,
            target=clock.target,
            counted=clock.counted,
            start=clock.start,
            started_by=self.causes.start_of(clock),
            warn_at=clock.warn_at,
            due=clock.due,
            stop=clock.stop,
            stopped_by=stopped_by,
            breached_at=clock.breached_at,
            late_by=clock.late_by,
            pauses=tuple(Pause(start, end, say.pause(why)) for start, end, why in clock.pauses),
            steps=tuple(steps),
            lines=tuple(folded(lines_of(steps, clock.hours.zone, say), say)),
            remarks=tuple(
                Remark(str(mark), sentences.remark(clock, mark, say))
                for mark in sorted(clock.marks)
            ),
            zone=say.zone,
            other_zone=_other_zone(say.zone, promised.zone, instants),
            language=say.language,
            as_of=self.now,
            summary=sentences.summary(told),
        )

    def _promised(self, held: core.Held) -> Promised:
        return Promised(
            version=self.versions[id(held.policy)],
            line=sentences.line_of(held.kind, held.of, self.say),
            target=held.target,
            coverage=self.say.coverage(str(held.hours)),
            zone=held.hours.zone.key,
            due=held.due,
            counts=held.counts,
        )


def _standing(clock: core.Clock) -> str:
    """As `Clock.standing`: running, warned, breached, paused, met, late, cancelled."""
    if clock.outcome is core.Outcome.BREACHED:
        return "late" if clock.stop else "breached"
    if clock.outcome is not core.Outcome.RUNNING:
        return str(clock.outcome)
    if clock.due is None:
        return "paused"
    return "warned" if clock.warn_at and clock.as_of >= clock.warn_at else "running"


def _other_zone(reader: str, coverage: str, instants: list[datetime]) -> str:
    """The coverage's zone, or nothing if the clocks on both walls show the same in this time."""
    here, there = ZoneInfo(reader), ZoneInfo(coverage)
    same = all(
        at.astimezone(here).utcoffset() == at.astimezone(there).utcoffset() for at in instants
    )
    return "" if reader == coverage or (instants and same) else coverage


def _unstopped_first(each: Explanation) -> tuple[bool, float]:
    if each.stop is None:
        return False, each.due.timestamp() if each.due else float("inf")
    return True, -each.start.timestamp()
