"""Asking for the link by which a customer comes in. Anyone may ask, for any address.

What is answered on the page is the same for every address, and so is the time it takes: whether the desk
knows the address is looked up by the worker.
"""

from __future__ import annotations

from django.db import transaction

from deskbell.lib.callers import network_of
from deskbell.lib.jobs import soon
from deskbell.mail.addresses import is_deliverable
from deskbell.people.customer_links import note_asking
from deskbell.portal.jobs import mail_link


def is_address(text: str) -> bool:
    """Could mail be sent there?"""
    return is_deliverable(text.strip().lower())


@transaction.atomic
def ask(address: str, *, machine: str, language: str, onward: str) -> None:
    """Someone asks for a link for this address. Raises TooMany for a network that asks too often."""
    address = address.strip().lower()
    if note_asking(address, network_of(machine)):
        soon(mail_link, address=address, language=language, onward=onward)
