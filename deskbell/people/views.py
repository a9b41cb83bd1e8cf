"""The pages of the people room: sign in, the team, the districts, one's notices."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.lib.errors import Refused
from deskbell.lib.numbers import primary_key, whole
from deskbell.lib.zones import zones_in_use
from deskbell.people import sign_in as doors
from deskbell.people import teams
from deskbell.people.access import administrators_only, agent_of, agents_only
from deskbell.people.desk import the_desk
from deskbell.people.districts import add_district
from deskbell.people.models import Agent, District, Team
from deskbell.people.notices import mark_read, newest_for
from deskbell.people.portrait_views import LEFT

BACKEND = "django.contrib.auth.backends.ModelBackend"
FIRST_ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
)


@require_http_methods(["GET", "POST"])
def sign_in_page(request: HttpRequest) -> HttpResponse:
    """`/sign-in`: address and password; afterwards on to the page that was asked for."""
    onward = request.POST.get("next") or request.GET.get("next") or "/"
    context = {"next": onward, "email": request.POST.get("email", ""), "refusal": ""}
    if request.method == "POST":
        try:
            person = doors.sign_in(request, context["email"], request.POST.get("password", ""))
        except Refused as refusal:
            context["refusal"] = str(refusal)
            return render(request, "people/sign_in.html", context, status=422)
        login(request, person, backend=BACKEND)
        inside = url_has_allowed_host_and_scheme(onward, allowed_hosts={request.get_host()})
        return redirect(onward if inside else "/")
    return render(request, "people/sign_in.html", context)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """`POST /sign-out`."""
    logout(request)
    return redirect("sign-in")


@agents_only
@require_http_methods(["GET", "POST"])
def team(request: HttpRequest) -> HttpResponseBase:
    """`/team`: who is in it; an administrator invites, and hands the one-time link on."""
    if request.method == "POST":
        return invite(request)
    return _team_page(request)


@administrators_only
def invite(request: HttpRequest) -> HttpResponse:
    """`POST /team`: make an agent and show the link with which they come in."""
    form = request.POST
    agent, token = doors.invite(form.get("email", ""), form.get("name", ""), role=_role(form))
    agent.teams.set(Team.objects.filter(pk__in=form.getlist("teams")) or agent.teams.all())
    return _team_page(request, invited=agent, token=token)


@require_POST
@administrators_only
def agent_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /team/<pk>/invitation`: a new one-time link, for who lost theirs or their password."""
    agent = get_object_or_404(Agent.objects.select_related("person"), pk=pk)
    return _team_page(request, invited=agent, token=doors.invitation_link(agent))


@require_POST
@administrators_only
def agent_access(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /team/<pk>/access`: someone leaves the team, or comes back."""
    agent = get_object_or_404(Agent.objects.select_related("person"), pk=pk)
    teams.set_access(agent, allowed=request.POST.get("allowed") == "yes", by=agent_of(request))
    return redirect("team")


@require_POST
@administrators_only
def team_lead(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /teams/<pk>/lead`: who leads a team; an empty `lead` is nobody."""
    chosen = request.POST.get("lead", "")
    team = get_object_or_404(Team, pk=pk)
    lead = get_object_or_404(Agent, pk=primary_key(chosen)) if chosen.isdecimal() else None
    teams.set_lead(team, lead)
    return redirect("team")


@require_POST
@administrators_only
def team_tier(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /teams/<pk>/tier`: whether the team takes new tickets, or what is escalated to it."""
    teams.set_tier(get_object_or_404(Team, pk=pk), whole(request.POST.get("tier", "")) or 0)
    return redirect("team")


def _team_page(
    request: HttpRequest, *, invited: Agent | None = None, token: str = ""
) -> HttpResponse:
    agents = Agent.objects.select_related("person").prefetch_related("teams")
    context = {
        "agents": sorted(agents, key=lambda a: (not a.person.is_active, a.person.name.casefold())),
        "teams": Team.objects.order_by("id").select_related("lead__person"),
        "tiers": teams.TIERS,
        "roles": Agent.Role.choices,
        "may_edit": agent_of(request).is_administrator,
        "left": request.session.pop(LEFT, None),
        "invited": invited,
        "link": f"{settings.DESK_URL}/welcome/{token}" if token else "",
    }
    return render(request, "people/team.html", context)


def _role(form: QueryDict) -> str:
    role = form.get("role", Agent.Role.AGENT)
    if role not in Agent.Role.values:
        raise Refused(f"“{role}” is no role: choose {', '.join(Agent.Role.values)}.")
    return role


@agents_only
@require_http_methods(["GET", "POST"])
def districts(request: HttpRequest) -> HttpResponseBase:
    """`/districts`: each with its zone and the mail domains by which its people are known."""
    if request.method == "POST":
        return add(request)
    found = District.objects.prefetch_related("domains", "schools").order_by("name")
    context = {
        "districts": found,
        "may_edit": agent_of(request).is_administrator,
        "zones": zone_choices(),
        "default_zone": the_desk().zone,
    }
    return render(request, "people/districts.html", context)


@administrators_only
def add(request: HttpRequest) -> HttpResponse:
    """`POST /districts`."""
    form = request.POST
    domains = form.get("domains", "").replace(",", " ").split()
    add_district(form.get("name", ""), zone=form.get("zone", ""), domains=domains)
    return redirect("districts")


@agents_only
@require_http_methods(["GET", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """`/notices`: what the desk has told this agent, the newest first; a POST marks all as read."""
    if request.method == "POST":
        mark_read(agent_of(request))
        return redirect("notices")
    return render(request, "people/notices.html", {"notices": newest_for(agent_of(request))})


def zone_choices() -> list[str]:
    """The zones a person may choose, those of the United States first."""
    return [*FIRST_ZONES, *sorted(zones_in_use() - set(FIRST_ZONES))]
