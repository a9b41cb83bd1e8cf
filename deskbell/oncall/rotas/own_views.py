"""A person's own page: coming turns, swaps, absences and the calendar; and the hand-over."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deskbell.lib.errors import Refused
from deskbell.oncall import absences, calendars, handing_over, schedules, subscriptions, swapping
from deskbell.oncall.gaps import keeping as gaps
from deskbell.oncall.rotas import forms
from deskbell.oncall.rotas.coming import turns_of
from deskbell.people.access import agent_of, agents_only, managers_only
from deskbell.people.desk import the_desk
from deskbell.people.models import Agent
from deskbell.sla.ical.contained import LARGEST


@require_GET
@agents_only
def mine(request: HttpRequest) -> HttpResponse:
    """`GET /oncall/mine`."""
    me = agent_of(request)
    context = {
        "schedules": schedules.all_schedules(),
        "me": me,
        "turns": turns_of(me),
        "present": me.duties.filter(ends_at=None).select_related("schedule"),
        "swaps": swapping.waiting_for(me),
        "said": swapping.said,
        "absences": absences.coming(me),
        "read": subscriptions.subscription_of(me),
        "my_zone": _zone(me),
        "local": forms.local,
        "calendar": f"{settings.DESK_URL}/oncall/calendars/{calendars.token_of(me)}.ics",
    }
    return render(request, "oncall/mine.html", context)


@require_POST
@agents_only
def absence(request: HttpRequest) -> HttpResponse:
    """`POST /oncall/absences`: two times, or a calendar file of leave."""
    me = agent_of(request)
    file = request.FILES.get("calendar")
    if file is not None:
        if (file.size or 0) > LARGEST:
            raise Refused("This file is larger than 2 MB: export one year of the calendar.")
        absences.take_in(me, file.read(), _zone(me))
    else:
        reason = request.POST.get("reason", "").strip()
        absences.add(me, *forms.span(request.POST, _zone(me)), reason)
    gaps.look_again()  # leave is leave: what it opens is told to the managers, not asked
    return redirect("/oncall/mine")


@require_POST
@agents_only
def remove_absence(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /oncall/absences/<number>/removal`."""
    absences.remove(number, by=agent_of(request))
    gaps.look_again()
    return redirect("/oncall/mine")


@require_POST
@agents_only
def renew_calendar(request: HttpRequest) -> HttpResponse:
    """`POST /oncall/calendars/renewal`: one's own calendar gets another address."""
    calendars.renew(agent_of(request))
    return redirect("/oncall/mine")


@require_POST
@managers_only
def renew_schedule(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /oncall/schedules/<number>/renewal`: likewise for a schedule's calendar."""
    found = schedules.schedule_numbered(number)
    calendars.renew_schedule(found)
    return redirect(f"/oncall/schedules/{found.pk}")


@require_GET
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """`GET /oncall/calendars/<token>.ics`, without sign-in: the address is the secret."""
    answer = HttpResponse(calendars.feed(token), content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "private, max-age=300"
    return answer


@require_http_methods(["GET", "POST"])
@agents_only
def handover(request: HttpRequest, number: int) -> HttpResponse:
    """`/oncall/handover/<number>`: the note of a duty and what is open; `POST` leaves a note."""
    duty, me = handing_over.duty_numbered(number), agent_of(request)
    if request.method == "POST":
        handing_over.leave_note(duty, request.POST.get("note", ""), by=me)
        return redirect(f"/oncall/handover/{number}")
    context = {
        "duty": duty,
        "open": handing_over.what_is_open(),
        "who": list(duty.agents.select_related("person")),
        "me": me,
    }
    return render(request, "oncall/handover.html", context)


def _zone(agent: Agent) -> str:
    return agent.person.zone or the_desk().zone
