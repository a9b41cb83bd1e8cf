"""The screen of the watch: is the desk itself well?"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from deskbell.lib import clock
from deskbell.oncall.models import Watch
from deskbell.oncall.watching import faults, rounds
from deskbell.people.access import agent_of, agents_only
from deskbell.people.desk import the_desk
from deskbell.realtime.models import Beat


@require_GET
@agents_only
def watch(request: HttpRequest) -> HttpResponse:
    """`GET /oncall/watch`: what the watch saw last, and what is so now."""
    seen = Watch.objects.filter(pk=1).first()
    now = clock.now()
    context = {
        "seen": seen,
        "overdue": rounds.is_overdue(seen),
        "faults": faults.find(),
        "beats": [
            (beat, (now - beat.at).total_seconds() > beat.within)
            for beat in Beat.objects.order_by("name")
        ],
        "has_deadman": bool(settings.DEADMAN_URL),
        "reader_zone": agent_of(request).person.zone or the_desk().zone,
    }
    return render(request, "oncall/watch.html", context)
