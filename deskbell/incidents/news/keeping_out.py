"""Whoever subscribed on a private page hears as long as its address is good: who had it by a leak is shut
out together with it when it is renewed or revoked."""

from __future__ import annotations

from datetime import datetime

from deskbell.incidents.models import Delivery, PrivatePage, Subscriber
from deskbell.incidents.news.words import say
from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.ids import digest
from deskbell.people.models import District

RENEWED = "The address of the private page was renewed."
REVOKED = "The private page was revoked."
State = Delivery.State


def shut_out(district: District, why: str) -> None:
    """All who subscribed on the district's page hear nothing more, not even what waits for them."""
    active = Subscriber.objects.filter(district=district, ended_at=None)
    active.exclude(confirmed_at=None).update(ended_at=clock.now(), ended_why=why)
    waiting = Delivery.objects.filter(subscriber__district=district, state=State.QUEUED)
    waiting.update(state=State.FAILED, error=why, leased_until=None)


def let_back(page: PrivatePage) -> None:
    """Whom revoking the page has ended hears again, of what comes from now on."""
    ended = Subscriber.objects.filter(district=page.district, ended_why=REVOKED)
    ended.filter(confirmed_at__gte=page.made_at).update(ended_at=None, ended_why="")


def sign_of(district: District | None) -> str:
    """What a link carries to tell later that the page is still at the address at which it was asked for;
    "" for the public page, and for one that is no more."""
    page = _page(district)
    return digest(page.token) if page else ""


def check_link(
    district: District | None, sign: str, language: str, *, locked: bool = False
) -> None:
    """Raise Refused unless the page is at the address at which it was asked for. `locked` keeps it so until
    the transaction ends."""
    if district is None:
        return
    page = _page(district, locked=locked)
    if page is None or digest(page.token) != sign:
        _refuse(language)


def check(subscriber: Subscriber) -> None:
    """Raise Refused if the page on which they subscribed has another address by now, or is no more."""
    if subscriber.district is None:
        return
    page = _page(subscriber.district)
    if page is None or _since(subscriber) < page.made_at:
        _refuse(subscriber.language)


def _page(district: District | None, *, locked: bool = False) -> PrivatePage | None:
    if district is None:
        return None
    rows = PrivatePage.objects.filter(district=district, revoked_at=None)
    return (rows.select_for_update() if locked else rows).first()


def _since(subscriber: Subscriber) -> datetime:
    return subscriber.confirmed_at or subscriber.asked_at


def _refuse(language: str) -> None:
    raise Refused(
        say(
            language,
            "This private page has a new address, or is there no more. Ask at your district for the "
            "address, and subscribe there.",
        )
    )
