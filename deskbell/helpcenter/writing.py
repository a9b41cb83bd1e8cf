"""What the writers' screens show: which articles there are, how far each is, and what needs someone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from deskbell.helpcenter.models import Article, Audience, Edition, Stage
from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.look.languages import LANGUAGES
from deskbell.people.models import Agent, District

PAGE = 50
VIEWS = {
    "all": "All",
    "mine": "Mine",
    "drafts": "Drafts",
    "review": "To review",
    "scheduled": "Scheduled",
    "behind": "Translation behind",
    "check": "To check again",
}
ORIGINAL = Edition.objects.filter(  # the same article, begun in another language before
    article=OuterRef("article"), published__isnull=False, pk__lt=OuterRef("pk")
)


@dataclass(frozen=True)
class Standing:
    """How far an edition is, in words for a chip, and what kind of chip."""

    word: str
    kind: str


def articles(view: str, agent: Agent, words: str = "") -> QuerySet[Article]:
    """The articles of a view, those first that were touched last."""
    found = Article.objects.select_related("section__collection", "owner__person", "district")
    if view == "mine":
        found = found.filter(owner=agent)
    elif view == "drafts":
        found = found.filter(editions__draft__isnull=False)
    elif view == "review":
        found = found.filter(editions__stage=Stage.REVIEW)
    elif view == "scheduled":
        found = found.filter(editions__publish_at__isnull=False)
    elif view == "behind":
        found = found.filter(editions__in=behind())
    elif view == "check":
        found = found.filter(check_by__lte=clock.now().date())
    if words:
        near = Q(editions__title__icontains=words) | Q(editions__draft__title__icontains=words)
        found = found.filter(near)
    return (
        found.prefetch_related("editions__draft", "editions__published").order_by("-pk").distinct()
    )


def behind() -> QuerySet[Edition]:
    """Published translations whose original says something else by now."""
    others = ORIGINAL.exclude(published=OuterRef("follows"))
    return Edition.objects.filter(Exists(others), published__isnull=False, follows__isnull=False)


def counts(agent: Agent) -> dict[str, int]:
    """How many need someone, by view."""
    return {
        view: articles(view, agent).count() for view in ("review", "scheduled", "behind", "check")
    }


def standing(edition: Edition | None) -> Standing:
    """For a list."""
    if edition is None:
        return Standing("none", "missing")
    if edition.publish_at:
        return Standing("scheduled", "waiting")
    if edition.stage == Stage.REVIEW:
        return Standing("to review", "waiting")
    if edition.stage == Stage.APPROVED:
        return Standing("approved", "waiting")
    if edition.draft_id:
        return Standing("new draft" if edition.is_published else "draft", "draft")
    return Standing("published", "published")


def edition_of(key: int, language: str) -> Edition:
    """An edition with all that its screen needs; one that is not kept yet if the article has none in this
    language. Raises NotFound without the article."""
    rows = Edition.objects.select_related(
        "article__section__collection", "article__district", "article__owner__person",
        "article__began_with", "draft__by", "published__by", "reviewer", "author",
    )  # fmt: skip
    found = rows.filter(article=key, language=language).first()
    if found is not None:
        return found
    article = Article.objects.filter(pk=key).first()
    if article is None or language not in LANGUAGES:
        raise NotFound("There is no such article.")
    return Edition(article=article, language=language)


def kept(edition: Edition) -> Edition:
    """The edition as a row: a translation becomes one when it is saved first."""
    if edition.pk is None:
        made, _ = Edition.objects.get_or_create(article=edition.article, language=edition.language)
        return made
    return edition


def other_of(edition: Edition) -> Edition | None:
    """The same article in the other language, if someone has written it."""
    rows = edition.article.editions.exclude(language=edition.language)
    return rows.select_related("draft", "published").first()


def is_behind(edition: Edition) -> bool:
    """Does the original say something else by now?"""
    return edition.pk is not None and behind().filter(pk=edition.pk).exists()


def set_facts(
    article: Article,
    *,
    section: int,
    audience: str,
    district: int,
    owner: int,
    check_by: str,
) -> None:
    """Where it stands, for whom it is, who keeps it and when it must be read again. Refused for what fits
    nowhere."""
    if audience not in Audience.values:
        raise Refused("Choose who may read it.")
    whose = District.objects.filter(pk=district).first() if audience == "district" else None
    if audience == Audience.DISTRICT and whose is None:
        raise Refused("Choose the district that may read it.")
    try:
        day = date.fromisoformat(check_by) if check_by else None
    except ValueError:
        raise Refused("Which day is that? Write it like 2027-03-01.") from None
    article.section_id = section
    article.audience, article.district = audience, whose
    article.owner = Agent.objects.filter(pk=owner, person__is_active=True).first()
    article.check_by = day
    article.save(update_fields=["section", "audience", "district", "owner", "check_by"])


def checked(article: Article) -> None:
    """Someone has read it again and found it right: it is due again in half a year."""
    from_now = clock.now().date()
    article.check_by = date(
        from_now.year + (from_now.month > 6), (from_now.month + 5) % 12 + 1, min(from_now.day, 28)
    )
    article.save(update_fields=["check_by"])
