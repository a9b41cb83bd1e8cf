"""From a draft to what readers see: saving, review by a second person, publishing now or at a time, back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from deskbell.helpcenter import indexing, markdown
from deskbell.helpcenter.models import (
    Article,
    Audience,
    Edition,
    Illustration,
    Revision,
    Section,
    Stage,
)
from deskbell.helpcenter.models.articles import LONGEST_TITLE
from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.text import plain
from deskbell.people.models import Agent, District, Person
from deskbell.tickets.models import Ticket

USUAL = 60.0  # seconds between two looks for what is due
CHECK_AFTER = timedelta(days=182)
LONGEST_SUMMARY = 300


@transaction.atomic
def begin(
    section: Section,
    *,
    language: str,
    title: str,
    body: str,
    by: Agent | None,
    summary: str = "",
    audience: str = Audience.EVERYONE,
    district: District | None = None,
    began_with: Ticket | None = None,
    source: str | None = None,
    demo: bool = False,
) -> Edition:
    """A new article with a first draft in one language; whoever begins it owns it."""
    article = Article.objects.create(
        section=section,
        place=section.articles.count(),
        audience=audience,
        district=district,
        owner=by,
        check_by=(clock.now() + CHECK_AFTER).date(),
        began_with=began_with,
        source=source,
        demo=demo,
        made_at=clock.now(),
    )
    edition = Edition.objects.create(article=article, language=language)
    save_draft(edition, title=title, summary=summary, body=body, by=by.person if by else None)
    return edition


@transaction.atomic
def save_draft(
    edition: Edition,
    *,
    title: str,
    body: str,
    by: Person | None,
    summary: str = "",
    after: int | None = None,
    note: str = "",
) -> Revision:
    """Keep what was written as a new revision; the same as before makes none. `after` is the number of the
    revision that the writer began with: Refused if someone else has saved since."""
    locked = _locked(edition)
    newest = locked.revisions.first()
    if after is not None and newest and newest.number != after:
        raise Refused(
            f"{newest.by or 'Someone'} has saved this article while you wrote. Open it again in another "
            "tab, and bring both together."
        )
    title, summary = _line(title, LONGEST_TITLE), _line(summary, LONGEST_SUMMARY)
    body = markdown.checked(body)
    if not title:
        raise Refused("Give the article a title.")
    if newest and (newest.title, newest.summary, newest.body) == (title, summary, body):
        return newest
    made = Revision.objects.create(
        edition=locked,
        number=newest.number + 1 if newest else 1,
        title=title,
        summary=summary,
        body=body,
        by=by,
        note=note,
        at=clock.now(),
    )
    locked.draft, locked.stage, locked.publish_at = made, Stage.WRITING, None
    locked.save(update_fields=["draft", "stage", "publish_at"])
    _catch_up(edition, locked)
    return made


@transaction.atomic
def ask_for_review(edition: Edition, *, reviewer: Agent | None = None) -> None:
    """Let a second person read the draft. Refused for what readers could not see in the end."""
    locked = _with_draft(edition)
    _rendered(locked, locked.draft)
    locked.stage, locked.remark = Stage.REVIEW, ""
    locked.reviewer = reviewer.person if reviewer else None
    locked.save(update_fields=["stage", "remark", "reviewer"])
    _catch_up(edition, locked)


@transaction.atomic
def approve(edition: Edition, *, by: Agent) -> None:
    """A second person says that the draft is right. Refused for whoever wrote it."""
    locked = _with_draft(edition)
    if locked.draft and locked.draft.by_id == by.person.pk:
        raise Refused("You wrote this draft: let someone else read it.")
    locked.stage, locked.reviewer, locked.remark = Stage.APPROVED, by.person, ""
    locked.save(update_fields=["stage", "reviewer", "remark"])
    _catch_up(edition, locked)


@transaction.atomic
def send_back(edition: Edition, remark: str, *, by: Agent) -> None:
    """The draft needs more work; the remark says what."""
    locked = _with_draft(edition)
    remark = _line(remark, 500)
    if not remark:
        raise Refused("Say what should be different.")
    locked.stage, locked.reviewer, locked.remark = Stage.WRITING, by.person, remark
    locked.publish_at = None
    locked.save(update_fields=["stage", "reviewer", "remark", "publish_at"])
    _catch_up(edition, locked)


@transaction.atomic
def publish(edition: Edition, *, by: Agent | None) -> None:
    """Show the draft to readers now. Refused if no second person approved it, unless a manager does it."""
    locked = _with_draft(edition)
    _refuse_unread(locked, by)
    _publish(locked)
    _catch_up(edition, locked)


@transaction.atomic
def schedule(edition: Edition, at: datetime, *, by: Agent) -> None:
    """Publish the draft at an instant. Refused as `publish` would be, and for the past."""
    locked = _with_draft(edition)
    _refuse_unread(locked, by)
    if at <= clock.now():
        raise Refused("That time has passed. Choose a later one, or publish it now.")
    _rendered(locked, locked.draft)
    locked.publish_at = at
    locked.save(update_fields=["publish_at"])
    _catch_up(edition, locked)


def unschedule(edition: Edition) -> None:
    """The draft waits again for someone to publish it."""
    edition.publish_at = None
    edition.save(update_fields=["publish_at"])


@transaction.atomic
def withdraw(edition: Edition) -> None:
    """Readers see it no more; what they saw becomes the draft, unless there is a newer one."""
    locked = _locked(edition)
    if locked.published is None:
        return
    if locked.draft is None:
        locked.draft, locked.stage = locked.published, Stage.APPROVED
    locked.published = locked.published_at = locked.publish_at = None
    locked.save(update_fields=["published", "published_at", "publish_at", "draft", "stage"])
    indexing.forget(locked)
    _catch_up(edition, locked)


def restore(edition: Edition, revision: Revision, *, by: Person) -> Revision:
    """Begin a new draft with what an earlier revision said."""
    return save_draft(
        edition,
        title=revision.title,
        summary=revision.summary,
        body=revision.body,
        by=by,
        note=f"As in revision {revision.number}",
    )


def step() -> float:
    """Publish what is due (a loop of the worker). Returns when to look again at the latest."""
    due = Edition.objects.filter(publish_at__lte=clock.now()).values_list("pk", flat=True)
    for key in list(due[:50]):
        _publish_due(key)
    following = Edition.objects.filter(publish_at__isnull=False).order_by("publish_at").first()
    if following is None or following.publish_at is None:
        return USUAL
    left = (following.publish_at - clock.now()).total_seconds()
    return min(USUAL, max(left, 0.1))


@transaction.atomic
def _publish_due(key: int) -> None:
    """What another worker has published already, or someone took back by now, is left alone."""
    waiting = Edition.objects.select_for_update(of=("self",), skip_locked=True)
    locked = waiting.filter(pk=key, publish_at__lte=clock.now(), draft__isnull=False).first()
    if locked is None:
        return
    try:
        _publish(locked)
    except Refused as refused:  # a picture was lost since: the writer has to look
        locked.publish_at, locked.remark = None, str(refused)[:500]
        locked.save(update_fields=["publish_at", "remark"])


def _publish(edition: Edition) -> None:
    revision = edition.draft
    assert revision is not None
    made, now = _rendered(edition, revision), clock.now()
    edition.title, edition.summary = revision.title, revision.summary
    edition.html, edition.words, edition.contents = made.html, made.words, made.contents
    edition.published, edition.published_at = revision, now
    edition.first_published_at = edition.first_published_at or now
    edition.author = edition.author or revision.by
    edition.draft, edition.stage, edition.remark, edition.publish_at = None, "", "", None
    edition.follows = _newest_of_original(edition) or edition.follows
    edition.save()
    indexing.index(edition)


def _newest_of_original(edition: Edition) -> Revision | None:
    """What the article says in the language in which it was begun: a translation that is published follows
    it. None for the original itself."""
    earlier = edition.article.editions.filter(pk__lt=edition.pk, published__isnull=False)
    original = earlier.select_related("published").order_by("pk").first()
    return original.published if original else None


def _rendered(edition: Edition, revision: Revision | None) -> markdown.Rendered:
    """Refused if it is empty, or if a picture says nothing or lies elsewhere."""
    assert revision is not None
    if not revision.body.strip():
        raise Refused("There is nothing in the article yet.")
    found = markdown.render(revision.body, edition.language)
    markdown.refuse_pictures(found)
    return markdown.render(revision.body, edition.language, sizes_of(found.pictures))


def sizes_of(digests: list[str]) -> dict[str, tuple[int, int]]:
    """Width and height of pictures. Refused if one is not here."""
    rows = Illustration.objects.filter(sha256__in=digests).values_list("sha256", "width", "height")
    sizes = {digest: (width, height) for digest, width, height in rows}
    if set(digests) - sizes.keys():
        raise Refused("A picture of the article is not here any more. Add it again.")
    return sizes


def _refuse_unread(edition: Edition, by: Agent | None) -> None:
    if edition.stage != Stage.APPROVED and by is not None and not by.manages:
        raise Refused("A second person has to read it first: ask for a review.")


def _with_draft(edition: Edition) -> Edition:
    locked = _locked(edition)
    if locked.draft is None:
        raise Refused("There is no draft: what readers see is the newest.")
    return locked


def _locked(edition: Edition) -> Edition:
    rows = Edition.objects.select_for_update(of=("self",))
    return rows.select_related("draft", "published", "article", "author").get(pk=edition.pk)


def _catch_up(edition: Edition, locked: Edition) -> None:
    """Let the caller's row say what is true now."""
    for column in Edition._meta.concrete_fields:
        if column.attname in locked.__dict__:
            setattr(edition, column.attname, getattr(locked, column.attname))


def _line(text: str, most: int) -> str:
    return " ".join(plain(text).split())[:most]
