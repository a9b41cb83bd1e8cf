"""How much a person bears in a storm (E5): what is beyond it is told in one message, and not dropped."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Q

from deskbell.oncall.models import Method, Page
from deskbell.people.models import Agent

A_MINUTE = timedelta(minutes=1)
AT_MOST = 5  # messages a minute to one person by one method; the last tells all that wait
Way, State = Method.Way, Page.State


def messages_lately(methods: Iterable[int], now: datetime) -> dict[int, int]:
    """How many messages each of these methods (keys) has had within a minute; those that are over too."""
    since = now - A_MINUTE
    sent = Q(state=State.SENT, sent_at__gt=since, sent_at__lte=now)
    ended = Q(over_told_at__gt=since, over_told_at__lte=now)
    rows = Page.objects.filter(sent | ended, method__in=list(methods)).values("method")
    counted = rows.annotate(sent=Count("pk", filter=sent), ended=Count("pk", filter=ended))
    return {row["method"]: row["sent"] + row["ended"] for row in counted}


def mails_lately(agents: Iterable[int], now: datetime) -> dict[int, int]:
    """How many mails with pages each of these people (keys) has been written within a minute."""
    since = now - A_MINUTE
    written = Page.objects.filter(
        Q(sent_at=None) | Q(sent_at__gt=since),
        agent__in=list(agents),
        way=Way.MAIL,
        mail__created_at__gt=since,
        mail__created_at__lte=now,
    )
    counted = written.values("agent").annotate(count=Count("pk"))
    return {row["agent"]: row["count"] for row in counted}


def has_room_for_mail(agent: Agent, now: datetime) -> bool:
    """May a page go by mail at once, and one more that tells what comes after it?"""
    return mails_lately([agent.pk], now).get(agent.pk, 0) < AT_MOST - 1
