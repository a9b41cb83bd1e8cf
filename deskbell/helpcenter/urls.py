"""The addresses of the help center: readers' pages under `/help`, in each language."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from deskbell.helpcenter import addresses
from deskbell.helpcenter.views import answers, data, missing, pages, search, writing
from deskbell.look.languages import LANGUAGES

ARTICLE = "articles/<int:key>/<str:language>"


def _pages(language: str) -> list[URLPattern]:
    base, said = addresses.home(language)[1:], {"language": language}
    return [
        path(base, pages.front, said),
        path(f"{base}/search", search.results, said),
        path(f"{base}/collections/<str:named>", pages.collection, said),
        path(f"{base}/articles/<str:named>", pages.article, said),
        path(f"{base}/articles/<int:key>/feedback", answers.answer, said),
    ]


urlpatterns = [
    *(each for language in LANGUAGES for each in _pages(language)),
    path("help/suggestions.json", search.suggestions),
    path("help/sitemap.xml", data.sitemap),
    path("robots.txt", data.robots),
    path("help/colors/<str:color>.css", pages.stylesheet),
    re_path(r"^help/images/(?P<sha256>[0-9a-f]{64})\.(?P<ending>png|jpg)$", pages.picture),
    re_path(r"^help/logos/(?P<sha256>[0-9a-f]{64})\.(?P<ending>png|jpg)$", pages.logo),
    path("hc/<path:path>", pages.old_address),
    path("articles", writing.articles, name="articles"),
    path("articles/missing", missing.missing, name="articles-missing"),
    path("articles/shelves", missing.shelves, name="articles-shelves"),
    path("tickets/<int:number>/article", missing.from_ticket, name="article-from-ticket"),
    path("articles/pictures", writing.pictures, name="article-pictures"),
    path("articles/<int:key>/facts", writing.facts, name="article-facts"),
    path(ARTICLE, writing.article, name="article-writing"),
    path(f"{ARTICLE}/preview", writing.preview, name="article-preview"),
    path(f"{ARTICLE}/revisions/<int:number>", writing.revision, name="article-revision"),
    path(f"{ARTICLE}/<str:deed>", writing.deed, name="article-deed"),
]
