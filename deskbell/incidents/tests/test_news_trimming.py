"""News that are old go, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

from deskbell.incidents.models import Delivery
from deskbell.incidents.news import trimming
from deskbell.incidents.tests.news import hand_on, incident, subscriber, tell
from deskbell.lib import clock
from deskbell.mail.models import MailId, OutboundMail
from tests.town import Town

Sent = Callable[[], list[EmailMessage]]


def after(days: int) -> tuple[int, int, int]:
    """How many mails, Message-IDs and deliveries are left so much later."""
    with clock.moved_to(clock.now() + timedelta(days=days)):
        trimming.step()
    return OutboundMail.objects.count(), MailId.objects.count(), Delivery.objects.count()


def test_mails_go_after_a_week_and_deliveries_when_the_incident_is_long_over(
    town: Town, sent: Sent
) -> None:
    subscriber("ivy@school.example")
    one = incident(town)
    tell(town, one)
    hand_on()
    sent()
    assert after(6) == (1, 1, 1)
    assert after(8) == (0, 0, 1)
    assert after(100) == (0, 0, 1)
    tell(town, one, phase="resolved")
    assert after(100)[2] == 1  # the news of its end wait to be sent
    hand_on()
    assert after(100)[2] == 0


def test_what_waits_stays(town: Town) -> None:
    subscriber("ivy@school.example")
    tell(town, incident(town))
    hand_on()
    assert after(8) == (1, 1, 1)
