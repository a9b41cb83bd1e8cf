"""One change to many tickets: begun in the list, done by a job, followed and taken back from there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from deskbell.inbox import drawing
from deskbell.inbox.finding import asking, lists
from deskbell.inbox.views.lists import asked_of, asker_of
from deskbell.lib.jobs import soon
from deskbell.lib.numbers import primary_key
from deskbell.people.access import agent_of, agents_only
from deskbell.tickets.access import readable_by
from deskbell.tickets.bulk import changing
from deskbell.tickets.bulk.models import BulkChange
from deskbell.tickets.jobs import change_in_bulk
from deskbell.tickets.snooze_choices import until


@require_POST
@agents_only
def begin(request: HttpRequest) -> HttpResponse:
    """`POST /inbox/bulk`: `kind` and `value`, for `numbers` or, with `all=yes`, for the whole list."""
    form = request.POST
    kind, value = form.get("kind", ""), form.get("value", "")
    if kind == "snooze":
        value = until(value, asker_of(request))
    unanswered = form.get("unanswered") == "yes"
    change = changing.begin(
        _numbers(request), kind, value, by=agent_of(request), unanswered=unanswered
    )
    soon(change_in_bulk, pk=change.pk)
    return _shown(request, change)


@require_GET
@agents_only
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """`GET /inbox/bulk/<pk>`: how far it has come."""
    return _shown(request, get_object_or_404(BulkChange, pk=pk))


@require_POST
@agents_only
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /inbox/bulk/<pk>/undo`: take it back where nobody has changed it since."""
    back = changing.begin_undoing(pk, by=agent_of(request))
    soon(change_in_bulk, pk=back.pk)
    return _shown(request, back)


def _numbers(request: HttpRequest) -> list[int]:
    if request.POST.get("all") == "yes":
        _, question = asked_of(request.POST, lists.saved_views_of(agent_of(request)))
        return asking.numbers_of(question, asker_of(request), most=changing.MOST + 1)
    asked = [primary_key(number) for number in request.POST.get("numbers", "").split(",")]
    return asking.visible(asked[: changing.MOST + 1], asker_of(request))


def _shown(request: HttpRequest, change: BulkChange) -> HttpResponse:
    return render(
        request, "inbox/_bulk.html", drawing.bulk_context(change, readable_by(request.user))
    )
