"""How the bubble looks and what it says first, with a preview of what is not saved yet."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods

from deskbell.chat.faces import HIGHEST, WORDS, Face, face_in, the_face
from deskbell.messenger import packing
from deskbell.people.access import administrators_only

LABELS = {
    "hello": "Heading",
    "begin": "First words of the empty chat",
    "foot": "Small line at the bottom",
    "label": "Word on the button",
}
NAMES = {"en": "English", "es": "Spanish"}
SCRIPT = "text/javascript; charset=utf-8"


@require_http_methods(["GET", "POST"])
@administrators_only
def look(request: HttpRequest) -> HttpResponse:
    """`/sites/look`: color, place, launcher and words; a POST saves them."""
    if request.method == "POST":
        face_in(request.POST.dict()).save()
        return redirect("bubble-look")
    face = the_face()
    said = [
        (language, name, [_field(face, language, each) for each in WORDS])
        for language, name in NAMES.items()
    ]
    context = {
        "face": face,
        "said": said,
        "sides": Face.Side.choices,
        "launchers": Face.Launcher.choices,
        "highest": HIGHEST,
    }
    return render(request, "messenger/look.html", context)


@require_GET
@administrators_only
@xframe_options_sameorigin
def preview(request: HttpRequest) -> HttpResponse:
    """`/sites/look/preview?...`: an empty portal with the bubble as the form describes it; `lang` and `mode`
    choose its language and look."""
    face_in(request.GET.dict())
    lang = "es" if request.GET.get("lang") == "es" else "en"
    mode = "dark" if request.GET.get("mode") == "dark" else "light"
    query = request.GET.urlencode()
    response = render(
        request, "messenger/preview.html", {"query": query, "lang": lang, "mode": mode}
    )
    response["Content-Security-Policy"] = PREVIEW_POLICY
    return response


@require_GET
@administrators_only
def script(request: HttpRequest) -> HttpResponse:
    """`/sites/look/bubble.mjs?...`: the messenger in the face that the form describes."""
    face = face_in(request.GET.dict())
    response = HttpResponse(packing.messenger(face).plain, content_type=SCRIPT)
    response["Cache-Control"] = "no-store"
    return response


@require_GET
@administrators_only
def words(request: HttpRequest, language: str) -> HttpResponse:
    """`/sites/look/bubble/words-es.json?...`: the words beside it, as the form has them."""
    if language not in packing.LANGUAGES:
        raise Http404
    told = packing.words(face_in(request.GET.dict()), language).plain
    response = HttpResponse(told, content_type="application/json")
    response["Cache-Control"] = "no-store"
    return response


PREVIEW_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self';"
    " frame-ancestors 'self'"
)


def _field(face: Face, language: str, name: str) -> dict[str, object]:
    usual = packing.texts(language)[name]
    value = face.words.get(language, {}).get(name, "")
    return {
        "name": f"{name}-{language}",
        "label": LABELS[name],
        "value": value,
        "usual": usual,
        "most": WORDS[name],
    }
