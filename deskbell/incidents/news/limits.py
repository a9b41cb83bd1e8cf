"""How often anybody may ask to subscribe: nobody is written to in storms, whoever asks for it."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_network

from deskbell.incidents.models import Asking
from deskbell.lib import clock
from deskbell.lib.callers import address_in
from deskbell.lib.errors import Refused
from deskbell.lib.ids import digest
from deskbell.lib.locks import lock_words

OF_A_NETWORK, WITHIN_NETWORK = 30, timedelta(hours=1)  # a school asks from one address
OF_A_HOST, WITHIN_HOST = 30, timedelta(hours=1)  # any number of addresses may lead to one
OF_AN_ADDRESS, WITHIN_ADDRESS = 3, timedelta(days=1)
KEPT = timedelta(days=1)
TOO_MANY = "Too many were asked for from your network. Try again in an hour."
TOO_MANY_THERE = "Too many addresses of that host were asked for. Try again in an hour."
HOST = "host"  # stands in place of a network where a host is counted


def note(address: str, machine: str, *, host: str = "") -> bool:
    """Note that someone asked to subscribe this address, of this host if it is one for posts; may it be
    written to? Raises Refused for a network that asked, or a host that was asked for, too often. Belongs
    in a transaction: two at once are counted one by one."""
    network, of_address, of_host = network_of(machine), digest(address), digest(f"host {host}")
    lock_words([f"status {each}" for each in (network, of_address, of_host)])
    now = clock.now()
    Asking.objects.filter(at__lt=now - KEPT).delete()
    lately = Asking.objects.filter(network=network, at__gt=now - WITHIN_NETWORK)
    if lately.count() >= OF_A_NETWORK:
        raise Refused(TOO_MANY)
    there = Asking.objects.filter(digest=of_host, at__gt=now - WITHIN_HOST)
    if host and there.count() >= OF_A_HOST:
        raise Refused(TOO_MANY_THERE)
    had = Asking.objects.filter(digest=of_address, at__gt=now - WITHIN_ADDRESS).count()
    Asking.objects.create(digest=of_address, network=network)
    if host:
        Asking.objects.create(digest=of_host, network=HOST)
    return had < OF_AN_ADDRESS


def network_of(machine: str) -> str:
    """Who has one IPv6 address has a whole /64 of them."""
    address = address_in(machine)
    if address is None:
        return machine[:64]
    if address.version == 6:
        return str(ip_network(f"{address}/64", strict=False))
    return str(address)
