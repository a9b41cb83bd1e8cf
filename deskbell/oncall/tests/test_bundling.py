"""Storms: at most five messages a minute to each method, the rest in one, and nothing is dropped (E5, K6)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from deskbell.lib.clock import moved_to
from deskbell.lib.telling import tell
from deskbell.mail.facts import MailMoved
from deskbell.mail.models import OutboundMail
from deskbell.oncall import escalating, replies
from deskbell.oncall.models import Call, Method, Page
from deskbell.oncall.tests.http_provider import START, Provider, Worker, add_method, answering
from deskbell.tickets.models import Ticket
from tests.town import Town, at

pytestmark = pytest.mark.django_db
Opens = Callable[..., Ticket]


@pytest.fixture
def storm(
    town: Town, rota: Callable[..., None], alarm: Opens, provider: Provider
) -> Callable[..., Method]:
    """storm(8): so many calls that page Ana, none of them an emergency's first."""
    rota(town.ana)

    def break_out(count: int) -> Method:
        method = add_method(town.ana, provider)
        for number in range(count):
            alarm("2026-11-24 03:00", key=f"key {number}", title=f"Down {number}")
        Page.objects.update(is_first=False)
        return method

    return break_out


def test_five_messages_leave_in_a_minute_and_the_last_tells_the_rest_e5(
    storm: Callable[..., Method], provider: Provider, worker: Worker
) -> None:
    storm(9)
    worker.works(1)
    assert [told["kind"] for told in provider.got] == ["page"] * 4 + ["bundle"]
    bundle = provider.got[-1]
    assert bundle["title"].startswith("[Urgent] 5 alarms, first of them Down ")
    assert sum(f"Down {number} (#" in bundle["text"] for number in range(4, 9)) == 5
    assert bundle["link"] == ""
    carrier = Page.objects.get(said="number 5")
    assert Page.objects.filter(state="bundled", bundled_in=carrier).count() == 4
    assert Page.objects.filter(state="sent").count() == 5


def test_what_comes_after_the_fifth_waits_for_the_minute_and_then_leaves_in_one_e5(
    storm: Callable[..., Method], provider: Provider, worker: Worker, alarm: Opens
) -> None:
    storm(5)
    worker.works(1)
    for number in range(3):
        alarm("2026-11-24 03:00:02", key=f"late {number}")
    Page.objects.update(is_first=False)
    worker.works(30)
    assert len(provider.got) == 5
    assert Page.objects.filter(state="queued").count() == 3
    worker.works(62)
    assert Page.objects.filter(state="queued").count() == 0
    assert len(provider.got) == 8


def test_the_first_page_of_an_emergency_waits_for_no_minute_e5(
    storm: Callable[..., Method], provider: Provider, worker: Worker, alarm: Opens
) -> None:
    storm(9)
    worker.works(1)
    alarm("2026-11-24 03:00:02", key="emergency", title="All is down")
    worker.works(2)
    assert provider.got[-1]["title"].startswith("[Urgent] All is down")
    assert provider.got[-1]["kind"] == "page"


def test_a_bundle_that_was_not_taken_leaves_nothing_behind_e5(
    storm: Callable[..., Method], provider: Provider, worker: Worker
) -> None:
    storm(9)
    provider.answers = [lambda *told: answering(200)(*told)] * 4 + [answering(503)]
    worker.works(1)
    assert Page.objects.filter(state="queued", leased_until=None).count() == 5
    worker.works(7)
    assert Page.objects.filter(state="queued").count() == 0
    assert provider.got[-1]["kind"] == "bundle"


def test_a_bundle_tells_only_what_still_rings_e5(
    storm: Callable[..., Method], provider: Provider, worker: Worker, town: Town
) -> None:
    storm(9)
    Call.objects.filter(ticket__subject="Down 8").update(state="over", next_at=None)
    worker.works(1)
    assert "Down 8" not in provider.got[-1]["text"]
    assert Page.objects.filter(state="dropped").count() == 1


def test_a_method_is_not_burdened_with_another_persons_storm_e5(
    storm: Callable[..., Method], provider: Provider, worker: Worker, town: Town
) -> None:
    storm(9)
    other = add_method(town.ben, provider, name="Ben's phone")
    Page.objects.filter(call__ticket__subject="Down 8").update(agent=town.ben, method=other)
    worker.works(1)
    assert [told["kind"] for told in provider.got if told["to"] == "Ben's phone"] == ["page"]


def test_who_was_paged_hears_that_someone_else_has_it_k6(
    town: Town, rota: Callable[..., None], alarm: Opens, provider: Provider, worker: Worker
) -> None:
    rota(town.ana)
    add_method(town.ana, provider)
    ticket = alarm()
    worker.works(1)
    with moved_to(at("2026-11-24 03:01")):
        replies.acknowledge(ticket, by=town.ben)
    worker.works(60)
    page, over = provider.got
    assert over["title"] == f"Ben Baker has it: Streaming is down (#{ticket.number})"
    assert (over["kind"], over["key"], over["link"]) == ("over", page["key"], "")
    worker.works(120)
    assert len(provider.got) == 2
    assert Page.objects.get().over_told_at == at("2026-11-24 03:01")


