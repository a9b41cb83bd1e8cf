"""The links of subscribers, signed, so that they need no rows: to confirm one, and to manage it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse

from deskbell.incidents.models import Subscriber
from deskbell.incidents.news import keeping_out
from deskbell.lib.errors import NotFound

CONFIRMS = "deskbell.incidents.confirm"
POSTED = "deskbell.incidents.posted"
MANAGES = "deskbell.incidents.manage"
CONFIRM_WITHIN = timedelta(days=3)


@dataclass(frozen=True)
class Wish:
    """What someone asked for by mail, before it is confirmed: nothing of it is stored until then."""

    address: str
    components: list[int] = field(default_factory=list)
    language: str = "en"
    district: int | None = None
    sign: str = ""  # of the private page, as `keeping_out` makes it


def to_confirm(wish: Wish) -> str:
    """The address at which a wish is confirmed; the mail that carries it proves the mailbox."""
    token = signing.dumps(asdict(wish), salt=CONFIRMS, compress=True)
    return settings.DESK_URL + reverse("status-confirm", args=[token])


def wish_of(token: str) -> Wish:
    """What a link confirms. Raises NotFound for one that is too old, changed or made up."""
    try:
        return Wish(**signing.loads(token, salt=CONFIRMS, max_age=CONFIRM_WITHIN))
    except (signing.BadSignature, TypeError) as error:
        raise NotFound("This link is too old, or incomplete. Ask for a new one.") from error


def to_confirm_post(subscriber: Subscriber) -> str:
    """The address at which an address for posts is confirmed; the post that carries it proves it."""
    asked = [subscriber.pk, keeping_out.sign_of(subscriber.district)]
    token = signing.dumps(asked, salt=POSTED)
    return settings.DESK_URL + reverse("status-confirm-post", args=[token])


def to_manage(subscriber: Subscriber) -> str:
    """The address at which a subscriber changes or ends it. It goes to the subscriber alone, for ever."""
    token = signing.dumps(subscriber.pk, salt=MANAGES)
    return settings.DESK_URL + reverse("status-subscription", args=[token])


def posted_of(token: str) -> Subscriber:
    """Whom the link in a post confirms. Raises NotFound for one that is too old, or made up, and Refused
    if the private page has another address by now."""
    pk, sign = _read(token, POSTED, CONFIRM_WITHIN)
    found = _subscriber(pk)
    keeping_out.check_link(found.district, sign, found.language)
    return found


def subscriber_of(token: str) -> Subscriber:
    """Whom a link manages. Raises NotFound, and Refused if the private page has another address by now."""
    found = _subscriber(_read(token, MANAGES, None))
    keeping_out.check(found)
    return found


def _read(token: str, salt: str, max_age: timedelta | None) -> Any:
    try:
        return signing.loads(token, salt=salt, max_age=max_age)
    except signing.BadSignature as error:
        raise NotFound("This link is too old, or incomplete. Ask for a new one.") from error


def _subscriber(pk: int) -> Subscriber:
    found = Subscriber.objects.select_related("person", "district").filter(pk=pk).first()
    if found is None:
        raise NotFound("This link is too old, or incomplete. Ask for a new one.")
    return found
