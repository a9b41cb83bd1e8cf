"""Swaps: asked for, taken by the app or a mail's button, undone together (S1)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.mail.models import OutboundMail
from deskbell.oncall import overriding, schedules, swapping
from deskbell.oncall.models import Override, Schedule, Swap
from deskbell.oncall.swapping import Ask
from deskbell.oncall.tests.conftest import names
from deskbell.people.models import Notice
from tests.town import Town, at

pytestmark = pytest.mark.django_db
NOON = "2026-11-24 12:00"
THIS = (at("2026-11-28 00:00"), at("2026-11-30 09:00"))  # the weekend of Ana's week
NEXT = (at("2026-12-05 00:00"), at("2026-12-07 09:00"))  # of Ben's


@pytest.fixture
def primary(town: Town, rota: Callable[..., None]) -> Schedule:
    rota(town.ana, town.ben)
    return schedules.ensure_default_schedule()


@pytest.fixture
def asked(town: Town, primary: Schedule) -> Swap:
    with moved_to(at(NOON)):
        return swapping.ask(primary, Ask(THIS, town.ben, NEXT, "My sister marries"), by=town.ana)


def weekends(primary: Schedule) -> list[str]:
    with moved_to(at(NOON)):
        return [names(schedules.on_call(primary, span[0]))[0] for span in (THIS, NEXT)]


def link() -> str:
    text = OutboundMail.objects.get(subject="Ana Alvarez asks you for a swap").text
    (found,) = [line for line in text.splitlines() if "/swap/" in line]
    return "/swap/" + found.rpartition("/swap/")[2]


def test_a_link_shows_and_its_button_takes_it_both_ways_s1(
    town: Town, client: Client, primary: Schedule, asked: Swap
) -> None:
    with moved_to(at(NOON)):
        page = client.get(link()).text
        assert "My sister marries" in page and "I take it" in page
        assert weekends(primary) == ["Ana", "Ben"]  # opening it answers nothing
        client.post(link(), {"answer": "take"})
        assert weekends(primary) == ["Ben", "Ana"]
        assert "Taken" in client.get(link()).text
        assert "taken already" in client.post(link(), {"answer": "take"}).text
    assert Notice.objects.filter(
        recipient=town.ana, text__startswith="Ben Baker has taken"
    ).exists()


def test_both_overrides_of_a_swap_are_undone_together_s1(
    town: Town, primary: Schedule, asked: Swap
) -> None:
    with moved_to(at(NOON)):
        swapping.take(asked, by=town.ben)
        assert Override.objects.filter(swap=asked, undone_at=None).count() == 2
        overriding.undo(Override.objects.latest("id"), by=town.ben)
        assert weekends(primary) == ["Ana", "Ben"]
        with pytest.raises(Refused, match="taken back already"):
            swapping.take_back(asked, by=town.ana)


def test_only_who_was_asked_takes_or_declines_it(
    town: Town, primary: Schedule, asked: Swap
) -> None:
    with moved_to(at(NOON)):
        for who, sentence in ((town.ana, "your own turn"), (town.eve, "asked of Ben Baker")):
            with pytest.raises(Refused, match=sentence):
                swapping.take(asked, by=who)
        with pytest.raises(Refused, match="can decline"):
            swapping.decline(asked, by=town.eve)
        swapping.decline(asked, by=town.ben)
    assert weekends(primary) == ["Ana", "Ben"]


def test_what_is_asked_of_everyone_goes_to_the_first_who_takes_it(
    town: Town, client: Client, primary: Schedule
) -> None:
    with moved_to(at(NOON)):
        made = swapping.ask(primary, Ask(THIS), by=town.ana)
        assert made.token_digest is None  # nobody to whom a link could belong
        client.force_login(town.eve.person)
        assert "asks to be relieved" in client.get("/oncall/mine").text
        client.post(f"/oncall/swaps/{made.pk}/answer", {"answer": "take"})
        assert weekends(primary) == ["Eve", "Ben"]
        client.post(f"/oncall/swaps/{made.pk}/answer", {"answer": "undo"})
    assert weekends(primary) == ["Ana", "Ben"]


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (Ask(NEXT), "nothing to swap"),
        (Ask((THIS[1], THIS[0])), "must end after"),
        (Ask((at("2026-11-23 12:00"), THIS[1])), "lies ahead"),
        (Ask(THIS, None, NEXT), "choose whom you ask"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    town: Town, primary: Schedule, ask: Ask, sentence: str
) -> None:
    with moved_to(at(NOON)), pytest.raises(Refused, match=sentence):
        swapping.ask(primary, ask, by=town.ana)


def test_the_form_asks_and_who_asked_withdraws(
    town: Town, client: Client, primary: Schedule
) -> None:
    client.force_login(town.ana.person)
    address = f"/oncall/schedules/{primary.pk}/swaps"
    with moved_to(at(NOON)):
        assert "2026-11-28T00:00" in client.get(f"{address}?from=2026-11-28T00:00&to=x").text
        form = {"from": "2026-11-28T00:00", "to": "2026-11-30T09:00", "of": str(town.ben.pk)}
        assert client.post(address, form).status_code == 302
        made = Swap.objects.get()
        assert (made.starts_at, made.ends_at, made.asked_of) == (*THIS, town.ben)
        client.post(f"/oncall/swaps/{made.pk}/answer", {"answer": "withdraw"})
        made.refresh_from_db()
        assert made.state == "withdrawn"
        assert client.post(f"/oncall/swaps/{made.pk}/answer", {"answer": "x"}).status_code == 422
