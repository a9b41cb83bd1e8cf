"""One change to many tickets: begun in the list, done in the background, followed, and taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.people.models import Team
from deskbell.realtime.models import LiveEvent
from deskbell.sla.models import Clock
from deskbell.tickets.assigning import assign
from deskbell.tickets.bulk import changing
from deskbell.tickets.bulk.kinds import KINDS
from deskbell.tickets.bulk.models import BulkChange, BulkLine
from deskbell.tickets.models import State, Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import reply
from deskbell.tickets.solving import set_state
from deskbell.tickets.tagging import tag
from deskbell.tickets.words import Words
from tests.town import Town


@pytest.fixture
def three(town: Town) -> list[int]:
    """The numbers of three tickets of a teacher."""
    return [
        open_for_customer(f"number {number}", Words("Help"), requester=town.tess).pk
        for number in range(3)
    ]


def do_jobs() -> None:
    """Do what a worker would be asked to do, on this connection."""
    asked = ProcrastinateJob.objects.filter(task_name="change_in_bulk").order_by("id")
    for pk in [job.args["pk"] for job in asked]:
        change = BulkChange.objects.select_related("by__person").get(pk=pk)
        if change.finished_at is None:
            changing.carry_out(change)


def send(browser: Client, numbers: list[int], kind: str, value: str, **more: str) -> BulkChange:
    form = {"numbers": ",".join(map(str, numbers)), "kind": kind, "value": value, **more}
    answer = browser.post("/inbox/bulk", form)
    assert answer.status_code == 200, answer.content.decode()
    do_jobs()
    return BulkChange.objects.latest("pk")


def standing(numbers: list[int], column: str) -> list[object]:
    return list(Ticket.objects.filter(pk__in=numbers).order_by("pk").values_list(column, flat=True))


def test_many_are_given_to_someone_and_back(town: Town, browser: Client, three: list[int]) -> None:
    assign(Ticket.objects.get(pk=three[0]), town.ben, by=town.ana)
    change = send(browser, three, "assignee", str(town.eve.pk))
    assert standing(three, "assignee") == [town.eve.pk] * 3
    page = browser.get(f"/inbox/bulk/{change.pk}").content.decode()
    assert "Give to Eve Engström:</strong> 3 changed." in page
    assert "Undo" in page
    browser.post(f"/inbox/bulk/{change.pk}/undo")
    do_jobs()
    assert standing(three, "assignee") == [town.ben.pk, None, None]
    assert "Undo" not in browser.get(f"/inbox/bulk/{change.pk}").content.decode()


def test_what_someone_has_changed_since_stays(
    town: Town, browser: Client, three: list[int]
) -> None:
    change = send(browser, three, "impact", "urgent")
    set_state(Ticket.objects.get(pk=three[1]), State.WAITING, by=town.ben)
    Ticket.objects.filter(pk=three[2]).update(impact="low")
    back = changing.begin_undoing(change.pk, by=town.ana)
    changing.carry_out(back)
    assert standing(three, "impact") == ["normal", "normal", "low"]
    line = back.lines.get(ticket=three[2])
    assert (line.outcome, line.note) == ("refused", "Someone has changed it since.")


def test_what_waits_for_an_answer_is_not_solved_unless_that_is_meant(
    town: Town, browser: Client, three: list[int]
) -> None:
    """K14, for each of them alone."""
    reply(Ticket.objects.get(pk=three[0]), Words("Done"), by=town.ana)
    change = send(browser, three, "state", "solved")
    assert standing(three, "state") == ["solved", "open", "open"]
    page = browser.get(f"/inbox/bulk/{change.pk}").content.decode()
    assert "1 changed, 2 left as they are" in page
    assert "Solve these without an answer" in page
    send(browser, three[1:], "state", "solved", unanswered="yes")
    assert standing(three, "state") == ["solved"] * 3


def test_each_ticket_has_its_own_event_and_clocks(
    town: Town, browser: Client, three: list[int]
) -> None:
    send(browser, three, "impact", "urgent")
    for number in three:
        event = Ticket.objects.get(pk=number).events.get(kind="impact")
        assert (event.by, event.data["to"]) == (town.ana.person, "urgent")
        assert Clock.objects.filter(ticket=number, coverage="around_the_clock").exists() or (
            Clock.objects.filter(ticket=number, target__lt=timedelta(hours=2)).exists()
        )
    assert LiveEvent.objects.filter(name="row").count() >= 3


@pytest.mark.parametrize(
    ("kind", "value", "column", "after", "before"),
    [
        ("tag", "#Lab 3", "tags", ["devices", "lab 3"], ["devices"]),
        ("untag", "devices", "tags", [], ["devices"]),
        ("state", "pending", "state", "pending", "open"),
    ],
)
def test_each_kind_goes_there_and_back(
    kind: str,
    value: str,
    column: str,
    after: object,
    before: object,
    town: Town,
    browser: Client,
    three: list[int],
) -> None:
    for number in three:
        tag(Ticket.objects.get(pk=number), "devices", by=town.ana)
    change = send(browser, three, kind, value)
    assert standing(three, column) == [after] * 3
    browser.post(f"/inbox/bulk/{change.pk}/undo")
    do_jobs()
    assert standing(three, column) == [before] * 3


def test_a_team_comes_back_with_its_assignee(town: Town, browser: Client, three: list[int]) -> None:
    support, billing = Team.objects.get(name="Support"), Team.objects.get(purpose="billing")
    town.ben.teams.set([support])
    assign(Ticket.objects.get(pk=three[0]), town.ben, by=town.ana)
    change = send(browser, three, "team", str(billing.pk))
    assert standing(three, "team") == [billing.pk] * 3
    assert standing(three, "assignee") == [None] * 3
    browser.post(f"/inbox/bulk/{change.pk}/undo")
    do_jobs()
    assert standing(three, "team") == [support.pk] * 3
    assert standing(three, "assignee") == [town.ben.pk, None, None]


def test_many_are_snoozed_and_woken(town: Town, browser: Client, three: list[int]) -> None:
    change = send(browser, three, "snooze", "4h")
    for until in standing(three, "snoozed_until"):
        assert timedelta(hours=3) < until - clock.now() <= timedelta(hours=4)  # type: ignore[operator]
    changing.carry_out(changing.begin_undoing(change.pk, by=town.ana))
    assert standing(three, "snoozed_until") == [None] * 3


def test_the_whole_list_is_what_its_question_finds(
    town: Town, browser: Client, three: list[int]
) -> None:
    other = open_for_customer("Lunch", Words("Help"), requester=town.sam)
    browser.post(
        "/inbox/bulk",
        {"all": "yes", "q": "district:north", "kind": "tag", "value": "north"},
    )
    do_jobs()
    assert standing([*three, other.pk], "tags") == [["north"]] * 3 + [[]]


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        ("paint", "red", "Choose what to do"),
        ("state", "closed", "Choose a state"),
        ("impact", "huge", "Choose an impact"),
        ("assignee", "999999", "Choose someone of the team"),
        ("team", "", "Choose a team"),
        ("tag", "<b>", "A tag has letters"),
        ("snooze", "soon", "Choose until when"),
    ],
)
def test_what_can_be_done_to_none_is_refused_at_once(
    kind: str, value: str, sentence: str, browser: Client, three: list[int]
) -> None:
    form = {"numbers": str(three[0]), "kind": kind, "value": value}
    answer = browser.post("/inbox/bulk", form)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not BulkChange.objects.exists()


def test_nothing_selected_and_too_much_are_refused(town: Town) -> None:
    with pytest.raises(Refused, match="Select some tickets"):
        changing.begin([], "tag", "x", by=town.ana)
    with pytest.raises(Refused, match="more than 10,000"):
        changing.begin(range(1, changing.MOST + 2), "tag", "x", by=town.ana)


def test_a_job_that_died_goes_on_where_it_stopped(
    town: Town, three: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changing, "AT_ONCE", 1)
    change = changing.begin(three, "tag", "x", by=town.ana)
    changing._batch(change, three[:1])
    assert changing.done_of(change) == 1
    changing.carry_out(change)
    changing.carry_out(change)
    assert standing(three, "tags") == [["x"]] * 3
    for number in three:
        assert Ticket.objects.get(pk=number).events.filter(kind="tags").count() == 1


def test_one_that_fails_stops_no_other(
    town: Town, three: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    change = changing.begin(three, "tag", "x", by=town.ana)
    real = KINDS["tag"].make

    def failing(ticket: Ticket, *rest: object) -> object:
        if ticket.pk == three[1]:
            raise ZeroDivisionError("on purpose")
        return real(ticket, *rest)  # type: ignore[arg-type]

    broken = KINDS["tag"].__class__(**{**vars(KINDS["tag"]), "make": failing})
    monkeypatch.setattr(changing, "KINDS", {**KINDS, "tag": broken})
    changing.carry_out(change)
    assert standing(three, "tags") == [["x"], [], ["x"]]
    assert change.lines.get(ticket=three[1]).outcome == BulkLine.Outcome.FAILED


def test_stopping_takes_back_what_is_done_and_leaves_the_rest(
    town: Town, browser: Client, three: list[int]
) -> None:
    change = changing.begin(three, "tag", "x", by=town.ana)
    changing._batch(change, three[:1])
    assert "Stop and take back" in browser.get(f"/inbox/bulk/{change.pk}").content.decode()
    back = changing.begin_undoing(change.pk, by=town.ana)
    changing.carry_out(change)
    changing.carry_out(back)
    assert standing(three, "tags") == [[]] * 3
    with pytest.raises(Refused, match="taken back already"):
        changing.begin_undoing(change.pk, by=town.ana)


def test_following_the_progress_costs_the_same_however_many_there_are(
    town: Town, browser: Client, three: list[int]
) -> None:
    few = changing.begin(three[:1], "state", "solved", by=town.ana)
    many = changing.begin(three, "state", "solved", by=town.ana)
    for change in (few, many):
        changing.carry_out(change)
    browser.get(f"/inbox/bulk/{few.pk}")
    with CaptureQueriesContext(connection) as of_few:
        browser.get(f"/inbox/bulk/{few.pk}")
    with CaptureQueriesContext(connection) as of_many:
        browser.get(f"/inbox/bulk/{many.pk}")
    assert len(of_many) == len(of_few)
