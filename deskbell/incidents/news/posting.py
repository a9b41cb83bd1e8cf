"""The worker's loop "status-posts": news to webhooks, Slack and Teams, posted outside any transaction.

A delivery is leased, posted, and what came of it noted. Killed in between it is posted again when the
lease is over, under the same id, by which a receiver knows it. Failures are data: it is tried again ever
more slowly, and not before the address asks for it; after three days without one success the
subscription ends, and the team hears why.

Anybody can have the desk ask an address whether it wants news. So these questions come after all news,
a few at a time, are tried three times and no more, and what the address asks for changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from django.db import DatabaseError, transaction
from django.db.models import F, QuerySet

from deskbell.incidents.models import Delivery, Subscriber
from deskbell.incidents.news import ways
from deskbell.incidents.news.delivering import ENDED, about, due
from deskbell.incidents.news.ways import Post
from deskbell.lib import clock
from deskbell.lib.backoff import backoff
from deskbell.lib.errors import Refused
from deskbell.lib.posting import Gone, Never, NotNow
from deskbell.people.models import Agent
from deskbell.people.notices import notify

BATCH, HANDS = 16, 8
QUESTIONS, ATTEMPTS_OF_A_QUESTION = 4, 3  # of a batch; of each
LEASE = timedelta(minutes=1)  # a post takes ten seconds at most, and each hand makes two
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=3)
LONGEST_SLEEP = 5.0  # seconds
State = Delivery.State
WAYS = [Subscriber.Way.WEBHOOK, Subscriber.Way.SLACK, Subscriber.Way.TEAMS]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What came of a post. `again` is whether it may work later, `after` how long the address asks for."""

    error: str = ""
    again: bool = False
    gone: bool = False
    after: float | None = None


def step() -> float:
    """Post what is due; answers the seconds until it wants to be called again."""
    return 0.0 if post_what_is_due() else LONGEST_SLEEP


def post_what_is_due() -> int:
    """Post up to a batch, several at once; returns how many were tried."""
    leased = _lease()
    posts = [_post_of(delivery) for delivery in leased]
    with ThreadPoolExecutor(HANDS) as hands:
        outcomes = list(hands.map(_try, posts))
    for delivery, outcome in zip(leased, outcomes, strict=True):
        _note(delivery, outcome)
    return len(leased)


@transaction.atomic
def _lease() -> list[Delivery]:
    now = clock.now()
    questions = {"update": None, "notice": None}
    pks = _first(due(WAYS, now).exclude(**questions), BATCH)
    pks += _first(due(WAYS, now).filter(**questions), min(QUESTIONS, BATCH - len(pks)))
    Delivery.objects.filter(pk__in=pks).update(leased_until=now + LEASE, attempts=F("attempts") + 1)
    return about(pks)


def _first(rows: QuerySet[Delivery], most: int) -> list[int]:
    """Who has waited longest: what fails keeps nobody else from their turn."""
    rows = rows.select_for_update(skip_locked=True, of=("self",)).order_by("next_attempt_at", "pk")
    return list(rows.values_list("pk", flat=True)[:most])


def _post_of(delivery: Delivery) -> Post | Outcome:
    """What is posted where, or why it can't be. The hands know no database."""
    is_question = delivery.update_id is None and delivery.notice_id is None
    if delivery.subscriber.ended_at is not None and not is_question:  # who ended it may ask anew
        return Outcome(ENDED)
    try:
        return ways.post_of(delivery)
    except Refused as error:
        return Outcome(str(error), again=True)
    except DatabaseError:
        raise  # it is not the news that is at fault: it is written when the lease is over
    except Exception as error:  # a fault of ours over one piece of news: the others leave
        log.exception("News %s could not be written", delivery.pk)
        return Outcome(f"It could not be written: {type(error).__name__}.")


def _try(post: Post | Outcome) -> Outcome:
    if isinstance(post, Outcome):
        return post
    try:
        post.send()
    except NotNow as error:
        return Outcome(str(error), again=True, after=error.after)
    except Gone as error:
        return Outcome(str(error), gone=True)
    except (Never, Refused) as error:
        return Outcome(str(error))
    except Exception as error:  # whatever one address provokes: the others are posted to
        log.exception("News could not be posted")
        return Outcome(f"It could not be posted: {type(error).__name__}.", again=True)
    return Outcome()


@transaction.atomic
def _note(delivery: Delivery, outcome: Outcome) -> None:
    subscriber = Subscriber.objects.select_for_update(of=("self",)).get(pk=delivery.subscriber_id)
    now, rows = clock.now(), Delivery.objects.filter(pk=delivery.pk, state=State.QUEUED)
    if not outcome.error:
        rows.update(state=State.SENT, sent_at=now, error="", leased_until=None)
        if subscriber.failing_since is not None:
            subscriber.failing_since, subscriber.failing_why = None, ""
            subscriber.save(update_fields=["failing_since", "failing_why"])
        return
    is_question = ways.is_question(delivery)
    if outcome.again and not (is_question and delivery.attempts >= ATTEMPTS_OF_A_QUESTION):
        pause = pause_after(delivery.attempts)
        if outcome.after and not is_question:
            pause = max(pause, min(timedelta(seconds=outcome.after), LONGEST_PAUSE))
        rows.update(error=outcome.error[:500], leased_until=None, next_attempt_at=now + pause)
    else:
        rows.update(state=State.FAILED, error=outcome.error[:500], leased_until=None)
    if subscriber.ended_at is not None:
        return
    subscriber.failing_since = subscriber.failing_since or now
    subscriber.failing_why = outcome.error[:300]
    subscriber.save(update_fields=["failing_since", "failing_why"])
    # An old failure that nothing has followed since says little: this one has to have been tried as long.
    since = max(subscriber.failing_since, delivery.made_at)
    if outcome.gone or now - since >= GIVEN_UP_AFTER:
        _give_up(subscriber)


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: 10 s, 30 s, 90 s ... an hour."""
    return backoff(attempts, FIRST_PAUSE, LONGEST_PAUSE)


def _give_up(subscriber: Subscriber) -> None:
    """It hears nothing more, and the team knows: who set it up may not."""
    subscriber.ended_at, subscriber.ended_why = clock.now(), subscriber.failing_why
    subscriber.save(update_fields=["ended_at", "ended_why"])
    waiting = Delivery.objects.filter(subscriber=subscriber, state=State.QUEUED)
    waiting.update(state=State.FAILED, error=ENDED, leased_until=None)
    if subscriber.confirmed_at is not None:
        notify(
            _managers(),
            f"No more news go to {subscriber}: {subscriber.failing_why}",
            path="/incidents/subscribers",
        )


def _managers() -> Sequence[Agent]:
    roles = [Agent.Role.MANAGER, Agent.Role.ADMINISTRATOR]
    return list(Agent.objects.filter(role__in=roles, person__is_active=True))
