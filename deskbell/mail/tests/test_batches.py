"""Many mails at once become exactly what they would become one after the other, for much less work."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext

from deskbell.lib import clock
from deskbell.mail import addresses
from deskbell.mail.addresses import reply_address
from deskbell.mail.inbound import batches, claiming, saying, taking
from deskbell.mail.inbound.candidates import candidates_of
from deskbell.mail.models import RawMail
from deskbell.mail.tests.conftest import Letter, RunningDoor
from deskbell.people.models import Person
from deskbell.people.notices import notify
from deskbell.sla.verify import differences
from deskbell.tickets.models import Message, Ticket
from deskbell.tickets.replying import reply
from deskbell.tickets.solving import set_state
from deskbell.tickets.words import Words
from tests.town import Town, at

Arrive = Callable[..., RawMail]
Put = Callable[..., RawMail]
Sent = Callable[[], list[EmailMessage]]
ROOMS = ("people", "tickets", "sla", "mail", "oncall", "monitoring")
NUMBER = re.compile(r"#(\d+)\b")  # of a ticket, and of no color
OF_SOMEONE = re.compile(r"(?<='of': )(\d+)")
MADE_UP = re.compile(r"/your/[\w-]+|<?[0-9a-f]{32}@[\w.]+>?")
BY_CHANCE = {"token_digest", "transaction", "leased_until"}


def test_a_stream_taken_together_leaves_the_same_rows_as_one_by_one(
    town: Town, letter: Letter, arrive: Arrive, put: Put, sent: Sent
) -> None:
    put_the_stream(town, letter, arrive, put, sent)
    one_by_one = outcome_of(lambda: all(iter(taking.take_next, False)))
    together = outcome_of(take_all)

    assert len(one_by_one["tickets.Ticket"]) == 36 and len(one_by_one["mail.MailId"]) > 80
    for table in one_by_one:
        for row, other in zip(together[table], one_by_one[table], strict=True):
            assert row == other, table


def put_the_stream(town: Town, letter: Letter, arrive: Arrive, put: Put, sent: Sent) -> None:
    """What comes on a bad Monday: all kinds of mails mixed, and some of them wait for others."""
    for n in range(3):
        arrive(letter(f"Before {n}", message_id=f"<before{n}@northvalley.example>"))
    one, two, three = Ticket.objects.order_by("number")
    reply(one, Words("Try again?"), by=town.ana)
    set_state(one, "pending", by=town.ana)
    set_state(two, "solved", by=town.ana, unanswered=True)
    Ticket.objects.filter(pk=three.pk).update(state="closed")
    notify([town.ana], "Look", path="/tickets/1")
    answered = sent()[-2]["Message-ID"]

    def come(text: str, name: str = "", **fields: str) -> None:
        if name:
            fields = {"message_id": f"<{name}@northvalley.example>", **fields}
        put(letter(text, **fields))

    for n in range(6):
        come(f"Teacher {n}", **{"from": f"Teacher {n} <teacher{n}@northvalley.example>"})
    come("Still dark", "again", in_reply_to="<before0@northvalley.example>")
    come("And again", in_reply_to="<again@northvalley.example>")  # answers one that waits, too
    come("It is back", references="<before1@northvalley.example>")
    come("A new one on a closed one", in_reply_to="<before2@northvalley.example>")
    come("And its next word", in_reply_to="<before2@northvalley.example>")
    come("With a reader", "cc", cc="Olivia <olivia@northvalley.example>, new@northvalley.example")
    come(
        "Olivia answers",
        **{"from": "olivia@northvalley.example"},
        in_reply_to="<cc@northvalley.example>",
    )
    come(
        "To everyone",
        in_reply_to="<before0@northvalley.example>",
        cc="principal@northvalley.example",
    )
    come("By token", to=reply_address(one), **{"from": "someone@gmail.com"})
    come("By number", subject=f"Re: x [#{two.number}]")
    come(
        "A stranger's number",
        subject=f"Re: x [#{two.number}]",
        **{"from": "sam@southridge.example"},
    )
    come(
        "With another reader",
        in_reply_to="<before1@northvalley.example>",
        cc="quentin@elsewhere.example",
    )
    come(
        "He knows the number",
        subject=f"Re: x [#{two.number}]",
        **{"from": "quentin@elsewhere.example"},
    )
    come("I am away", auto_submitted="auto-replied", in_reply_to=answered)
    come("Robot", auto_submitted="auto-generated", **{"from": "robot@printer.example"})
    come("Through a list", list_id="<staff.northvalley.example>", precedence="list")
    come("nobody", **{"from": "nobody at all"})
    come("Fixed it", **{"from": "ana@desk.example"}, in_reply_to=answered)
    come("An agent asks", **{"from": "ben@desk.example"})
    come(
        "--b\nContent-Disposition: attachment; filename=a.log\nContent-Type: text/plain\n\nhello\n--b--",
        content_type="multipart/mixed; boundary=b",
    )
    for n in range(8):  # a robot that nobody recognised: the sixth gets no receipt
        come(f"Same one {n}", subject=f"Same {n}", **{"from": "loop@elsewhere.example"})
    for n in range(10):
        come(f"More {n}", f"more{n}", **{"from": f"Person {n} <p{n}@town{n % 3}.example>"})
    for n in range(10):
        come(
            f"Answer {n}",
            in_reply_to=f"<more{n}@northvalley.example>",
            **{"from": f"p{n}@town.example"},
        )
    put(b"", sender="")
    put(letter("Long" * 100_000))


def take_all() -> None:
    while taking.step() == 0:
        pass


def outcome_of(take: Callable[[], object]) -> dict[str, list[dict[str, Any]]]:
    """What `take` leaves behind, with the keys that it would have on a fresh desk; then undone."""
    starts = {model: next_key(model) for model in kept_tables()}
    with transaction.atomic():
        with clock.moved_to(at("2026-11-30 10:00")):
            take()
        found = {model._meta.label: rows_of(model) for model in kept_tables()}
        assert list(differences()) == []
        transaction.set_rollback(True)
    for model, start in starts.items():
        with connection.cursor() as cursor:
            sequence = [model._meta.db_table, model._meta.pk.column]
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [*sequence, start])
    return found


def kept_tables() -> list[type[models.Model]]:
    return [
        model
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
        if isinstance(model._meta.pk, models.AutoField | models.BigAutoField)
    ]


def next_key(model: type[models.Model]) -> int:
    assert model._meta.pk
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s))",
            [model._meta.db_table, model._meta.pk.column],
        )
        return int(cursor.fetchone()[0])


def rows_of(model: type[models.Model]) -> list[dict[str, Any]]:
    """All rows, without what is made up anew each time. People are named by address, tickets and messages
    by what was said in them first: which key a row gets depends on the order in which it was written."""
    meta = model._meta
    assert meta.pk
    fields = [f for f in meta.concrete_fields if f.name not in BY_CHANCE and f is not meta.pk]
    rows = model._default_manager.values_list(*(field.attname for field in fields))
    names, numbers = _names(), _said_first()
    people = names["people.Person"]

    def plain(field: models.Field[Any, Any], value: object) -> str:
        target = field.related_model._meta.label if isinstance(field, models.ForeignKey) else ""
        told = names[target].get(value, "nobody") if target in names else str(value)
        told = OF_SOMEONE.sub(lambda found: str(people.get(int(found[1]))), told)
        told = NUMBER.sub(lambda found: numbers.get(int(found[1]), found[0]), told)
        return MADE_UP.sub("*", told)

    found = [{f.name: plain(f, v) for f, v in zip(fields, row, strict=True)} for row in rows]
    return sorted(found, key=str)


def _names() -> dict[str, dict[Any, Any]]:
    return {
        "people.Person": dict(Person.objects.values_list("pk", "email")),
        "tickets.Ticket": _said_first(),
        "tickets.Message": dict(Message.objects.values_list("pk", "text")),
    }


def _said_first() -> dict[int, str]:
    return dict(Message.objects.order_by("-id").values_list("ticket", "text"))


def test_the_statements_of_a_batch_grow_by_few_for_each_mail(
    town: Town, letter: Letter, arrive: Arrive, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "SECONDS_KEPT", 60.0)
    arrive(letter())  # what is read once a process has been read

    def statements(many: int, *, answering: bool = False) -> int:
        for n in range(many):
            fields = (
                {"in_reply_to": f"<few{n}@northvalley.example>"}
                if answering
                else {"message_id": f"<few{n}@northvalley.example>"}
            )
            sender = f"Someone {n} <someone{n}@northvalley.example>"
            put(letter(f"{many} {n}", **{"from": sender, **fields}))
        with CaptureQueriesContext(connection) as asked:
            taking.step()
        return len(asked)

    few, more = statements(4), statements(20)
    assert few <= 45 and more <= few
    few, more = statements(4, answering=True), statements(20, answering=True)
    assert few <= 45 and more <= few
    assert RawMail.objects.filter(state="taken").count() == 49


def test_a_mail_that_fails_is_set_aside_alone_and_its_batch_is_taken(
    town: Town, letter: Letter, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails = [put(letter(str(n))) for n in range(5)]
    say = saying.say

    def fail(raw: RawMail, *rest: Any) -> Any:
        if raw.pk == mails[2].pk:
            raise RuntimeError("Nobody thought of this.")
        return say(raw, *rest)

    monkeypatch.setattr("deskbell.mail.inbound.batches.say", fail)
    monkeypatch.setattr("deskbell.mail.inbound.alone.say", fail)
    taking.step()

    states = list(RawMail.objects.order_by("id").values_list("state", "attempts"))
    assert states == [("taken", 0), ("taken", 0), ("new", 1), ("taken", 0), ("taken", 0)]
    assert Ticket.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_a_ticket_that_someone_has_in_hand_holds_up_its_own_mail_alone(
    door: RunningDoor, letter: Letter, put: Put
) -> None:
    put(letter(message_id="<one@northvalley.example>"))
    taking.step()
    held = Ticket.objects.get()
    answer = put(letter("Still dark", in_reply_to="<one@northvalley.example>"))
    for n in range(3):
        put(letter(str(n)))
    with another_connection_locks(held):
        claims = [claiming.Claim(raw.pk, 100) for raw in RawMail.objects.waiting()]
        done = batches.take_together(next(candidates_of(claims, taking._read)))
    assert len(done) == 3 and answer.pk not in done
    take_all()

    assert Ticket.objects.count() == 4 and held.messages.count() == 2


class another_connection_locks:
    """Someone in the inbox is changing the ticket meanwhile."""

    def __init__(self, ticket: Ticket) -> None:
        self._number = ticket.pk
        self._locked, self._done = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._hold)

    def _hold(self) -> None:
        with transaction.atomic():
            Ticket.objects.select_for_update().get(pk=self._number)
            self._locked.set()
            self._done.wait(20)
        connection.close()

    def __enter__(self) -> None:
        self._thread.start()
        assert self._locked.wait(20)

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()


@pytest.mark.django_db(transaction=True)
def test_what_one_worker_has_claimed_another_leaves_until_it_lets_go(
    door: RunningDoor, letter: Letter, put: Put
) -> None:
    for n in range(3):
        put(letter(str(n)))
    seen: list[int] = []

    def other() -> None:
        with claiming.claimed(10) as claims:
            seen.append(len(claims))
        connection.close()

    with claiming.claimed(2) as mine:
        for _ in range(2):
            thread = threading.Thread(target=other)
            thread.start()
            thread.join()
    with claiming.claimed(10) as all_of_them:
        assert (len(mine), seen, len(all_of_them)) == (2, [1, 1], 3)


@pytest.mark.django_db(transaction=True)
def test_an_answer_waits_for_the_mail_that_another_worker_has_in_hand(
    door: RunningDoor, letter: Letter, put: Put
) -> None:
    """Else one conversation becomes two tickets."""
    put(letter("First", message_id="<first@northvalley.example>"))
    claimed, let_go = threading.Event(), threading.Event()

    def other() -> None:
        with claiming.claimed(1):
            claimed.set()
            let_go.wait(30)
        connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    claimed.wait(30)
    put(letter("Answer", in_reply_to="<first@northvalley.example>"))
    put(letter("Another", **{"from": "sam@southridge.example"}))
    assert taking.step() == 0
    assert [message.text for message in Message.objects.all()] == ["Another"]
    assert taking.step() == taking.WHILE_OTHERS_WORK
    let_go.set()
    thread.join()
    take_all()
    texts = [sorted(m.text for m in t.messages.all()) for t in Ticket.objects.order_by("number")]
    assert texts == [["Another"], ["Answer", "First"]]


def test_a_claim_is_no_larger_than_there_is_memory_for(
    town: Town, letter: Letter, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claiming, "ROOM", 2500)
    for _ in range(3):
        put(letter("x" * 1000))
    with claiming.claimed(10) as claims:
        assert len(claims) == 3
    put(letter("x" * 10_000), received_at=clock.now())
    with claiming.claimed(10) as claims:
        assert len(claims) == 3
