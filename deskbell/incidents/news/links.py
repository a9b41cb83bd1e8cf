"""The links of subscribers, signed, so that they need no rows: to confirm one, and to manage it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from deskbell.incidents.models import Subscriber
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
    token = signing.dumps(subscriber.pk, salt=POSTED)
    return settings.DESK_URL + reverse("status-confirm-post", args=[token])


def to_manage(subscriber: Subscriber) -> str:
    """The address at which a subscriber changes or ends it. It goes to the subscriber alone, for ever."""
    token = signing.dumps(subscriber.pk, salt=MANAGES)
    return settings.DESK_URL + reverse("status-subscription", args=[token])


def posted_of(token: str) -> Subscriber:
    """Whom the link in a post confirms. Raises NotFound for one that is too old, or made up."""
    return _subscriber(token, POSTED, CONFIRM_WITHIN)


def subscriber_of(token: str) -> Subscriber:
    """Whom a link manages. Raises NotFound."""
    return _subscriber(token, MANAGES, None)


def _subscriber(token: str, salt: str, max_age: timedelta | None) -> Subscriber:
    try:
        pk = signing.loads(token, salt=salt, max_age=max_age)
    except signing.BadSignature as error:
        raise NotFound("This link is too old, or incomplete. Ask for a new one.") from error
    found = Subscriber.objects.select_related("person", "district").filter(pk=pk).first()
    if found is None:
        raise NotFound("This link is too old, or incomplete. Ask for a new one.")
    return found
