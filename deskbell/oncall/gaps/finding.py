"""Finding the gaps of the next 90 days: what is promised, less whoever answers and can be reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Prefetch, Q

from deskbell.lib import clock
from deskbell.oncall import rota, schedules
from deskbell.oncall.answering import ensure_default_policy
from deskbell.oncall.gaps.holes import Hole, Is, Mark, Span, common, holes, minus
from deskbell.oncall.gaps.reach import Reach, reach
from deskbell.oncall.models import Answering, EscalationPolicy, Gap, Schedule
from deskbell.oncall.paging import TEAMS_HOURS
from deskbell.people.models import Absence, Agent, Contract, Team
from deskbell.people.teams import first_line
from deskbell.sla import core
from deskbell.sla.models import PolicyVersion
from deskbell.sla.policies import DEFAULT_NAME, current_version, policy_of
from deskbell.tickets.impacts import Impact

AHEAD = timedelta(days=90)
Kind = Gap.Kind


@dataclass(frozen=True)
class Answers:
    """Who answers for an impact: schedules of every step, and whom the first step names beside them.

    Later steps name people as a last resort, at whatever hour; they hide no gap of the rota.
    """

    schedules: tuple[Schedule, ...]
    agents: frozenset[int]
    team: Team | None


def find(impact: str | None = None) -> list[Hole]:
    """The gaps from now on, of one impact or of all, the worst impact first. Changes nothing."""
    now = clock.now().replace(second=0, microsecond=0)
    world = _World(now, now + AHEAD)
    impacts = [each.value for each in Impact if impact in {None, each.value}]
    return [hole for each in impacts for hole in world.holes_of(each)]


def promised(policies: Sequence[core.Policy], impact: str, span: Span) -> set[Span]:
    """What all policies in force together promise for an impact: each of its clocks' hours."""
    hours = {
        policy.coverages[promise.coverage]
        for policy in policies
        for promise in policy.targets.get(impact, {}).values()
        if promise
    }
    return {each for coverage in hours for each in coverage.intervals(*span)}


def policies_in_force() -> list[core.Policy]:
    """The newest version of each policy that anyone is held to."""
    held = Q(policy__name=DEFAULT_NAME) | Q(policy__district__isnull=False)
    held |= Q(policy__name__in=Contract.objects.values("plan"))
    newest = (
        PolicyVersion.objects.filter(held)
        .order_by("policy_id", "-number")
        .distinct("policy_id")
        .select_related("policy")
    )
    return [policy_of(version) for version in newest] or [policy_of(current_version())]


class _World:
    """Everything that is asked of the database, each thing once for all impacts."""

    def __init__(self, now: datetime, until: datetime) -> None:
        self.span: Span = (now, until)
        self._intervals: dict[int, list[rota.Interval]] = {}
        self._policies = policies_in_force()
        everyone = Agent.objects.select_related("person").prefetch_related("teams")
        self.agents = {agent.pk: agent for agent in everyone}
        self.reach = reach(self.agents.values(), now)

    @cached_property
    def leave(self) -> dict[int, list[Span]]:
        found: dict[int, list[Span]] = {}
        now, until = self.span
        away = Absence.objects.filter(ends_at__gt=now, starts_at__lt=until)
        for agent, start, end in away.values_list("agent_id", "starts_at", "ends_at"):
            found.setdefault(agent, []).append((start, end))
        return found

    @cached_property
    def answers(self) -> dict[str, Answers]:
        """For each impact what its row says, else the desk's first policy."""
        rows = {row.impact: row for row in Answering.objects.select_related("team")}
        default = ensure_default_policy().pk
        named = {impact: rows[impact].policy_id if impact in rows else default for impact in Impact}
        policies = EscalationPolicy.objects.prefetch_related(
            "steps__schedules",
            Prefetch("steps__agents", Agent.objects.only("pk")),
            Prefetch("steps__teams__agents", Agent.objects.only("pk")),
        ).in_bulk(named.values())
        teams = {impact: row.team for impact, row in rows.items()}
        return {
            impact.value: _answers(policies[key], teams.get(impact) or first_line())
            for impact, key in named.items()
        }

    def holes_of(self, impact: str) -> list[Hole]:
        answers = self.answers[impact]
        marks = [Mark(*span, Is.PROMISED) for span in promised(self._policies, impact, self.span)]
        for schedule in answers.schedules:
            for start, end, people, _ in self._on_call(schedule):
                for person in people:
                    marks += self._presence(int(person), (start, end))
        for agent in answers.agents:
            marks += self._presence(agent, self.span)
        if answers.team:
            marks += self._shift(answers.team)
        return holes(impact, marks, nobody=_nobody(answers))

    def _on_call(self, schedule: Schedule) -> list[rota.Interval]:
        known = self._intervals.get(schedule.pk)
        if known is None:
            known = rota.final(schedules.arithmetic(schedule, self.span[0]), *self.span)
            self._intervals[schedule.pk] = known
        return known

    def _presence(self, key: int, span: Span) -> Iterator[Mark]:
        """What one person on call is good for in a span: leave first, then whether they can be reached."""
        agent = self.agents[key]
        leave = self.leave.get(key, [])
        for away in common(span, leave):
            yield Mark(*away, Is.EXCUSED, Kind.LEAVE, f"{agent} is on leave.")
        for start, end in minus(span, leave):
            yield Mark(start, end, *_said(self.reach[key]))

    def _shift(self, team: Team) -> Iterator[Mark]:
        """In business hours a team answers as long as one of its agents is not on leave (G1)."""
        members = [
            agent
            for agent in self.agents.values()
            if agent.person.is_active and team in agent.teams.all()
        ]
        why = f"Everyone of {team} is on leave." if members else f"Nobody is of {team}."
        for hours in self._team_hours:
            yield Mark(*hours, Is.EXCUSED, Kind.TEAM, why)
            for agent in members:
                for span in minus(hours, self.leave.get(agent.pk, [])):
                    yield Mark(*span, Is.REACHED)

    @cached_property
    def _team_hours(self) -> list[Span]:
        hours = policy_of(current_version()).coverages.get(TEAMS_HOURS)
        return hours.intervals(*self.span) if hours else []


def _said(found: Reach) -> tuple[Is, str, str]:
    if found.problem:
        return Is.EXCUSED, Kind.UNREACHABLE, found.problem
    if found.warning:
        return Is.WARNED, Kind.UNTESTED, found.warning
    return Is.REACHED, "", ""


def _answers(policy: EscalationPolicy, team: Team | None) -> Answers:
    steps = sorted(policy.steps.all(), key=lambda step: step.place)
    every = {each.pk: each for step in steps for each in step.schedules.all()}
    named = {agent.pk for step in steps[:1] for agent in step.agents.all()}
    named |= {
        agent.pk for step in steps[:1] for team in step.teams.all() for agent in team.agents.all()
    }
    return Answers(tuple(every.values()), frozenset(named), team)


def _nobody(answers: Answers) -> str:
    names = " or ".join(str(schedule) for schedule in answers.schedules)
    return f"Nobody is on call in {names}." if names else "No schedule and nobody is named for it."
