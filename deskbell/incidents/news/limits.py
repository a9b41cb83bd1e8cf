"""How often anybody may ask to subscribe: nobody is written to in storms, whoever asks for it."""

from __future__ import annotations

import re
from datetime import timedelta

from deskbell.incidents.models import Asking
from deskbell.lib import clock
from deskbell.lib.callers import network_of
from deskbell.lib.errors import Refused
from deskbell.lib.ids import digest
from deskbell.lib.locks import lock_words

OF_A_NETWORK, WITHIN_NETWORK = 30, timedelta(hours=1)  # a school asks from one address
OF_A_HOST, WITHIN_HOST = 30, timedelta(hours=1)  # any number of addresses may lead to one
OF_ALL_MAILS, WITHIN_ALL_MAILS = 300, timedelta(hours=1)
OF_AN_ADDRESS, WITHIN_ADDRESS = 3, timedelta(days=1)
KEPT = timedelta(days=1)
TOO_MANY = "Too many were asked for from your network. Try again in an hour."
TOO_MANY_THERE = "Too many addresses of that host were asked for. Try again in an hour."
TOO_MANY_MAILS = "Very many are subscribing just now. Please try again in an hour."
HOST, MAILS = "host", "mails"  # stand in place of a network where a host or all mails are counted
TAG = re.compile(r"(?<=.)\+.*(?=@)")


def note(address: str, machine: str, *, host: str = "") -> bool:
    """Note that someone asked to subscribe this address, of this host if it is one for posts; may it be
    written to? Raises Refused for a network that asked, or a host that was asked for, too often, and when
    too many mails were asked for in all. Belongs in a transaction: two at once are counted one by one."""
    network, shared = network_of(machine), digest(f"host {host}" if host else "mails")
    of_address = digest(address if host else without_tag(address))
    lock_words([f"status {each}" for each in (network, of_address, shared)])
    now = clock.now()
    Asking.objects.filter(at__lt=now - KEPT).delete()
    lately = Asking.objects.filter(network=network, at__gt=now - WITHIN_NETWORK)
    if lately.count() >= OF_A_NETWORK:
        raise Refused(TOO_MANY)
    _refuse_too_many(shared, is_host=bool(host))
    had = Asking.objects.filter(digest=of_address, at__gt=now - WITHIN_ADDRESS).count()
    Asking.objects.create(digest=of_address, network=network)
    if had >= OF_AN_ADDRESS:
        return False
    Asking.objects.create(digest=shared, network=HOST if host else MAILS)
    return True


def _refuse_too_many(shared: str, *, is_host: bool) -> None:
    within, most, why = (
        (WITHIN_HOST, OF_A_HOST, TOO_MANY_THERE)
        if is_host
        else (WITHIN_ALL_MAILS, OF_ALL_MAILS, TOO_MANY_MAILS)
    )
    if Asking.objects.filter(digest=shared, at__gt=clock.now() - within).count() >= most:
        raise Refused(why)


def without_tag(address: str) -> str:
    """`ivy+news@school.org` is read by whoever reads `ivy@school.org`."""
    return TAG.sub("", address)
