"""The desk's own addresses: added, changed, retired, and proved by a mail that finds its way back."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.db import transaction

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.numbers import primary_key
from deskbell.mail import letters
from deskbell.mail.addresses import is_deliverable
from deskbell.mail.branding import brand_for
from deskbell.mail.models import OutboundMail, SupportAddress
from deskbell.mail.queueing import enqueue
from deskbell.people.desk import the_desk
from deskbell.people.models import Person, Team
from deskbell.tickets.models import Category

LONGEST_SIGNATURE = 2000


def ensure_first_address() -> SupportAddress:
    """The address that the settings name has a row like all others. Safe to call at each start."""
    made, _ = SupportAddress.objects.get_or_create(address=settings.SUPPORT_ADDRESS)
    return made


@transaction.atomic
def add_address(address: str, form: Mapping[str, str]) -> SupportAddress:
    """Add an address of the desk. Refused if it can't be one, or is one already."""
    clean = address.strip().lower()
    if not is_deliverable(clean) or "+" in clean.partition("@")[0]:
        raise Refused(f"“{address}” is no mail address: write it like billing@example.org.")
    if SupportAddress.objects.filter(address=clean).exists():
        raise Refused(f"{clean} is an address of the desk already.")
    if hasattr(Person.objects.filter(email=clean).first(), "agent"):
        raise Refused(f"{clean} is the address of an agent, whom the desk then couldn't reach.")
    return save_address(SupportAddress(address=clean), form)


def save_address(address: SupportAddress, form: Mapping[str, str]) -> SupportAddress:
    """Keep the `name`, `team`, `category` and `signature` of a form. Refused for what can't be."""
    name, category = " ".join(form.get("name", "").split()), form.get("category", "")
    signature, team = form.get("signature", "").strip(), form.get("team", "")
    if len(name) > 100:
        raise Refused("The name is longer than 100 characters. Make it shorter.")
    if len(signature) > LONGEST_SIGNATURE:
        raise Refused(f"The signature is longer than {LONGEST_SIGNATURE} characters.")
    if category not in Category.values:
        raise Refused(f"“{category}” is no category: choose {', '.join(Category.labels)}.")
    chosen = Team.objects.filter(pk=primary_key(team)).first() if team else None
    if team and chosen is None:
        raise Refused("There is no such team. Choose another one.")
    address.name, address.category, address.signature = name, category, signature
    address.team = chosen
    address.save()
    return address


def set_active(address: SupportAddress, *, active: bool) -> None:
    """Retire an address, or take it back. Tickets that came by it are answered from the first one then."""
    if address.is_first and not active:
        raise Refused("The first address is named in the settings, so it can't be retired here.")
    address.active = active
    address.save(update_fields=["active"])


@transaction.atomic
def send_test(address: SupportAddress) -> OutboundMail:
    """Send a mail to the address; when the desk finds it again, mail to this address does arrive."""
    desk = the_desk().name
    (mail,) = enqueue(
        OutboundMail.Kind.NOTICE,
        Person(email=address.address, name=desk),
        subject=f"A test of {address.address}",
        from_name=desk,
        letter=letters.written(
            OutboundMail.Kind.NOTICE,
            {
                "text": "The desk sends this mail to itself. Once it is back, the address works.",
                "link": f"{settings.DESK_URL}/mail/addresses",
                "choices": f"{settings.DESK_URL}/mail/addresses",
                "desk": desk,
            },
            brand=brand_for(None),
        ),
    )
    address.test_token, address.tested_at = mail.mail_id, clock.now()
    address.verified_at = None
    address.save(update_fields=["test_token", "tested_at", "verified_at"])
    return mail


def take_test(message_id: str) -> None:
    """A mail of the desk came back to it: if it was a test, the address is verified."""
    found = SupportAddress.objects.exclude(test_token="").filter(test_token=message_id)
    found.update(verified_at=clock.now(), test_token="")