def test_who_has_answered_is_not_told_so_but_a_channel_is_k6(
    town: Town, rota: Callable[..., None], alarm: Opens, provider: Provider, worker: Worker
) -> None:
    rota(town.ana)
    add_method(town.ana, provider)
    add_method(town.ana, provider, way="slack", name="#alarms")
    ticket = alarm()
    worker.works(1)
    with moved_to(at("2026-11-24 03:01")):
        replies.acknowledge(ticket, by=town.ana)
    worker.works(60)
    assert [told["to"] for told in provider.got if told["kind"] == "over"] == ["#alarms"]


def test_what_ends_by_itself_is_told_once_to_each_method_k6(
    town: Town, rota: Callable[..., None], alarm: Opens, provider: Provider, worker: Worker
) -> None:
    rota(town.ana)
    add_method(town.ana, provider)
    alarm("2026-11-24 03:00")
    worker.works(1)
    alarm("2026-11-24 03:02", ended=True)
    provider.answers = [answering(500)]
    worker.works(120)
    worker.works(131)
    worker.works(300)
    overs = [told for told in provider.got if told["kind"] == "over"]
    assert len(overs) == 2  # the first was not taken
    assert overs[0]["title"].startswith("It is over: Streaming is down")


def test_a_page_that_is_with_the_provider_while_it_is_answered_is_told_to_be_over_k6(
    town: Town, rota: Callable[..., None], alarm: Opens, provider: Provider, worker: Worker
) -> None:
    rota(town.ana)
    add_method(town.ana, provider)
    ticket = alarm()
    with moved_to(START):
        worker.dispatch.step()
        provider.wait_for(1)
        replies.acknowledge(ticket, by=town.ben)
        assert Page.objects.get().state == "dropped"
    worker.works(1)
    assert Page.objects.get().state == "sent"
    assert [told["kind"] for told in provider.got] == ["page", "over"]


def test_nobody_is_told_that_it_is_over_who_was_never_told_that_it_began_k6(
    town: Town, rota: Callable[..., None], alarm: Opens, provider: Provider, worker: Worker
) -> None:
    rota(town.ana)
    add_method(town.ana, provider)
    provider.answers = [answering(500)]
    ticket = alarm()
    worker.works(0)
    with moved_to(START):
        replies.acknowledge(ticket, by=town.ben)
    worker.works(1)
    assert len(provider.got) == 1


@pytest.fixture
def mails(town: Town, rota: Callable[..., None], alarm: Opens) -> Callable[..., list[str]]:
    """mails(): the subjects of what was written to Ana from 03:05 on; mails(9) lets so many calls go into
    their second round then."""
    rota(town.ana)
    second_round = at("2026-11-24 03:05")

    def subjects(count: int = 0) -> list[str]:
        for number in range(count):
            alarm("2026-11-24 03:00", key=f"key {number}", title=f"Down {number}")
        if count:
            with moved_to(second_round):
                escalating.step()
        written = OutboundMail.objects.filter(
            to_address="ana@desk.example", created_at__gte=second_round
        )
        return list(written.order_by("id").values_list("subject", flat=True))

    return subjects


def test_by_mail_too_the_fifth_message_of_a_minute_tells_the_rest_e5(
    mails: Callable[..., list[str]], worker: Worker
) -> None:
    assert len(mails(9)) == 4
    worker.works(301)
    assert len(mails()) == 5
    assert mails()[-1].startswith("[Urgent] 5 alarms, first of them Down ")
    mail = OutboundMail.objects.filter(to_address="ana@desk.example").latest("id")
    assert sum(f"Down {number} (#" in mail.text for number in range(4, 9)) == 5
    assert "/oncall/calls" in mail.text and "/page/" not in mail.text
    assert Page.objects.filter(way="mail", state="bundled", bundled_in__mail=mail).count() == 4


def test_mails_that_were_held_back_leave_when_the_minute_is_over_e5(
    mails: Callable[..., list[str]], worker: Worker, alarm: Opens, town: Town
) -> None:
    mails(9)
    worker.works(301)
    assert len(mails()) == 5
    carried = Page.objects.filter(agent=town.ana, way="mail", state="bundled")
    carried.update(state="queued", bundled_in=None)
    worker.works(330)
    assert len(mails()) == 5
    worker.works(362)
    assert len(mails()) == 9
    assert not Page.objects.filter(way="mail", state="queued", mail=None).exists()


def test_an_emergency_by_mail_waits_for_no_minute_e5(
    mails: Callable[..., list[str]], worker: Worker, alarm: Opens
) -> None:
    mails(9)
    worker.works(301)
    alarm("2026-11-24 03:05:02", key="all", title="All is down")
    assert mails()[-1].startswith("[Urgent] All is down")


def test_a_mail_that_told_several_and_came_back_has_told_none_e5(
    mails: Callable[..., list[str]], worker: Worker
) -> None:
    mails(9)
    worker.works(301)
    mail = OutboundMail.objects.filter(to_address="ana@desk.example").latest("id")
    mail.state = "bounced"
    mail.save()
    with transaction.atomic():
        tell(MailMoved(mail))
    assert Page.objects.filter(way="mail", state="failed").count() == 5
