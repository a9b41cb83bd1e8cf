"""By which of the desk's addresses a ticket comes: its team and category, and where answers leave from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from deskbell.mail.addresses import all_addresses, own_address
from deskbell.mail.models import SupportAddress
from deskbell.tickets.models import Ticket


def address_among(recipients: Iterable[str]) -> SupportAddress | None:
    """The first of a mail's recipients that is an active address of the desk."""
    for recipient in recipients:
        found = own_address(recipient)
        if found and found.active:
            return found
    return None


def opening_by(address: SupportAddress | None) -> dict[str, Any]:
    """What a ticket that comes by this address begins with, for `open_for_customer`."""
    if address is None:
        return {}
    return {
        "team": address.team,
        "category": address.category,
        "came_to": "" if address.is_first else address.address,
    }


def address_of(ticket: Ticket | None) -> SupportAddress | None:
    """From where the mails of a ticket leave: the address by which it came, while that is active, else
    the first one. None if that has nothing of its own."""
    known = all_addresses()
    came = known.get(ticket.came_to) if ticket else None
    return came if came and came.active else known.get(settings.SUPPORT_ADDRESS)
