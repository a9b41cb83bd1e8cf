"""What pages show: collections with what stands in them, an article with what belongs to it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Q

from deskbell.helpcenter import addresses
from deskbell.helpcenter.access import Reader, editions_for, readable
from deskbell.helpcenter.models import Article, Collection, Edition, Illustration, Section
from deskbell.lib.errors import NotFound
from deskbell.look.languages import LANGUAGES

RELATED = 4


@dataclass(frozen=True)
class Shelf:
    """A collection as the front page shows it."""

    collection: Collection
    path: str
    count: int


@dataclass(frozen=True)
class Part:
    """A section with its articles."""

    section: Section
    editions: list[Edition] = field(default_factory=list)


@dataclass(frozen=True)
class Shown:
    """An article for one reader: `wanted` is the language they asked for, the edition's may be another."""

    edition: Edition
    wanted: str
    others: list[Edition]  # in other languages

    @property
    def alternates(self) -> dict[str, str]:
        """Its addresses by language."""
        return {each.language: addresses.of_edition(each) for each in [self.edition, *self.others]}


def shelves(reader: Reader, language: str) -> list[Shelf]:
    """The collections in which they find something, in order."""
    counts = dict(
        editions_for(reader, language)
        .order_by()
        .values_list("article__section__collection")
        .annotate(n=Count("pk"))
    )
    return [
        Shelf(each, addresses.of_collection(each, language), counts[each.pk])
        for each in Collection.objects.filter(pk__in=counts).order_by("place", "pk")
    ]


def parts(collection: Collection, reader: Reader, language: str) -> list[Part]:
    """The sections of a collection, each with what they find in it."""
    found = (
        editions_for(reader, language)
        .filter(article__section__collection=collection)
        .select_related("article")
        .defer("html", "words", "contents", "search")
        .order_by("article__place", "article_id")
    )
    by_section: dict[int, list[Edition]] = defaultdict(list)
    for each in found:
        by_section[each.article.section_id].append(each)
    sections = collection.sections.filter(pk__in=by_section).order_by("place", "pk")
    return [Part(each, by_section[each.pk]) for each in sections]


def shown(key: int, reader: Reader, language: str) -> Shown:
    """The article in this language, or in the one there is. Raises NotFound if there is none for them."""
    editions = list(
        Edition.objects.filter(readable(reader), article=key, published__isnull=False)
        .select_related("article__section__collection", "author")
        .defer("words", "search")
    )
    editions.sort(
        key=lambda each: (each.language != language, list(LANGUAGES).index(each.language))
    )
    if not editions:
        raise NotFound("There is no such article, or it was withdrawn.")
    return Shown(editions[0], language, editions[1:])


def related_to(edition: Edition, reader: Reader) -> list[Edition]:
    """What stands nearest: the neighbors in its section, then others of its collection."""
    section = edition.article.section
    found = (
        editions_for(reader, edition.language)
        .filter(article__section__collection=section.collection_id)
        .exclude(article=edition.article_id)
        .select_related("article")
        .defer("html", "words", "contents", "search")
        .annotate(is_near=Q(article__section=section.pk))
        .order_by("-is_near", "article__place", "article_id")
    )
    return list(found[:RELATED])


def moved(path: str) -> Article | None:
    """The article that lay at this path of another help center before."""
    return Article.objects.filter(old_addresses__path=path).first()


def picture(sha256: str) -> Illustration:
    """A picture of articles. Raises NotFound."""
    found = Illustration.objects.filter(sha256=sha256).first()
    if found is None:
        raise NotFound("There is no such picture.")
    return found
