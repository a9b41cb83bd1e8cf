"""The screens on which policies are listed, read and edited."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deskbell.lib.errors import Refused
from deskbell.lib.numbers import primary_key
from deskbell.people.access import agent_of, agents_only, managers_only
from deskbell.people.models import District
from deskbell.sla.editing import rungs, saving
from deskbell.sla.editing.difference import difference, ladder_difference
from deskbell.sla.editing.sheet import Form, Sheet, sheet_from, sheet_of
from deskbell.sla.holders import (
    districts_by_policy,
    districts_under,
    tickets_to_move,
    tickets_under,
)
from deskbell.sla.models import Policy, PolicyVersion
from deskbell.sla.moves import begin
from deskbell.sla.preview import preview
from deskbell.sla.versions import newest_of
from deskbell.sla.views.paging import page_of

NOT_CARRIED = frozenset(
    {"csrfmiddlewaretoken", "reason", "tickets", "page", "back", "add", "remove"}
)


@require_http_methods(["GET", "POST"])
@agents_only
def policies(request: HttpRequest) -> HttpResponseBase:
    """`/promises/policies`: the plans, the districts' own policies, and who holds to which."""
    if request.method == "POST":
        return make(request)
    newest = PolicyVersion.objects.order_by("policy", "-number").distinct("policy")
    versions = Prefetch("versions", newest.defer("document").select_related("made_by"))
    found = Policy.objects.select_related("base", "district").prefetch_related(versions)
    held = districts_by_policy()
    rows = [(each, next(iter(each.versions.all()), None), held.get(each.pk, [])) for each in found]
    context = {
        "plans": [row for row in rows if row[0].district_id is None],
        "own": [row for row in rows if row[0].district_id is not None],
        "districts": District.objects.filter(policy=None).order_by("name"),
        "chosen": request.GET.get("district", ""),
        "may_edit": agent_of(request).manages,
    }
    return render(request, "sla/policies.html", context)


@managers_only
def make(request: HttpRequest) -> HttpResponse:
    """`POST /promises/policies`: a district's own policy, or another plan."""
    form, by = request.POST, agent_of(request).person
    like = get_object_or_404(Policy, pk=primary_key(form.get("like", "")))
    if form.get("district"):
        district = get_object_or_404(District, pk=primary_key(form["district"]))
        made = saving.vary(district, base=like, by=by)
    else:
        made = saving.add_plan(form.get("name", ""), like=like, by=by)
    return redirect("policy", pk=made.pk)


@require_GET
@agents_only
def of_district(request: HttpRequest, pk: int) -> HttpResponse:
    """`/promises/policies/districts/<pk>`: what a district holds to, or where it gets its own."""
    district = get_object_or_404(District, pk=pk)
    own = Policy.objects.filter(district=district).first()
    if own:
        return redirect("policy", pk=own.pk)
    return redirect(f"/promises/policies?district={district.pk}#own")


@require_http_methods(["GET", "POST"])
@agents_only
def policy(request: HttpRequest, pk: int) -> HttpResponseBase:
    """`/promises/policies/<pk>`: the sheet. A POST draws it anew, or saves it from the review."""
    found = _policy(pk)
    if request.method == "POST":
        return edit(request, found)
    return _sheet_page(request, sheet_of(found))


@managers_only
def edit(request: HttpRequest, found: Policy) -> HttpResponse:
    """`POST /promises/policies/<pk>`."""
    if "save" not in request.POST:
        return _sheet_page(request, sheet_from(found, _redrawn(found, request.POST)))
    sheet = sheet_from(found, request.POST)
    if sheet.errors:
        return _sheet_page(request, sheet, status=422)
    by = agent_of(request).person
    try:
        made = saving.save(sheet, by=by)
    except Refused as refused:
        return _review_page(request, sheet, refusal=str(refused))
    if request.POST.get("tickets") == "all" and tickets_to_move(made).exists():
        return redirect("policy-move", pk=begin([made], reason=sheet.reason, by=by).pk)
    return redirect("policy-version", pk=made.policy_id, number=made.number)


@require_POST
@managers_only
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /promises/policies/<pk>/review`: what it changes, also on open tickets, before it is saved."""
    sheet = sheet_from(_policy(pk), request.POST)
    if sheet.errors:
        return _sheet_page(request, sheet, status=422)
    return _review_page(request, sheet)


def _policy(pk: int) -> Policy:
    return get_object_or_404(Policy.objects.select_related("base", "district"), pk=pk)


def _sheet_page(request: HttpRequest, sheet: Sheet, status: int = 200) -> HttpResponse:
    context = {
        "sheet": sheet,
        "policy": sheet.policy,
        "newest": newest_of(sheet.policy),
        "base_ladder": newest_of(sheet.policy.base) if sheet.policy.base else None,
        "who": rungs.LABELS,
        "holders": districts_under(sheet.policy).order_by("name"),
        "may_edit": agent_of(request).manages,
    }
    return render(request, "sla/policy.html", context, status=status)


def _review_page(request: HttpRequest, sheet: Sheet, refusal: str = "") -> HttpResponse:
    newest = newest_of(sheet.policy)
    document = saving.document_if_saved(sheet)
    ladder = rungs.read(sheet.ladder)
    lines = difference(newest.document if newest else {}, document)
    lines += ladder_difference(newest.ladder if newest else [], ladder)
    found = preview(tickets_under(sheet.policy), saving.policy_if_saved(sheet))
    context: dict[str, Any] = {
        "sheet": sheet,
        "policy": sheet.policy,
        "lines": lines,
        "preview": found,
        "page": page_of(request.POST.get("page", ""), found.pages),
        "variants": sheet.policy.variants.order_by("name"),
        "carried": [pair for pair in _pairs(request.POST) if pair[0] not in NOT_CARRIED],
        "refusal": refusal,
    }
    return render(request, "sla/policy_review.html", context, status=422 if refusal else 200)


def _redrawn(policy: Policy, form: Form) -> Form:
    """The form after one of its small buttons: back to the base's, a step more, a step less."""
    changed = rungs.redrawn(form)
    back = form.get("back", "")
    if back == "ladder" and policy.base and (base := newest_of(policy.base)):
        for key in [key for key in changed if key.startswith(("after.", "warning.", "breach."))]:
            del changed[key]
        for key, values in rungs.form_of(base.ladder).lists():
            changed.setlist(key, values)
    elif back:
        for key in (f"{back}.target", f"{back}.coverage"):
            changed.pop(key, None)
    return changed


def _pairs(form: Form) -> list[tuple[str, str]]:
    return [(name, value) for name, values in form.lists() for value in values]
