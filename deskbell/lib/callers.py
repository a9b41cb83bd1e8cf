"""From which machine a request comes, for limits and for the record."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.http import HttpRequest


def caller_of(request: HttpRequest) -> str:
    """The address of who asks; "" if it is not known. A web server before the desk is on its own machine
    and adds whom it answers as the last of `X-Forwarded-For`. From elsewhere that field is not believed."""
    peer = request.META.get("REMOTE_ADDR") or ""
    known = address_in(peer)
    if known is None or not known.is_loopback:
        return peer if known is None else str(known)
    said = address_in(request.headers.get("X-Forwarded-For", "").rpartition(",")[2])
    return str(said or known)


def network_of(machine: str) -> str:
    """Who asks, as it is counted: an IPv4 address, or the /56 that one subscriber of IPv6 often has."""
    address = address_in(machine)
    if address is None:
        return machine[:64]
    return str(ip_network(f"{address}/56", strict=False)) if address.version == 6 else str(address)


def address_in(text: str) -> IPv4Address | IPv6Address | None:
    """The address that the text is, an IPv4 one as such also where IPv6 wraps it; None if it is none."""
    try:
        found = ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(found, IPv6Address):
        return found.ipv4_mapped or IPv6Address(int(found))  # without a zone
    return found
