"""When the desk calls for a person, and when it doesn't (E3, E10, K6)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deskbell.lib.clock import moved_to
from deskbell.mail.models import OutboundMail
from deskbell.oncall import replies
from deskbell.oncall.models import Call, Page
from deskbell.oncall.tests.conftest import NIGHT, TUESDAY
from deskbell.people.models import Notice, Team
from deskbell.sla import timers
from deskbell.sla.policies import current_version
from deskbell.sla.versions import make
from deskbell.tickets import triage
from deskbell.tickets.escalating import HandOver, escalate
from deskbell.tickets.events import Kind
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Ticket, TicketEvent
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import reply
from deskbell.tickets.words import Words
from tests.town import Town, at

pytestmark = pytest.mark.django_db
Opens = Callable[..., Ticket]


@pytest.mark.parametrize("when", [NIGHT, TUESDAY])
def test_an_alert_pages_who_is_on_call_by_mail_and_in_the_app_at_any_hour(
    town: Town, rota: Callable[..., None], alarm: Opens, when: str
) -> None:
    rota(town.ana, town.ben)
    ticket = alarm(when)
    assert sorted(Page.objects.values_list("agent__person__name", "way")) == [
        ("Ana Alvarez", "app"),
        ("Ana Alvarez", "mail"),
    ]
    notice = Notice.objects.get(recipient=town.ana, urgent=True)
    assert notice.path == f"/tickets/{ticket.number}"
    assert "Streaming is down" in notice.text


def test_the_mail_says_what_it_is_and_links_to_a_button(
    town: Town, rota: Callable[..., None], alarm: Opens
) -> None:
    rota(town.ana)
    ticket = alarm()
    page = Page.objects.get(way="mail")
    assert page.mail and page.token_digest
    assert page.mail.subject == f"[Urgent] Streaming is down (#{ticket.number})"
    assert "/page/" in page.mail.text
    assert "since Tue, Nov 24, 3:00 am Eastern." in page.mail.text


def test_pages_and_what_causes_them_are_written_in_one_transaction_e3(
    town: Town, rota: Callable[..., None], alarm: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: object, **options: object) -> None:
        raise RuntimeError("no mail can be queued")

    rota(town.ana)
    monkeypatch.setattr(OutboundMail, "save", fails)
    with pytest.raises(RuntimeError):
        alarm()
    assert not Ticket.objects.exists()
    assert not Page.objects.exists()


def test_each_page_stands_in_the_tickets_history(
    town: Town, rota: Callable[..., None], alarm: Opens
) -> None:
    rota(town.ana)
    event = alarm().events.get(kind=Kind.PAGED)
    assert event.data == {
        "to": town.ana.pk,
        "agent": "Ana Alvarez",
        "way": "by mail and in the app",
        "round": 1,
        "call": Call.objects.get().pk,
    }


def test_an_episode_that_ends_stops_the_call_and_says_that_it_is_over_k6(
    town: Town, rota: Callable[..., None], alarm: Opens
) -> None:
    rota(town.ana)
    alarm("2026-11-24 03:00")
    alarm("2026-11-24 03:02", ended=True)
    call = Call.objects.get()
    assert (call.state, call.next_at) == ("over", None)
    over = OutboundMail.objects.latest("id")
    assert over.subject.startswith("It is over: Streaming is down")
    assert Notice.objects.filter(recipient=town.ana, text__startswith="It is over").exists()


@pytest.mark.parametrize(
    ("when", "impact", "pages"),
    [
        ("2026-11-24 03:00", Impact.URGENT, True),  # Tuesday at 3 in the morning
        ("2026-11-24 10:00", Impact.URGENT, False),  # a team is on shift
        ("2026-11-24 03:00", Impact.HIGH, True),  # 24/5 is open
        ("2026-11-22 03:00", Impact.HIGH, False),  # Sunday: 24/5 is closed
        ("2026-11-22 03:00", Impact.URGENT, True),
        ("2026-11-26 10:00", Impact.URGENT, True),  # Thanksgiving: no team is on shift
        ("2026-11-24 19:00", Impact.URGENT, True),  # the first instant after hours
        ("2026-11-24 18:59", Impact.URGENT, False),
        ("2026-11-24 03:00", Impact.NORMAL, False),
    ],
)
def test_a_customers_emergency_pages_when_no_team_is_on_shift_e10(
    town: Town, rota: Callable[..., None], mail: Opens, when: str, impact: Impact, pages: bool
) -> None:
    rota(town.ana)
    ticket = mail(when, impact)
    assert Call.objects.filter(ticket=ticket).exists() is pages
    if pages:
        assert Call.objects.get().reason == f"{impact.label} ticket outside the team's hours"


def test_a_change_of_impact_at_night_pages_e10(
    town: Town, rota: Callable[..., None], mail: Opens
) -> None:
    rota(town.ana)
    ticket = mail(NIGHT, Impact.NORMAL)
    with moved_to(at("2026-11-24 03:10")):
        triage.set_impact(ticket, Impact.URGENT, by=town.ben)
    assert Call.objects.get().ticket == ticket


def test_a_warned_clock_of_an_urgent_ticket_pages_again_after_it_was_acknowledged_e10(
    town: Town, rota: Callable[..., None], mail: Opens
) -> None:
    rota(town.ana)
    ticket = mail("2026-11-24 03:00")
    with moved_to(at("2026-11-24 03:01")):
        replies.acknowledge(ticket, by=town.ana)
    with moved_to(at("2026-11-24 03:12")):
        timers.tell_what_is_due()
    assert [c.reason for c in Call.objects.order_by("id")] == [
        "Urgent ticket outside the team's hours",
        "First reply is due soon: Urgent ticket",
    ]


def test_a_warned_clock_joins_the_call_that_rings_e10(
    town: Town, rota: Callable[..., None], mail: Opens
) -> None:
    rota(town.ana)
    mail("2026-11-24 03:00")
    with moved_to(at("2026-11-24 03:16")):
        timers.tell_what_is_due()
    assert Call.objects.count() == 1


def test_the_make_believe_town_pages_nobody(
    town: Town, rota: Callable[..., None], mail: Opens
) -> None:
    rota(town.ana)
    town.tess.demo = True
    town.tess.save()
    mail(NIGHT)
    assert not Call.objects.exists()
    assert not TicketEvent.objects.filter(kind=Kind.PAGED).exists()


def test_a_clock_pages_only_at_the_steps_where_its_ladder_says_so_e10(
    town: Town, rota: Callable[..., None]
) -> None:
    version = current_version()
    ladder = [{"at": "warning", "tell": ["assignee"]}, {"at": "breach", "tell": ["oncall"]}]
    make(version.policy, version.document, ladder=ladder, reason="Page at the breach alone")
    rota(town.ana)
    with moved_to(at("2026-11-19 18:40")):
        open_for_customer("Dark", Words("Dark"), requester=town.tess, impact=Impact.HIGH)
    with moved_to(at("2026-11-19 19:30")):
        timers.step()
    assert Call.objects.count() == 0
    with moved_to(at("2026-11-19 19:41")):
        timers.step()
    assert Call.objects.get().reason == "First reply is late: High ticket"


def test_an_escalation_that_nobody_takes_over_at_night_pages_if_the_ladder_says_so_k16_e10(
    town: Town, rota: Callable[..., None]
) -> None:
    version = current_version()
    within = {"high": {"target": 3600, "coverage": "always"}}
    document = {**version.document, "escalation": {"2": within}}
    ladder = [{"at": "warning", "tell": ["assignee"]}, {"at": "breach", "tell": ["oncall"]}]
    make(version.policy, document, ladder=ladder, reason="Take over at night too")
    rota(town.ana)
    with moved_to(at("2026-11-19 18:30")):
        dark = open_for_customer("Dark", Words("Dark"), requester=town.tess, impact=Impact.HIGH)
        reply(dark, Words("We are at it"), by=town.ben)
        why = HandOver("Needs the logs", "Dark", "Restarted it", "Look")
        escalate(dark, Team.objects.get(name="Engineering"), why, by=town.ben)
    with moved_to(at("2026-11-19 19:31")):
        timers.step()
    assert Call.objects.get().reason == "Take over is late: High ticket"


def test_billing_pages_nobody_and_its_clocks_tell_only_who_may_read_it_p9(
    town: Town, rota: Callable[..., None]
) -> None:
    town.ben.teams.set([Team.objects.get(name="Billing")])
    rota(town.ana)
    with moved_to(at("2026-11-24 03:00")):
        bill = open_for_customer(
            "Invoice", Words("?"), requester=town.olivia, category="billing", impact=Impact.URGENT
        )
    with moved_to(at("2026-11-24 05:00")):
        timers.step()
    assert TicketEvent.objects.filter(ticket=bill, kind="breached").exists()
    assert not Call.objects.exists()
    told = {notice.recipient for notice in Notice.objects.all()}
    assert town.ben in told
    assert told <= {town.ben, town.max, town.ada}
