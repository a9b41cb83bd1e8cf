"""What search engines read of a page beside its words: schema.org as JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from markupsafe import Markup

from deskbell.helpcenter import addresses
from deskbell.helpcenter.models import Edition

Steps = Sequence[tuple[str, str]]  # path and name, from the front page down
SCHEMA = "https://schema.org"


def website(name: str, language: str) -> Markup:
    """The help center itself, and how it is searched."""
    home = settings.HELP_URL + addresses.home(language)
    return _json(
        {
            "@type": "WebSite",
            "name": name,
            "url": home,
            "inLanguage": language,
            "potentialAction": {
                "@type": "SearchAction",
                "target": f"{home}/search?q={{q}}",
                "query-input": "required name=q",
            },
        }
    )


def article(edition: Edition, steps: Steps, publisher: str) -> Markup:
    """An article and the way to it."""
    url = settings.HELP_URL + addresses.of_edition(edition)
    said: dict[str, Any] = {
        "@type": "TechArticle",
        "headline": edition.title,
        "description": edition.summary,
        "inLanguage": edition.language,
        "url": url,
        "mainEntityOfPage": url,
        "datePublished": edition.first_published_at and edition.first_published_at.isoformat(),
        "dateModified": edition.published_at and edition.published_at.isoformat(),
        "publisher": {"@type": "Organization", "name": publisher},
    }
    if edition.author:
        said["author"] = {"@type": "Person", "name": str(edition.author)}
    return _json(
        {"@graph": [said, _crumbs([*steps, (addresses.of_edition(edition), edition.title)])]}
    )


def crumbs(steps: Steps) -> Markup:
    """The way to a page."""
    return _json(_crumbs(steps))


def _crumbs(steps: Steps) -> dict[str, Any]:
    items = [
        {"@type": "ListItem", "position": at, "name": name, "item": settings.HELP_URL + path}
        for at, (path, name) in enumerate(steps, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _json(said: dict[str, Any]) -> Markup:
    """As it may stand inside a script element."""
    text = json.dumps({"@context": SCHEMA, **said}, ensure_ascii=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 - nothing in it can end the element
