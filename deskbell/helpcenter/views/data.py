"""What programs read: the map of all pages for search engines."""

from __future__ import annotations

from collections import defaultdict

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deskbell.helpcenter import addresses
from deskbell.helpcenter.access import readable
from deskbell.helpcenter.models import Collection, Edition
from deskbell.helpcenter.serving import public
from deskbell.look.languages import LANGUAGES

MOST = 50_000  # addresses in one map (sitemaps.org)


@require_safe
@public
def sitemap(request: HttpRequest) -> HttpResponse:
    """`/help/sitemap.xml`: what everyone may read, each page with its other languages."""
    editions = Edition.objects.filter(readable(None), published__isnull=False)
    by_article: dict[int, dict[str, Edition]] = defaultdict(dict)
    few = editions.only("article_id", "language", "title", "published_at")
    for each in few.order_by("article_id", "language")[:MOST]:
        by_article[each.article_id][each.language] = each
    collections = Collection.objects.filter(
        sections__articles__editions__in=editions.values("pk")
    ).distinct()
    context = {
        "origin": settings.HELP_URL,
        "fronts": [{code: addresses.home(code) for code in LANGUAGES}]
        + [{code: f"{addresses.home(code)}/promise" for code in LANGUAGES}]
        + [
            {code: addresses.of_collection(each, code) for code in LANGUAGES}
            for each in collections.order_by("place", "pk")
        ],
        "articles": [
            (
                {code: addresses.of_edition(each) for code, each in found.items()},
                {code: each.published_at for code, each in found.items()},
            )
            for found in by_article.values()
        ],
    }
    text = render(request, "helpcenter/sitemap.xml", context).content
    return HttpResponse(text, content_type="application/xml; charset=utf-8")


@require_safe
@public
def robots(request: HttpRequest) -> HttpResponse:
    """`/robots.txt`: where the map is."""
    text = f"User-agent: *\nDisallow:\n\nSitemap: {settings.HELP_URL}/help/sitemap.xml\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
