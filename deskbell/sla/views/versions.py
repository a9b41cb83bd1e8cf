"""The screens of a policy's versions: what each changed, when, by whom and why; restoring an old one."""

from __future__ import annotations

from itertools import pairwise

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from deskbell.people.access import agent_of, agents_only, managers_only
from deskbell.sla.editing import rungs, saving
from deskbell.sla.editing.difference import difference_of
from deskbell.sla.holders import tickets_to_move
from deskbell.sla.models import Policy, PolicyVersion
from deskbell.sla.views.paging import page_of

ROWS = 10


@require_GET
@agents_only
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """`/promises/policies/<pk>/versions`: the newest first, each with what it changed."""
    policy = get_object_or_404(Policy.objects.select_related("district"), pk=pk)
    pages = max(1, -(-policy.versions.count() // ROWS))
    page = page_of(request.GET.get("page", ""), pages)
    first = (page - 1) * ROWS
    rows = policy.versions.select_related("made_by").order_by("-number")
    found: list[PolicyVersion | None] = [
        *rows[first : first + ROWS + 1]
    ]  # one more to compare with
    if len(found) <= ROWS:
        found.append(None)
    context = {
        "policy": policy,
        "rows": [(each, difference_of(each, before)) for each, before in pairwise(found) if each],
        "page": page,
        "pages": pages,
    }
    return render(request, "sla/versions.html", context)


@require_http_methods(["GET", "POST"])
@agents_only
def version(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """`/promises/policies/<pk>/versions/<number>`: one version; a POST restores it as a new one."""
    found = version_or_404(pk, number)
    if request.method == "POST":
        return restore(request, found)
    before = found.policy.versions.filter(number__lt=number).order_by("-number").first()
    newest = not found.policy.versions.filter(number__gt=number).exists()
    context = {
        "policy": found.policy,
        "version": found,
        "before": before,
        "lines": difference_of(found, before),
        "newest": newest,
        "to_move": tickets_to_move(found).count() if newest else 0,
        "who": rungs.LABELS,
        "may_edit": agent_of(request).manages,
    }
    return render(request, "sla/version.html", context)


@managers_only
def restore(request: HttpRequest, found: PolicyVersion) -> HttpResponse:
    """`POST /promises/policies/<pk>/versions/<number>`."""
    reason = request.POST.get("reason", "")
    made = saving.restore(found, reason=reason, by=agent_of(request).person)
    return redirect("policy-version", pk=made.policy_id, number=made.number)


def version_or_404(pk: int, number: int) -> PolicyVersion:
    """The version of a policy with this number."""
    rows = PolicyVersion.objects.select_related("policy__district", "made_by")
    return get_object_or_404(rows, policy=pk, number=number)
