"""What is broken or planned for a customer's districts."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from deskbell.people.customers import Customer
from deskbell.portal.doors import draw, for_customers
from deskbell.portal.speaking import language_of
from deskbell.portal.troubles import troubles_of


@require_safe
@for_customers
def troubles(request: HttpRequest, who: Customer) -> HttpResponseBase:
    """`GET /portal/status`: incidents with their updates, maintenance, and where to subscribe."""
    return draw(request, "status", {"troubles": troubles_of(who, language_of(request))}, who=who)
