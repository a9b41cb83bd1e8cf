"""The writers' list and editor. Each view says one sentence to a verb."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deskbell.helpcenter import deeds, illustrating, markdown, shelving, writing
from deskbell.helpcenter.models import Article, Audience
from deskbell.helpcenter.publishing import sizes_of
from deskbell.lib.errors import Refused
from deskbell.lib.numbers import whole
from deskbell.look.languages import LANGUAGES, known
from deskbell.people.access import agent_of, agents_only
from deskbell.people.desk import the_desk
from deskbell.people.models import Agent, District

FRAMED = "default-src 'self'; img-src 'self' data:; form-action 'none'; frame-ancestors 'self'"


@require_http_methods(["GET", "POST"])
@agents_only
def articles(request: HttpRequest) -> HttpResponse:
    """`/articles?view=review&q=...&page=2`; a `POST` begins one."""
    if request.method == "POST":
        return redirect("article-writing", key=deeds.begin(request).article_id, language="en")
    view = request.GET.get("view", "all")
    view = view if view in writing.VIEWS else "all"
    number = whole(request.GET.get("page", "1"), 1, 10_000) or 1
    words, start = request.GET.get("q", "").strip()[:100], (number - 1) * writing.PAGE
    rows = list(writing.articles(view, agent_of(request), words)[start : start + writing.PAGE + 1])
    context = {
        "rows": [_row(each) for each in rows[: writing.PAGE]],
        "more": len(rows) > writing.PAGE,
        "number": number,
        "view": view,
        "views": writing.VIEWS,
        "counts": writing.counts(agent_of(request)),
        "words": words,
        "languages": LANGUAGES,
        "shelves": shelving.shelves(),
        "here": "/articles",
    }
    return render(request, "helpcenter/writing/list.html", context)


@require_http_methods(["GET", "POST"])
@agents_only
def article(request: HttpRequest, key: int, language: str) -> HttpResponse:
    """`/articles/<number>/<language>`: the editor; a `POST` saves, and does what `do` says then."""
    edition = writing.edition_of(key, language)
    if request.method == "POST":
        deeds.save(request, edition)
        return redirect("article-writing", key=key, language=language)
    other = writing.other_of(edition)
    newest = edition.draft or edition.published
    context = {
        "edition": edition,
        "article": edition.article,
        "newest": newest,
        "number": newest.number if newest else 0,
        "revisions": edition.revisions.select_related("by")[:50] if edition.pk else [],
        "other": other,
        "source": (other.published or other.draft) if other else None,
        "behind": writing.is_behind(edition),
        "standing": writing.standing(edition if edition.pk else None),
        "languages": LANGUAGES,
        "shelves": shelving.shelves(),
        "audiences": Audience.choices,
        "districts": District.objects.order_by("name"),
        "agents": Agent.objects.filter(person__is_active=True).select_related("person"),
        "me": agent_of(request),
        "zone": agent_of(request).person.zone or the_desk().zone,
        "here": "/articles",
    }
    return render(request, "helpcenter/writing/article.html", context)


@require_POST
@agents_only
def deed(request: HttpRequest, key: int, language: str, deed: str) -> HttpResponse:
    """`POST /articles/<number>/<language>/approval` and the like: what becomes of the draft."""
    deeds.do(deed, request, writing.edition_of(key, language))
    return redirect("article-writing", key=key, language=language)


@require_POST
@agents_only
def facts(request: HttpRequest, key: int) -> HttpResponse:
    """`POST /articles/<number>/facts`: section, audience, owner, when to check again."""
    language = known(request.POST.get("language", ""))
    deeds.set_facts(request, writing.edition_of(key, language).article)
    return redirect("article-writing", key=key, language=language)


@require_http_methods(["GET", "POST"])
@agents_only
def preview(request: HttpRequest, key: int, language: str) -> HttpResponse:
    """`/articles/<number>/<language>/preview`: as readers will see it; a `POST` shows what is written."""
    edition = writing.edition_of(key, language)
    newest = edition.draft or edition.published
    title, body = (newest.title, newest.body) if newest else ("", "")
    if request.method == "POST":
        title, body = request.POST.get("title", ""), request.POST.get("body", "")
    made = markdown.render(body[: markdown.LONGEST_BODY], language)
    try:
        made = markdown.render(body, language, sizes_of(made.pictures))
        markdown.refuse_pictures(made)
        wrong = ""
    except Refused as refused:
        wrong = str(refused)
    context = {"title": title, "made": made, "wrong": wrong, "language": language}
    response = render(request, "helpcenter/writing/preview.html", context)
    response["Content-Security-Policy"] = FRAMED
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@agents_only
def pictures(request: HttpRequest) -> JsonResponse:
    """`POST /articles/pictures` with `picture` and `alt`: keeps it; answers the Markdown that shows it."""
    alt = " ".join(request.POST.get("alt", "").replace("]", ")").replace("[", "(").split())
    sent = request.FILES.get("picture")
    if not alt:
        raise Refused("Say what the picture shows, for those who can’t see it.")
    if sent is None or (sent.size or 0) > illustrating.LARGEST:
        raise Refused(f"Choose a picture of at most {illustrating.LARGEST // 1024} KB.")
    kept = illustrating.keep(sent.read(), by=agent_of(request).person)
    return JsonResponse({"markdown": f"![{alt}]({illustrating.path_of(kept)})"})


@require_GET
@agents_only
def revision(request: HttpRequest, key: int, language: str, number: int) -> HttpResponse:
    """`/articles/<number>/<language>/revisions/<n>?against=<m>`: what differs from the one before."""
    edition = writing.edition_of(key, language)
    return render(
        request, "helpcenter/writing/revision.html", deeds.compared(edition, number, request.GET)
    )


def _row(article: Article) -> dict[str, object]:
    editions = {each.language: each for each in article.editions.all()}
    first = editions.get("en") or next(iter(editions.values()), None)
    draft = first.draft if first else None
    return {
        "article": article,
        "title": (first.title if first else "") or (draft.title if draft else "Without a title"),
        "standings": {code: writing.standing(editions.get(code)) for code in LANGUAGES},
    }
