"""Subscribing by mail, and what a subscriber changes. A stranger can ask for an address, and no more:
only who reads the mail there confirms it, and the answer never tells whether an address is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from deskbell.incidents import affected
from deskbell.incidents.models import Delivery, Subscriber
from deskbell.incidents.news import keeping_out, limits, links
from deskbell.incidents.news.delivering import ENDED
from deskbell.incidents.news.links import Wish
from deskbell.incidents.news.mailing import KIND
from deskbell.incidents.news.words import ZONES, known, say
from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.numbers import primary_key
from deskbell.mail.addresses import is_deliverable
from deskbell.mail.branding import brand_for
from deskbell.mail.letters import Letter, from_files
from deskbell.mail.models import OutboundMail
from deskbell.mail.queueing import can_be_written_to, enqueue
from deskbell.mail.subscribing import on_end
from deskbell.monitoring.models import Component
from deskbell.people.desk import the_desk
from deskbell.people.models import District, Person

NO_ADDRESS = "“{address}” is no mail address. Write it like name@school.org."


@dataclass(frozen=True)
class Asker:
    """Who asks: in which language, on whose private page (None: the public one), from which machine."""

    language: str
    district: District | None
    machine: str


@transaction.atomic
def ask(address: str, components: Iterable[int], asker: Asker) -> None:
    """Mail the address a link to confirm it, or to manage it if it is subscribed. Raises Refused for
    what is no address, and for a network that asks too often; else nothing tells what happened."""
    address, language, district = address.strip().lower(), asker.language, asker.district
    if not is_deliverable(address):
        raise Refused(say(language, NO_ADDRESS, address=address[:100]))
    if not limits.note(address, asker.machine):
        return
    person = Person.objects.filter(email=address).first() or Person(email=address)
    if not can_be_written_to(person):
        return
    found = _active().filter(person__email=address, district=district).first()
    link = (
        links.to_manage(found)
        if found
        else links.to_confirm(
            Wish(
                address,
                sorted(components),
                language,
                district.pk if district else None,
                keeping_out.sign_of(district),
            )
        )
    )
    what = "You hear from {desk} already" if found else "Confirm that you want news of {desk}"
    enqueue(
        OutboundMail.Kind.RECEIPT,
        person,
        subject=say(language, what, desk=the_desk().name),
        from_name=the_desk().name,
        letter=_letter(address, link, language, district, is_known=bool(found)),
    )


@transaction.atomic
def confirm(wish: Wish) -> Subscriber:
    """They want it: from now on they hear. Confirming again changes nothing; who had ended it begins
    again with what they chose now. Raises NotFound if the district it was asked for is no more, and
    Refused if its page has another address by now."""
    district = None
    if wish.district is not None:
        district = District.objects.filter(pk=wish.district).first()
        if district is None:
            raise NotFound("This link is too old, or incomplete. Ask for a new one.")
    keeping_out.check_link(district, wish.sign, wish.language, locked=True)
    person = Person.objects.with_address(wish.address)
    found, is_new = Subscriber.objects.get_or_create(
        way=Subscriber.Way.MAIL,
        person=person,
        district=district,
        defaults={"language": wish.language, "confirmed_at": clock.now(), "demo": person.demo},
    )
    if is_new or found.ended_at is not None:
        begin(found)
        found.components.set(offered(district).filter(pk__in=wish.components))
    return found


@transaction.atomic
def change(subscriber: Subscriber, components: Iterable[str], *, language: str, zone: str) -> None:
    """What they hear about (none: everything), in which language, by which clock."""
    keys = [primary_key(each) for each in components]
    subscriber.components.set(offered(subscriber.district).filter(pk__in=keys))
    subscriber.language = known(language)
    subscriber.zone = zone if zone in ZONES else ""
    subscriber.save(update_fields=["language", "zone"])


@transaction.atomic
def end(subscriber: Subscriber, *, why: str = "") -> None:
    """They hear nothing more, not even what is on its way to the mail queue. Ending again is harmless."""
    active = Subscriber.objects.filter(pk=subscriber.pk, ended_at=None)
    active.update(ended_at=clock.now(), ended_why=why[:300])
    waiting = Delivery.objects.filter(subscriber=subscriber, state=Delivery.State.QUEUED)
    waiting.update(state=Delivery.State.FAILED, error=ENDED)


def begin_again(subscriber: Subscriber) -> None:
    """Who ended it by mistake hears again, of what comes from now on. Raises Refused if the private page
    has another address by now."""
    if subscriber.ended_at is not None:
        keeping_out.check(subscriber)
        begin(subscriber)


def end_by_link(key: str) -> None:
    """One click in a mail program (RFC 8058): `key` is the subscriber's."""
    found = Subscriber.objects.filter(pk=primary_key(key)).first()
    if found is not None:
        end(found)


def offered(district: District | None) -> QuerySet[Component]:
    """What can be chosen: what the page shows, the public one or the district's."""
    rows = affected.shown_to(district).select_related("service")
    return rows.order_by("service__place", "service__name", "place", "name")


def begin(subscriber: Subscriber) -> None:
    """They hear, of what comes from now on."""
    subscriber.confirmed_at = clock.now()
    subscriber.ended_at, subscriber.ended_why = None, ""
    subscriber.failing_since, subscriber.failing_why = None, ""
    subscriber.save(
        update_fields=["confirmed_at", "ended_at", "ended_why", "failing_since", "failing_why"]
    )


def _active() -> QuerySet[Subscriber]:
    return Subscriber.objects.filter(ended_at=None).exclude(confirmed_at=None)


def _letter(
    address: str, link: str, language: str, district: District | None, *, is_known: bool
) -> Letter:
    words = {
        "lang": language,
        "say": lambda english, **values: say(language, english, **values),
        "desk": the_desk().name,
        "address": address,
        "link": link,
        "is_known": is_known,
    }
    return from_files("incidents/news/confirmation_letter", words, brand=brand_for(district))


on_end(KIND, end_by_link)
