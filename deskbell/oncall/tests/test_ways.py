"""A page by mail goes as far as its mail (E3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from deskbell.lib.clock import moved_to
from deskbell.lib.telling import tell
from deskbell.mail import sending
from deskbell.mail.facts import MailMoved
from deskbell.mail.models import OutboundMail
from deskbell.oncall.models import Page
from deskbell.tickets.models import Ticket
from tests.town import Town, at

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", ["queued", "sent", "failed"])
def test_a_page_is_sent_only_once_its_mail_has_left_the_desk_e3(
    town: Town, rota: Callable[..., None], alarm: Callable[..., Ticket], state: str
) -> None:
    rota(town.ana)
    alarm()
    page = Page.objects.get(way="mail")
    assert (page.state, page.sent_at) == ("queued", None)
    mail = OutboundMail.objects.get()
    mail.state, mail.sent_at = state, at("2026-11-24 03:00:01") if state == "sent" else None
    mail.save()
    with transaction.atomic():
        tell(MailMoved(mail))
    page.refresh_from_db()
    assert (page.state, page.sent_at) == (state, mail.sent_at)


def test_a_page_in_the_hand_of_a_worker_that_died_leaves_20_seconds_later_e3(
    town: Town,
    rota: Callable[..., None],
    alarm: Callable[..., Ticket],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def dies(*args: object) -> None:
        raise KeyboardInterrupt

    rota(town.ana)
    alarm("2026-11-24 03:00")
    with monkeypatch.context() as patched, moved_to(at("2026-11-24 03:00")):
        patched.setattr(sending, "_send", dies)
        with pytest.raises(KeyboardInterrupt):
            sending.send_what_is_due()
    with moved_to(at("2026-11-24 03:00:19")):
        assert sending.send_what_is_due() == 0
    with moved_to(at("2026-11-24 03:00:21")):
        assert sending.send_what_is_due() == 1
    assert Page.objects.get(way="mail").state == "sent"


def test_a_page_in_the_app_is_there_at_once(
    town: Town, rota: Callable[..., None], alarm: Callable[..., Ticket]
) -> None:
    rota(town.ana)
    alarm()
    page = Page.objects.get(way="app")
    assert (page.state, page.sent_at) == ("sent", at("2026-11-24 03:00"))


def test_the_mail_carries_the_link_in_text_and_in_html(
    town: Town, rota: Callable[..., None], alarm: Callable[..., Ticket]
) -> None:
    rota(town.ana)
    alarm()
    mail = OutboundMail.objects.get()
    (link,) = [line for line in mail.text.splitlines() if "/page/" in line]
    assert f'href="{link}"' in mail.html
    assert (mail.to_address, mail.to_name) == ("ana@desk.example", "Ana Alvarez")


def test_the_first_page_of_an_emergency_overtakes_all_mails_that_wait_e5(
    town: Town, rota: Callable[..., None], alarm: Callable[..., Ticket]
) -> None:
    rota(town.ana)
    with moved_to(at("2026-11-24 02:00")):
        OutboundMail.objects.bulk_create(
            OutboundMail(kind="notice", to_address="ana@desk.example", mail_id=f"<{number}>")
            for number in range(sending.BATCH * 3)
        )
    alarm("2026-11-24 03:00")
    with moved_to(at("2026-11-24 03:00")):
        sending.send_what_is_due()
    assert Page.objects.get(way="mail").state == "sent"


def test_an_emergency_that_comes_while_a_batch_is_sent_waits_for_one_mail_and_not_for_all_e5(
    town: Town,
    rota: Callable[..., None],
    alarm: Callable[..., Ticket],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rota(town.ana)
    with moved_to(at("2026-11-24 02:00")):
        OutboundMail.objects.bulk_create(
            OutboundMail(kind="notice", to_address="ana@desk.example", mail_id=f"<{number}>")
            for number in range(sending.BATCH)
        )
    send = sending._send

    def sends_while_something_breaks(*args: Any) -> None:
        send(*args)
        if not Page.objects.exists():
            alarm("2026-11-24 03:00")

    monkeypatch.setattr(sending, "_send", sends_while_something_breaks)
    with moved_to(at("2026-11-24 03:00")):
        assert sending.send_what_is_due() == 1
        sending.send_what_is_due()
    assert Page.objects.get(way="mail").state == "sent"
    assert not OutboundMail.objects.filter(state="queued", leased_until=None).exclude(
        next_attempt_at__lte=at("2026-11-24 02:00")
    )
