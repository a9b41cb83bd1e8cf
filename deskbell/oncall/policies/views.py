"""The screens of escalation policies, for managers; agents may read them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.lib.errors import Refused
from deskbell.lib.numbers import primary_key, whole
from deskbell.oncall.answering import answering_of, ensure_default_policy
from deskbell.oncall.gaps.guarding import minding_gaps
from deskbell.oncall.models import Answering, EscalationPolicy, Schedule
from deskbell.oncall.policies import saving
from deskbell.oncall.policies.saving import Step
from deskbell.people.access import agent_of, agents_only, managers_only
from deskbell.people.models import Agent
from deskbell.people.teams import all_teams, working_agents
from deskbell.tickets.impacts import Impact

SPARE_STEPS = 2  # empty ones at the end of the form; saving leaves them out


@require_http_methods(["GET", "POST"])
@agents_only
def policies(request: HttpRequest) -> HttpResponse:
    """`/oncall/policies`: all of them, and who answers for which impact; `POST` adds one."""
    ensure_default_policy()
    if request.method == "POST":
        return _add(request)
    context = {
        "policies": EscalationPolicy.objects.prefetch_related(
            Prefetch(
                "steps__agents", Agent.objects.select_related("person").order_by("person__name")
            ),
            "steps__teams",
            "steps__schedules",
        ),
        "answers": [(impact, answering_of(impact)) for impact in Impact],
        "outside": Answering.Outside.choices,
        "may_edit": agent_of(request).manages,
    }
    return render(request, "oncall/policies.html", context)


@require_http_methods(["GET", "POST"])
@managers_only
@minding_gaps("an escalation policy")
def policy(request: HttpRequest, pk: int) -> HttpResponse:
    """`/oncall/policies/<pk>`: the form of its steps; `POST` saves it."""
    found = saving.policy_numbered(pk)
    if request.method == "POST":
        form = request.POST
        saving.save_policy(
            found,
            name=form.get("name", ""),
            repeats=_number(form.get("repeats", ""), "repeats"),
            steps=_steps(form),
        )
        return redirect("escalation-policies")
    steps = [*found.steps.prefetch_related("agents", "teams", "schedules")]
    context = {
        "policy": found,
        "steps": [_written(step.document()) for step in steps] + [_EMPTY] * SPARE_STEPS,
        "agents": working_agents(),
        "teams": all_teams(),
        "schedules": Schedule.objects.order_by("place", "id"),
    }
    return render(request, "oncall/policy.html", context)


@require_POST
@managers_only
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /oncall/policies/<pk>/removal`."""
    saving.remove_policy(saving.policy_numbered(pk))
    return redirect("escalation-policies")


@require_POST
@managers_only
@minding_gaps("who answers for an impact")
def answering(request: HttpRequest, impact: str) -> HttpResponse:
    """`POST /oncall/answering/<impact>`: the policy, and what becomes of alerts outside the hours."""
    form = request.POST
    saving.save_answering(
        impact,
        policy=saving.policy_numbered(_number(form.get("policy", ""), "policy")),
        opened_outside=form.get("opened_outside", Answering.Outside.KEEP),
        at_boundary=form.get("at_boundary", Answering.Outside.KEEP),
        repage=_number(form.get("repage", ""), "minutes"),
    )
    return redirect("escalation-policies")


_EMPTY = Step(waits=5)


def _add(request: HttpRequest) -> HttpResponse:
    """A new policy begins like the first one, and is edited next."""
    if not agent_of(request).manages:
        raise Refused("Only managers and administrators add escalation policies.")
    like = ensure_default_policy().document()
    made = saving.save_policy(
        EscalationPolicy(),
        name=request.POST.get("name", ""),
        repeats=like["repeats"],
        steps=[_written(step) for step in like["steps"]],
    )
    return redirect("escalation-policy", pk=made.pk)


def _written(step: dict[str, Any]) -> Step:
    return Step(**step)


def _steps(form: QueryDict) -> list[Step]:
    """Fields are numbered from 0: `waits-0`, `agents-0`, `teams-0`, `schedules-0`."""
    count = sum(name.startswith("waits-") for name in form)
    return [
        Step(
            waits=_number(form.get(f"waits-{place}", ""), "minutes"),
            agents=_among(form.getlist(f"agents-{place}"), [a.pk for a in working_agents()]),
            teams=_among(form.getlist(f"teams-{place}"), [team.pk for team in all_teams()]),
            schedules=_among(
                form.getlist(f"schedules-{place}"), Schedule.objects.values_list("pk", flat=True)
            ),
        )
        for place in range(min(count, 2 * saving.MOST_STEPS))
    ]


def _among(sent: list[str], known: Iterable[int]) -> list[int]:
    keys = set(known)
    return [number for each in sent if (number := primary_key(each)) in keys]


def _number(text: str, what: str) -> int:
    number = whole(text, 0, 999_999_999)
    if number is None:
        raise Refused(f"Write the {what} as a number.")
    return number
