"""`/help/promise`, `/help/es/promise`: the support promise, at home in the help center."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from deskbell.helpcenter import addresses, words
from deskbell.helpcenter.serving import page, public
from deskbell.look import dates
from deskbell.look.languages import LANGUAGES, speaker
from deskbell.people.desk import the_desk
from deskbell.reports.promise import promise
from deskbell.reports.promise_words import ES


@require_safe
@public
def promise_page(request: HttpRequest, language: str) -> HttpResponse:
    """How to reach us, when we are there, what each impact is promised, and what was attained."""
    say = speaker(language, {**words.ES, **ES})
    alternates = {code: f"{addresses.home(code)}/promise" for code in LANGUAGES}
    return page(
        request,
        "reports/promise.html",
        language,
        alternates=alternates,
        t=say,
        promise=promise(say, language),
        support=settings.SUPPORT_ADDRESS,
        dates=dates,
        day_name=lambda day: dates.date_name(day, language),
        desk_zone=the_desk().zone,
    )
