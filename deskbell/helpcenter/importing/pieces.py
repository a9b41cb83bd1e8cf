"""What every import ends in: an article with its editions, made once, however often it is imported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import transaction

from deskbell.helpcenter import publishing
from deskbell.helpcenter.models import (
    Article,
    Audience,
    Collection,
    Edition,
    OldAddress,
    Section,
)
from deskbell.lib.errors import Refused
from deskbell.look.languages import LANGUAGES
from deskbell.people.models import Agent

Kind = TypeVar("Kind", Collection, Section)


@dataclass(frozen=True)
class Piece:
    """An article in one language, as it was found."""

    title: str
    body: str
    summary: str = ""
    collection: str = ""
    section: str = ""
    about: str = ""  # the collection
    symbol: str = ""


@dataclass(frozen=True)
class Found:
    """An article as it was found: `source` names it for ever, `paths` are where it lay before."""

    source: str
    pieces: Mapping[str, Piece]  # by language
    audience: str = Audience.EVERYONE
    paths: list[str] = field(default_factory=list)
    public: bool = True  # it was published there


@dataclass
class Outcome:
    """What came of an import."""

    new: int = 0
    changed: int = 0
    same: int = 0
    refused: list[str] = field(default_factory=list)  # which, and why
    held: list[str] = field(default_factory=list)  # kept as drafts, and why

    def __str__(self) -> str:
        said = f"{self.new} new, {self.changed} changed, {self.same} as they were"
        said += f", {len(self.held)} kept as drafts" if self.held else ""
        return said + (f", {len(self.refused)} refused" if self.refused else "")


@transaction.atomic
def bring(
    found: Found,
    *,
    by: Agent | None,
    publish: bool,
    demo: bool = False,
    held: list[str] | None = None,
) -> str:
    """Make the article, or give it a new draft where it says something else; returns "new", "changed" or
    "same". What the team has edited since stays a revision, and can be brought back. What readers must not
    see as it is stays a draft, with the reason in `held`. Refused for what is no article."""
    article = Article.objects.filter(source=found.source).first()
    outcome = "same" if article else "new"
    for language in [code for code in LANGUAGES if code in found.pieces]:
        piece = found.pieces[language]
        if article is None:
            section = _place(found, piece, language)
            edition = publishing.begin(
                section,
                language=language,
                title=piece.title,
                summary=piece.summary,
                body=piece.body,
                by=by,
                audience=found.audience,
                source=found.source,
                demo=demo,
            )
            article = edition.article
            moved = True
        else:
            _name(article.section, piece, language)
            edition, moved = _bring_edition(article, piece, language, by)
        if moved and outcome == "same":
            outcome = "changed"
        if moved and publish and found.public and edition.draft_id:
            _publish(edition, found, held if held is not None else [])
    if article is None:
        raise Refused("It is in no language that this help center has.")
    for path in found.paths:
        OldAddress.objects.get_or_create(path=path[:300], defaults={"article": article})
    return outcome


def bring_all(
    all_found: list[Found],
    *,
    by: Agent | None,
    publish: bool,
    told: Callable[[], object] = lambda: None,
    demo: bool = False,
) -> Outcome:
    """One after the other: what is refused stops nothing else. `told` is called after each."""
    outcome = Outcome()
    for found in all_found:
        try:
            came = bring(found, by=by, publish=publish, demo=demo, held=outcome.held)
            setattr(outcome, came, getattr(outcome, came) + 1)
        except Refused as refused:
            outcome.refused.append(f"{found.source}: {refused}")
        told()
    return outcome


def _publish(edition: Edition, found: Found, held: list[str]) -> None:
    try:
        publishing.publish(edition, by=None)
    except Refused as refused:
        held.append(f"{found.source} ({edition.language}): {refused}")
        edition.remark = str(refused)[:500]
        edition.save(update_fields=["remark"])


def _bring_edition(
    article: Article, piece: Piece, language: str, by: Agent | None
) -> tuple[Edition, bool]:
    edition, _ = Edition.objects.get_or_create(article=article, language=language)
    before = edition.revisions.first()
    made = publishing.save_draft(
        edition,
        title=piece.title,
        summary=piece.summary,
        body=piece.body,
        by=by.person if by else None,
        note="Imported",
    )
    return edition, before is None or made.pk != before.pk


def _place(found: Found, piece: Piece, language: str) -> Section:
    collection = _named(Collection, piece.collection or "Imported", language)
    if piece.symbol:
        collection.symbol = piece.symbol[:20]
        collection.save(update_fields=["symbol"])
    section = _named(Section, piece.section or "Articles", language, collection=collection)
    section.collection = collection
    _name(section, piece, language)
    return section


def _named(kind: type[Kind], title: str, language: str, **within: Collection) -> Kind:
    rows = kind._default_manager.filter(**within)
    found = rows.filter(**{f"titles__{language}": title}).first()
    if found is None:
        found = kind._default_manager.create(
            titles={language: title[:150]}, place=rows.count(), **within
        )
    return found


def _name(section: Section, piece: Piece, language: str) -> None:
    """What a translation calls its section and its collection, where that had no name in the language."""
    for thing, title, about in (
        (section, piece.section, ""),
        (section.collection, piece.collection, piece.about),
    ):
        changed = False
        if title and not thing.titles.get(language):
            thing.titles[language], changed = title[:150], True
        if about and not thing.abouts.get(language):
            thing.abouts[language], changed = about[:300], True
        if changed:
            thing.save(update_fields=["titles", "abouts"])
