"""The mails that carry a customer's link: to whoever asked for one, and to whoever was invited."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from deskbell.mail.branding import brand_for
from deskbell.mail.letters import from_files
from deskbell.mail.models import OutboundMail
from deskbell.mail.queueing import can_be_written_to, enqueue
from deskbell.people.customer_links import INVITATION_LASTS, new_link
from deskbell.people.customers import Customer, customer_at
from deskbell.people.desk import the_desk
from deskbell.people.models import Person
from deskbell.portal.speaking import speaker


@transaction.atomic
def send(address: str, *, language: str, onward: str = "") -> None:
    """Mail a new link to the address, if it is a customer's."""
    who = customer_at(address)
    if who is not None and can_be_written_to(who.person):
        subject = speaker(language)("Your link to {desk}", desk=the_desk().name)
        _mail(who, new_link(who), subject, language, onward=onward)


@transaction.atomic
def invite(who: Customer, *, by: Person, language: str) -> None:
    """Tell someone that they have a place now, with a link that lasts longer."""
    if can_be_written_to(who.person):
        subject = speaker(language)("{name} has invited you", name=str(by))
        _mail(who, new_link(who, INVITATION_LASTS), subject, language, by=by)


def _mail(
    who: Customer,
    token: str,
    subject: str,
    language: str,
    *,
    onward: str = "",
    by: Person | None = None,
) -> None:
    query = f"?{urlencode({'next': onward})}" if onward else ""
    words = {
        "lang": language,
        "t": speaker(language),
        "desk": the_desk().name,
        "district": str(who.district),
        "link": f"{settings.DESK_URL}{reverse('portal-link', args=[token])}{query}",
        "by": by,
    }
    enqueue(
        OutboundMail.Kind.RECEIPT,
        who.person,
        subject=subject,
        from_name=the_desk().name,
        letter=from_files("portal/link_letter", words, brand=brand_for(who.district)),
    )
