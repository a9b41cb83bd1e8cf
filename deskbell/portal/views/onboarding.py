"""A district's onboarding in its portal: how far it is, what its people do, and their questions."""

from __future__ import annotations

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from deskbell.guidance import exporting
from deskbell.guidance.access import may_do, onboardings_of, visible_onboarding, visible_step
from deskbell.guidance.asking import ask
from deskbell.guidance.doing import mark_done
from deskbell.guidance.doing import reopen as take_back
from deskbell.guidance.models import Onboarding, Question, Step
from deskbell.guidance.progress import Progress, progress_of
from deskbell.lib.errors import Refused
from deskbell.look.dates import date_name
from deskbell.people.customers import Customer
from deskbell.portal.answering import NO_SUBJECT, READS_ONLY, words_of
from deskbell.portal.doors import draw, for_customers
from deskbell.portal.speaking import language_of, speaker
from deskbell.tickets.access import visible_to
from deskbell.tickets.models import Ticket

NOT_THEIRS = "This step is not yours to do."


@require_safe
@for_customers
def newest(request: HttpRequest, who: Customer) -> HttpResponseBase:
    """`GET /portal/onboarding`: to the one that goes on, or the last one."""
    found = onboardings_of(who).first()
    if found is None:
        return draw(request, "no_onboarding", {}, who=who)
    return redirect("portal-onboarding", pk=found.pk)


@require_safe
@for_customers
def onboarding(request: HttpRequest, who: Customer, pk: int) -> HttpResponseBase:
    """`GET /portal/onboarding/<pk>`."""
    return _page(request, who, visible_onboarding(who, pk))


@require_safe
@for_customers
def export(request: HttpRequest, who: Customer, pk: int) -> HttpResponseBase:
    """`GET /portal/onboarding/<pk>.csv`: its steps."""
    language = language_of(request)
    found = [_progress(visible_onboarding(who, pk))]
    written = exporting.lines(found, speaker(language), language)
    answer = StreamingHttpResponse(written, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="onboarding.csv"'
    return answer


@require_POST
@for_customers
def done(request: HttpRequest, who: Customer, pk: int, step: int) -> HttpResponseBase:
    """`POST /portal/onboarding/<pk>/steps/<step>/done`: `note`."""
    found = visible_step(who, pk, step)
    try:
        _check(who, found)
        mark_done(found, note=request.POST.get("note", ""), by=who.person)
    except Refused as refused:
        return _page(request, who, found.onboarding, refusal=str(refused))
    return redirect("portal-onboarding", pk=pk)


@require_POST
@for_customers
def reopening(request: HttpRequest, who: Customer, pk: int, step: int) -> HttpResponseBase:
    """`POST /portal/onboarding/<pk>/steps/<step>/reopening`: it is not done after all."""
    found = visible_step(who, pk, step)
    try:
        _check(who, found)
        take_back(found, by=who.person)
    except Refused as refused:
        return _page(request, who, found.onboarding, refusal=str(refused))
    return redirect("portal-onboarding", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def question(request: HttpRequest, who: Customer, pk: int, step: int) -> HttpResponseBase:
    """`/portal/onboarding/<pk>/steps/<step>/question`: `subject`, `text`, `files`."""
    found = visible_step(who, pk, step)
    refusal = "" if who.may_write_in(found.onboarding.district_id) else READS_ONLY
    if request.method == "POST" and not refusal:
        try:
            return redirect("portal-request", number=_asked(request, who, found).number)
        except Refused as refused:
            refusal = str(refused)
    context = {"step": found, "form": request.POST, "refusal": refusal}
    return draw(request, "onboarding_question", context, who=who, status=422 if refusal else 200)


def _check(who: Customer, step: Step) -> None:
    if not may_do(who, step):
        raise Refused(NOT_THEIRS)


def _asked(request: HttpRequest, who: Customer, step: Step) -> Ticket:
    form = request.POST
    if not (subject := form.get("subject", "").replace("\0", "").strip()):
        raise Refused(NO_SUBJECT)
    words = words_of(form.get("text", ""), request.FILES.getlist("files"))
    return ask(step, subject, words, requester=who.person)


def _page(
    request: HttpRequest, who: Customer, found: Onboarding, *, refusal: str = ""
) -> HttpResponseBase:
    language = language_of(request)
    context = {
        "progress": _progress(found),
        "onboarding": found,
        "others": onboardings_of(who).exclude(pk=found.pk),
        "may_do": lambda step: may_do(who, step),
        "may_ask": who.may_write_in(found.district_id),
        "questions": _questions(who, found),
        "date_of": lambda day: date_name(day, language),
        "refusal": refusal,
    }
    return draw(request, "onboarding", context, who=who, status=422 if refusal else 200)


def _progress(found: Onboarding) -> Progress:
    (progress,) = progress_of(Onboarding.objects.filter(pk=found.pk))
    return progress


def _questions(who: Customer, found: Onboarding) -> dict[int, list[Ticket]]:
    """The requests about its steps that they may see, by the step's key."""
    by_step: dict[int, list[Ticket]] = {}
    rows = Question.objects.filter(step__onboarding=found, ticket__in=visible_to(who))
    for each in rows.select_related("ticket").order_by("pk"):
        by_step.setdefault(each.step_id, []).append(each.ticket)
    return by_step
