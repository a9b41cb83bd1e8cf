"""Where articles stand: collections and sections, made as they are needed, named in both languages."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Count, Prefetch, QuerySet

from deskbell.helpcenter.models import Article, Collection, Section
from deskbell.lib.errors import NotFound, Refused
from deskbell.look.languages import LANGUAGES, USUAL

LONGEST = 100
LONGEST_ABOUT = 300


def shelves() -> QuerySet[Collection]:
    """All collections with their sections, in order; each section with its `count` of articles."""
    sections = Section.objects.annotate(count=Count("articles")).order_by("place", "pk")
    return Collection.objects.order_by("place", "pk").prefetch_related(
        Prefetch("sections", sections)
    )


@transaction.atomic
def add(title: str, *, collection: Collection | None = None) -> Collection | Section:
    """A new collection, with a first section, or another section of one. Refused without a name."""
    title = _line(title)
    if not title:
        raise Refused("Give it a name.")
    if collection is not None:
        return Section.objects.create(
            collection=collection, titles={USUAL: title}, place=collection.sections.count()
        )
    made = Collection.objects.create(titles={USUAL: title}, place=Collection.objects.count())
    Section.objects.create(collection=made, titles={USUAL: "Articles", "es": "Artículos"})
    return made


def rename(thing: Collection | Section, titles: dict[str, str], abouts: dict[str, str]) -> None:
    """Name it anew in each language. Refused without a name in any."""
    kept = {code: _line(titles.get(code, "")) for code in LANGUAGES}
    if not any(kept.values()):
        raise Refused("Give it a name in at least one language.")
    thing.titles = {code: text for code, text in kept.items() if text}
    thing.abouts = {
        code: text for code in LANGUAGES if (text := _line(abouts.get(code, ""), LONGEST_ABOUT))
    }
    thing.save(update_fields=["titles", "abouts"])


@transaction.atomic
def remove(thing: Collection | Section) -> None:
    """Take an empty one away. Refused while an article stands there."""
    if isinstance(thing, Section):
        if thing.articles.exists():
            raise Refused("Articles stand there. Move them first.")
        thing.delete()
        return
    if Article.objects.filter(section__collection=thing).exists():
        raise Refused("Articles stand there. Move them first.")
    thing.sections.all().delete()
    thing.delete()


def section(key: int) -> Section:
    """A section. Raises NotFound."""
    found = Section.objects.filter(pk=key).select_related("collection").first()
    if found is None:
        raise NotFound("There is no such section.")
    return found


def chosen(key: int) -> Section:
    """The section with this key; without one, the first there is, made if there is none."""
    if key:
        return section(key)
    first = Section.objects.order_by("collection__place", "collection", "place", "pk").first()
    if first is None:
        made = add("Getting started")
        assert isinstance(made, Collection)
        first = made.sections.get()
    return first


def _line(text: str, most: int = LONGEST) -> str:
    return " ".join(text.split())[:most]
