"""What is missing: what people searched without finding it, and articles that leave them sad, ranked by how
many tickets a better answer would save."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.contrib.postgres.search import SearchQuery
from django.db import transaction
from django.db.models import Count, Max, Sum

from deskbell.helpcenter import publishing
from deskbell.helpcenter.models import Article, Edition, Face, Feedback, Search, Section
from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.look.languages import USUAL
from deskbell.people.models import Agent
from deskbell.tickets.finding.indexing import CONFIG
from deskbell.tickets.models import Message, Side, Ticket

DAYS = 90
MOST = 50
CANDIDATES = 200
WORDS_SHOWN = 3
# Of those who search in vain, and of those whom an article leaves sad, so many write to the desk.
WRITE_AFTER_SEARCH, WRITE_AFTER_ARTICLE = 0.3, 0.5


@dataclass
class Gap:
    """Something that readers did not find. `weight` is how many tickets it would have saved in 90 days: those
    that were opened in the same words, and a share of those who asked in vain."""

    kind: str  # "search" or "article"
    title: str
    language: str
    times: int
    tickets: list[Ticket] = field(default_factory=list)
    ticket_count: int = 0
    edition: Edition | None = None
    said: list[str] = field(default_factory=list)

    @property
    def weight(self) -> int:
        share = WRITE_AFTER_SEARCH if self.kind == "search" else WRITE_AFTER_ARTICLE
        return max(1, self.ticket_count + round(self.times * share))


def gaps() -> list[Gap]:
    """The list, the most costly first."""
    found = [*_searches(), *_articles()]
    return sorted(found, key=lambda each: (-each.weight, each.title))[:MOST]


def saved() -> int:
    """How many had begun a request in these days, and found their answer in an article instead."""
    since = clock.now() - timedelta(days=DAYS)
    return Feedback.objects.filter(saved=True, at__gt=since).count()


def settle_search(words: str, language: str) -> None:
    """Someone has taken care of it: what is asked from now on counts anew."""
    Search.objects.filter(words=words, language=language).update(settled_at=clock.now())


def settle_article(article: Article) -> None:
    """Someone has read what was missing there."""
    Feedback.objects.filter(article=article, settled_at=None).update(settled_at=clock.now())


@transaction.atomic
def begin_from_ticket(ticket: Ticket, section: Section, *, by: Agent) -> Edition:
    """A draft with the customer's question and the team's public answers, for its writer to make an article
    of. Nothing internal goes in; who asked is left out."""
    if ticket.confidential:
        raise Refused("A billing thread is for its owners: write the article from the beginning.")
    messages = Message.objects.filter(ticket=ticket, public=True, automatic=False, undone_at=None)
    messages = messages.order_by("id")
    question = next((each.text for each in messages if each.side == Side.CUSTOMER), "")
    answers = [each.text for each in messages if each.side == Side.TEAM]
    parts = ["> [!NOTE]\n> Begun from a ticket: take out names, and write it for everyone."]
    parts += [f"## What happens\n\n{question.strip()}"] if question.strip() else []
    parts += (
        ["## What helps\n\n" + "\n\n".join(each.strip() for each in answers)] if answers else []
    )
    return publishing.begin(
        section,
        language=USUAL,
        title=ticket.subject,
        body="\n\n".join(parts),
        by=by,
        began_with=ticket,
    )


def _searches() -> list[Gap]:
    rows = (
        Search.objects.filter(day__gt=_since(), settled_at=None)
        .values("words", "language")
        .annotate(times=Sum("times"), most=Max("found"))
        .filter(most=0)
        .order_by("-times")[:CANDIDATES]
    )
    made = [Gap("search", row["words"], row["language"], row["times"]) for row in rows]
    for gap in made[:MOST]:
        _find_tickets(gap)
    return made


def _find_tickets(gap: Gap) -> None:
    """Tickets of the last 90 days that say these words: someone answered each by hand."""
    query = SearchQuery(gap.title, config=CONFIG, search_type="plain")
    since = clock.now() - timedelta(days=DAYS)
    said = Ticket.objects.kept().filter(created_at__gt=since, search__document=query)
    near = said.filter(confidential=False)
    gap.ticket_count = near.count()
    gap.tickets = list(near.order_by("-created_at")[:WORDS_SHOWN]) if gap.ticket_count else []


def _articles() -> list[Gap]:
    said: dict[int, list[str]] = defaultdict(list)
    sad = Feedback.objects.filter(
        face=Face.SAD, settled_at=None, at__gt=clock.now() - timedelta(days=DAYS)
    )
    for article, words in sad.exclude(missing="").order_by("-at").values_list("article", "missing"):
        if len(said[article]) < WORDS_SHOWN:
            said[article].append(words)
    counts = dict(
        sad.order_by().values_list("article").annotate(n=Count("pk")).order_by("-n")[:CANDIDATES]
    )
    editions = Edition.objects.filter(article__in=counts).select_related("draft")
    by_article: dict[int, Edition] = {}
    for each in editions.order_by("-language"):
        by_article[each.article_id] = each
    return [
        Gap("article", str(each), each.language, counts[key], edition=each, said=said[key])
        for key, each in by_article.items()
    ]


def _since() -> date:
    return (clock.now() - timedelta(days=DAYS)).date()
