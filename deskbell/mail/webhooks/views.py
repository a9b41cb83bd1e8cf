"""The door: a wrong secret is 404, what can't be understood or stored comes again, the rest is taken."""

from __future__ import annotations

import logging

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from deskbell.lib.errors import NotFound
from deskbell.mail.webhooks import receiving
from deskbell.mail.webhooks.forms import TooLarge

log = logging.getLogger(__name__)


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def mail(request: HttpRequest, service: str, token: str, ending: str = "") -> HttpResponse:
    """`POST /mail/in/<service>/<token>`. Some services ask by HEAD first whether anyone is there."""
    if request.method == "HEAD":
        return HttpResponse()
    try:
        return JsonResponse({"stored": receiving.take(service, token, request)})
    except NotFound as error:
        return JsonResponse({"error": str(error)}, status=404)
    except TooLarge:
        return JsonResponse({"error": "The mail is too large."}, status=413)
    except receiving.Misunderstood as error:
        log.error("A delivery of %s could not be understood: %s", service, error)
        return JsonResponse({"error": "It could not be understood."}, status=500)
    except (DatabaseError, OSError) as error:
        log.warning("A mail could not be stored: %s", error)
        return JsonResponse({"error": "It could not be stored; send it again."}, status=503)
