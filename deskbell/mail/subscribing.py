"""News that someone has subscribed to: queued with one click that ends it (RFC 8058).

A room that has subscriptions says what ending one means: `on_end("status", stop)` in its wiring. The
link is signed, so it needs no row, and names what it ends and for whom.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

from deskbell.lib.errors import NotFound
from deskbell.look.languages import USUAL
from deskbell.mail.letters import Letter
from deskbell.mail.models import OutboundMail
from deskbell.mail.queueing import can_be_written_to, enqueue
from deskbell.people.desk import the_desk
from deskbell.people.models import Person

SALT = "deskbell.mail.subscription"
SPANISH = {
    "Unsubscribe": "Cancelar la suscripción",
    "Done": "Listo",
    "You get no more mails about {what}.": "No recibirá más correos sobre {what}.",
    "Do you want no more mails about {what}?": "¿No quiere recibir más correos sobre {what}?",
}
_ends: dict[str, Callable[[str], None]] = {}


@dataclass(frozen=True)
class Subscription:
    """`kind` names the room's list, `key` the subscription in it, `what` what is read in `language`."""

    kind: str
    key: str
    what: str
    language: str = USUAL


def on_end(kind: str, stop: Callable[[str], None]) -> None:
    """From now on `stop(key)` is called when someone ends a subscription of this kind."""
    _ends[kind] = stop


def send_news(
    to: Person, subscription: Subscription, *, subject: str, letter: Letter
) -> OutboundMail | None:
    """Queue a mail of a subscription; nothing for who can't be reached. Belongs in a transaction."""
    if not can_be_written_to(to) or to.mail_fails_since:
        return None
    (mail,) = enqueue(
        OutboundMail.Kind.NEWS,
        to,
        subject=subject,
        from_name=the_desk().name,
        letter=letter,
        unsubscribe=link_of(subscription),
    )
    return mail


def link_of(subscription: Subscription) -> str:
    """The address at which this subscription ends."""
    token = signing.dumps(list(astuple(subscription)), salt=SALT)
    return settings.DESK_URL + reverse("unsubscribe", args=[token])


def subscription_of(token: str) -> Subscription:
    """What the link of a mail names. Raises NotFound for one that was changed or made up."""
    try:
        return Subscription(*signing.loads(token, salt=SALT))
    except (signing.BadSignature, TypeError) as error:
        raise NotFound("There is no such subscription, or its link is incomplete.") from error


def end(subscription: Subscription) -> None:
    """End it; ending it again is harmless."""
    if stop := _ends.get(subscription.kind):
        stop(subscription.key)
