"""What the town's team has written down: a dozen articles in two languages, and what readers say."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from random import Random

from django.db import transaction

from deskbell.helpcenter import publishing
from deskbell.helpcenter.importing import folder, pieces
from deskbell.helpcenter.models import (
    Article,
    Collection,
    Edition,
    Face,
    Feedback,
    Search,
    Section,
)
from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.people.models import Agent

FOLDER = Path(__file__).parent / "articles"
DAY = timedelta(days=1)
MISSING = (
    "It does not say what to do when only one student is affected.",
    "Which key is Ctrl on a Chromebook?",
    "The menu looks different here.",
    "How do I do this for a whole class at once?",
)
SEARCHES = (  # words, found, how often in a day
    ("ipad", 1, 3), ("black screen", 4, 9), ("kahoot", 0, 6), ("webcam", 0, 4), ("snipping tool", 0, 3),
    ("autocad license", 0, 5), ("print", 2, 7), ("parent portal", 0, 4), ("summer access", 0, 5),
    ("keyboard layout", 0, 4), ("files gone", 0, 6),
)  # fmt: skip


@transaction.atomic
def write(random: Random, writers: list[Agent]) -> None:
    """Publish the articles at some time of the last months, and let readers answer."""
    now = clock.now()
    for found in folder.read(FOLDER):
        with moved_to(now - random.randint(9, 120) * DAY):
            pieces.bring(found, by=random.choice(writers), publish=True, demo=True)
    for article in Article.objects.filter(demo=True):
        for count in range(random.randint(4, 40)):
            _answer(random, article, count)
    for words, found_count, times in SEARCHES:
        for back in range(random.randint(2, 9)):
            Search.objects.get_or_create(
                language="en",
                words=words,
                day=(now - back * DAY).date(),
                defaults={"found": found_count, "times": random.randint(1, times)},
            )
    _leave_drafts(random, writers)


def forget() -> None:
    """Remove the town's articles, and the shelves that are empty then."""
    for edition in Edition.objects.filter(article__demo=True):
        edition.published = edition.draft = None
        edition.save(update_fields=["published", "draft"])
    Article.objects.filter(demo=True).delete()
    Search.objects.filter(words__in=[words for words, _, _ in SEARCHES]).delete()
    Section.objects.filter(articles=None).delete()
    Collection.objects.filter(sections=None).delete()


def _answer(random: Random, article: Article, count: int) -> None:
    face = random.choices([Face.HAPPY, Face.NEUTRAL, Face.SAD], [7, 2, 1])[0]
    said = random.choice(MISSING) if face == Face.SAD and random.random() < 0.6 else ""
    Feedback.objects.create(
        article=article,
        language="en",
        face=face,
        missing=said,
        asker=f"demo-{article.pk}-{count}",
        at=clock.now() - random.randint(0, 60) * DAY,
    )


def _leave_drafts(random: Random, writers: list[Agent]) -> None:
    """One article that waits for a review, and one whose Spanish is behind."""
    editions = list(Edition.objects.filter(article__demo=True, language="en").order_by("article"))
    for edition, asks in zip(editions[3:5], (True, False), strict=True):
        newest = edition.revisions.first()
        assert newest is not None
        text = newest.body + "\n## If nothing helps\n\nWrite to us. A person answers.\n"
        by = random.choice(writers)
        publishing.save_draft(
            edition, title=newest.title, summary=newest.summary, body=text, by=by.person
        )
        if asks:
            publishing.ask_for_review(edition)
        else:
            publishing.publish(edition, by=None)
