"""What readers tell us: a face, and what was missing. No cookie, so a page may be kept by caches."""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from deskbell.helpcenter import addresses, feedback, reading, words
from deskbell.helpcenter.access import reader_of
from deskbell.helpcenter.models import Edition
from deskbell.helpcenter.serving import page
from deskbell.helpcenter.views.pages import missing
from deskbell.lib.callers import caller_of
from deskbell.lib.errors import NotFound


@csrf_exempt  # it is said in nobody's name, so there is nothing that another site could misuse
@require_POST
def answer(request: HttpRequest, language: str, key: int) -> HttpResponse:
    """`POST /help/articles/<number>/feedback` with `face`, and `missing` if they say what was."""
    try:
        shown = reading.shown(key, reader_of(request), language)
    except NotFound:
        return missing(request, language)
    face, edition = request.POST.get("face", ""), shown.edition
    asker = feedback.asker(caller_of(request), request.headers.get("User-Agent", ""))
    said = request.POST.get("missing", "")
    feedback.tell(edition, face, said, asker=asker)
    response = page(
        request,
        "_told.html" if "HX-Request" in request.headers else "told.html",
        language,
        edition=edition,
        path=addresses.of_edition(edition),
        asks=face == "sad" and not said.strip(),
        mail=mail_about(edition, language),
    )
    response["Cache-Control"] = "no-store"
    return response


def mail_about(edition: Edition, language: str) -> str:
    """A mail to the desk with the article linked, as a reader's mail program opens it."""
    t = words.speaker(language)
    subject = t("About the article “{title}”", title=edition.title)
    link = addresses.whole(edition)
    body = f"{t('I read this article, and my question is still open:')}\n{link}\n\n"
    return f"mailto:{settings.SUPPORT_ADDRESS}?subject={quote(subject)}&body={quote(body)}"
