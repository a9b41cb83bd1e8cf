"""How a customer comes in: by a link that is mailed to them, works once, and opens the portal alone."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from deskbell.lib import clock
from deskbell.lib.errors import NotFound
from deskbell.lib.ids import digest, new_token
from deskbell.lib.locks import lock_words
from deskbell.people.customers import Customer, customer
from deskbell.people.models import LinkAsking, SignInLink

LINK_LASTS = timedelta(minutes=30)
INVITATION_LASTS = timedelta(days=7)
OF_AN_ADDRESS, OF_A_NETWORK, WITHIN = 5, 60, timedelta(hours=1)  # a school asks from one network
KEPT = timedelta(days=1)


class TooMany(Exception):
    """This network has asked for too many links."""


@transaction.atomic
def note_asking(address: str, network: str) -> bool:
    """Note that a link for this address was asked for; may it be written to? Raises TooMany for the network.

    The address may be anyone's, so the answer tells nothing of whether the desk knows it.
    """
    of_address = digest(address.strip().lower())
    lock_words([f"portal {each}" for each in (of_address, network)])
    now = clock.now()
    LinkAsking.objects.filter(at__lt=now - KEPT).delete()
    lately = LinkAsking.objects.filter(at__gt=now - WITHIN)
    if lately.filter(network=network).count() >= OF_A_NETWORK:
        raise TooMany
    had = lately.filter(digest=of_address).count()
    LinkAsking.objects.create(digest=of_address, network=network[:64])
    return had < OF_AN_ADDRESS


@transaction.atomic
def new_link(who: Customer, lasts: timedelta = LINK_LASTS) -> str:
    """A new one-time token; those that they have not used yet stay good, as mails overtake each other."""
    token = new_token()
    SignInLink.objects.create(
        person=who.person,
        door=SignInLink.Door.PORTAL,
        token_digest=digest(token),
        expires_at=clock.now() + lasts,
    )
    return token


def holder_of(token: str) -> Customer:
    """Whom an unused link would let in. Raises NotFound if it was used, is too old, or is none."""
    link = _links(token).first()
    who = customer(link.person) if link and link.person and link.is_open else None
    if who is None:
        raise NotFound("This link was used already, or is too old. Ask for a new one.")
    return who


@transaction.atomic
def take(token: str) -> Customer:
    """Use a link up, under its lock: of two who click at once only one gets in. Raises NotFound."""
    who = holder_of(token)
    link = _links(token).select_for_update(of=("self",)).get()
    if not link.is_open:
        raise NotFound("This link was used just now. Ask for a new one.")
    link.used_at = clock.now()
    link.save(update_fields=["used_at"])
    SignInLink.objects.filter(person=who.person, door=link.door, used_at=None).delete()
    return who


def _links(token: str) -> QuerySet[SignInLink]:
    rows = SignInLink.objects.filter(door=SignInLink.Door.PORTAL, token_digest=digest(token))
    return rows.select_related("person__agent")
