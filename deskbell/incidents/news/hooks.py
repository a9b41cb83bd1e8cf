"""Subscribing a webhook, a channel of Slack or of Teams: who reads there confirms it.

A stranger can make the desk post one message to an address outside, three times a day, and no more:
until the link in it is followed nothing else is posted, and after three days the desk forgets it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction

from deskbell.incidents.models import Delivery, Subscriber
from deskbell.incidents.news import limits
from deskbell.incidents.news.links import CONFIRM_WITHIN
from deskbell.incidents.news.queueing import POSTS
from deskbell.incidents.news.subscribing import Asker, begin, offered
from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.ids import digest
from deskbell.lib.posting import host_of
from deskbell.lib.sealing import seal, unseal
from deskbell.lib.signing import new_secret
from deskbell.oncall.ways.form import address as checked_address
from deskbell.people.models import District
from deskbell.realtime.wake import wake

Way = Subscriber.Way
POSTED = (Way.WEBHOOK, Way.SLACK, Way.TEAMS)


@transaction.atomic
def ask(way: str, url: str, components: Iterable[int], asker: Asker) -> None:
    """Post a link to confirm it to the address. Raises Refused for what is no address outside, and if a
    network asks, or a host is asked for, too often; else nothing tells whether it is known, or answers."""
    if way not in POSTED:
        raise Refused("Choose e-mail, webhook, Slack or Teams.")
    url = checked_address(url, outside_only=True)
    _forget_unconfirmed()
    if not limits.note(url, asker.machine, host=host_of(url)):
        return
    district = asker.district
    found = Subscriber.objects.filter(way=way, digest=digest(url), district=district).first()
    if found is not None and found.confirmed_at and found.ended_at is None:
        return  # who reads there has its link
    if found is None:
        found = made(way, url, language=asker.language, district=district)
    found.components.set(offered(district).filter(pk__in=components))
    Delivery.objects.create(subscriber=found)
    wake(POSTS)


def made(way: str, url: str, *, language: str, district: District | None) -> Subscriber:
    """A new row for an address, not confirmed yet. A webhook has a secret to sign with."""
    return Subscriber.objects.create(
        way=way,
        host=host_of(url)[:253],
        sealed=seal(url),
        digest=digest(url),
        secret=seal(new_secret()) if way == Way.WEBHOOK else "",
        district=district,
        language=language,
    )


@transaction.atomic
def confirm(subscriber: Subscriber) -> str:
    """It is wanted: news are posted from now on. Returns the secret of a webhook, which is shown this
    once; "" if it was confirmed already, or signs nothing."""
    found = Subscriber.objects.select_for_update(of=("self",)).get(pk=subscriber.pk)
    if found.confirmed_at is not None and found.ended_at is None:
        return ""
    first = found.confirmed_at is None
    begin(found)
    return unseal(found.secret) if first else ""


def _forget_unconfirmed() -> None:
    """What nobody confirmed in time is as if it had never been asked for."""
    old = Subscriber.objects.filter(way__in=POSTED, confirmed_at=None)
    old.filter(asked_at__lt=clock.now() - CONFIRM_WITHIN - timedelta(hours=1)).delete()
