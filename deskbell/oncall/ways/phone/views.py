"""A key pressed in a call: the provider asks the desk what to say next."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from deskbell.lib.errors import NotFound, Refused
from deskbell.oncall import replies
from deskbell.oncall.ways.phone import provider


@csrf_exempt  # the provider's signature stands in its place
@require_POST
def digits(request: HttpRequest, token: str) -> HttpResponse:
    """`POST /page/<token>/digits`, by the phone provider alone: 1 acknowledges."""
    if not provider.is_set_up():
        raise NotFound("There is nothing at this address.")
    speaks = provider.chosen()
    url = settings.DESK_URL + request.get_full_path()  # as the desk has named it in the call
    key = speaks.pressed(url, request.POST.dict(), request.headers)
    try:
        page = replies.page_of(token)
        if key != "1":
            document, kind = speaks.spoken("Press 1 to acknowledge.", url)
        else:
            replies.acknowledge_by_link(token)
            document, kind = speaks.spoken(f"Thank you, {page.agent}. You have it.")
    except Refused as error:
        document, kind = speaks.spoken(str(error))
    return HttpResponse(document, content_type=kind)
