"""Who may read which article: the one door of every page, search and list that customers see."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from deskbell.helpcenter.models import Article, Audience, Edition
from deskbell.people.models import Contact, District, Person

Reader = Person | District | None
"""A person who is signed in; someone of a district, whom a site has proved; anyone."""


def reader_of(request: HttpRequest) -> Person | None:
    """The person who reads, if they are signed in."""
    user = request.user
    return user if isinstance(user, Person) and user.is_active else None


def readable(reader: Reader, within: str = "article__") -> Q:
    """Which articles they may read: what is for everyone, for any district's people, for their own
    district's, and all of them for the team. `within` leads to the article."""
    for_all = Q(**{f"{within}audience": Audience.EVERYONE})
    if reader is None:
        return for_all
    if isinstance(reader, Person) and reader.is_agent:
        return Q(**{f"{within}pk__isnull": False})
    districts = _districts(reader)
    if not districts:
        return for_all
    return (
        for_all
        | Q(**{f"{within}audience": Audience.DISTRICTS})
        | Q(**{f"{within}audience": Audience.DISTRICT, f"{within}district__in": districts})
    )


def editions_for(reader: Reader, language: str) -> QuerySet[Edition]:
    """What they find published in a language."""
    return Edition.objects.filter(readable(reader), language=language, published__isnull=False)


def may_be_indexed(article: Article) -> bool:
    """May search engines and caches keep it?"""
    return article.audience == Audience.EVERYONE


def _districts(reader: Person | District) -> list[int]:
    if isinstance(reader, District):
        return [reader.pk]
    return list(Contact.objects.filter(person=reader).values_list("district", flat=True))
