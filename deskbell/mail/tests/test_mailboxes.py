"""Mailboxes at a real IMAP server (Dovecot): each mail once, side by side, whatever one of them does."""

from __future__ import annotations

import http.server
import json
import shutil
import socket
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from deskbell.lib import clock
from deskbell.lib.sealing import seal
from deskbell.mail.door.storing import CannotStore, Envelope
from deskbell.mail.inbound import taking
from deskbell.mail.mailboxes import oauth, reading
from deskbell.mail.mailboxes.connection import Address, Connection, ServerAway
from deskbell.mail.mailboxes.keeping import Keeper, Storing
from deskbell.mail.mailboxes.models import Mailbox
from deskbell.mail.mailboxes.reading import Desk, Reader
from deskbell.mail.mailboxes.remembering import Memory
from deskbell.mail.models import RawMail
from deskbell.mail.tests.conftest import Letter, RunningDoor
from deskbell.tickets.models import Ticket
from tests.dovecot import PASSWORD, PROGRAM, Dovecot

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # For who runs one test by hand: bin/test installs Dovecot, and fails where it can't.
    pytest.mark.skipif(not shutil.which(PROGRAM), reason="Dovecot is not installed"),
]
MANY = 30


@pytest.fixture(scope="module")
def shared_server() -> Iterator[Dovecot]:
    server = Dovecot()
    server.start()
    yield server
    server.remove()


@pytest.fixture
def server(shared_server: Dovecot) -> Dovecot:
    """The server of this file, with nothing in it."""
    for each in (shared_server.folder / "mail").iterdir():
        shutil.rmtree(each)
    return shared_server


@pytest.fixture
def desk() -> Iterator[Desk]:
    memory = Memory()
    with Storing() as storing:
        yield Desk(storing.store, memory, most_bytes=1_000_000)
    memory.close()


@pytest.fixture
def keep(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Keeper]]:
    """Reads all mailboxes, until the test is over or `stop_all` is called."""
    monkeypatch.setattr(reading, "FIRST_PAUSE", 0.05)
    kept: list[Keeper] = []

    def begin(changed: Desk | None = None) -> Keeper:
        keeper = Keeper(changed or desk)
        kept.append(keeper)
        keeper.follow()
        return keeper

    yield begin
    for keeper in kept:
        keeper.stop_all()


def add(server: Dovecot, user: str, **more: Any) -> Mailbox:
    known = {"host": "127.0.0.1", "port": server.port, "security": "none", "user": user}
    return Mailbox.objects.create(**{**known, "password": seal(PASSWORD), **more})


def eventually(is_so: Callable[[], bool], seconds: float = 20) -> None:
    limit = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < limit, [(m.standing, m.problem) for m in Mailbox.objects.all()]
        time.sleep(0.05)


def is_well(box: Mailbox) -> bool:
    box.refresh_from_db()
    return box.standing == "well"


def stored(count: int) -> Callable[[], bool]:
    return lambda: RawMail.objects.count() == count


def test_what_is_unread_comes_in_at_first_and_what_arrives_comes_in_by_idle(
    server: Dovecot, keep: Callable[..., Keeper], letter: Letter
) -> None:
    server.deliver("tess", letter("read long ago"), flags=[b"\\Seen"])
    server.deliver("tess", letter("unread"))
    box = add(server, "tess")
    keep()
    eventually(stored(1))
    eventually(lambda: is_well(box))
    assert server.read_in("tess") == [1, 2]

    server.deliver("tess", letter("new"))
    eventually(stored(2))
    eventually(lambda: server.read_in("tess") == [1, 2, 3])
    assert {each.door for each in RawMail.objects.all()} == {"imap"}


def test_many_mailboxes_are_read_side_by_side_in_one_process(
    server: Dovecot, keep: Callable[..., Keeper], letter: Letter
) -> None:
    """FreeScout #3836: 30 to 80 mailboxes, one after the other, took half an hour."""
    for n in range(MANY):
        add(server, f"box{n}")
    keep()
    eventually(lambda: Mailbox.objects.filter(standing="well").count() == MANY, 60)

    for n in range(MANY):
        server.deliver(f"box{n}", letter(f"to {n}"))
    eventually(stored(MANY), 30)


def test_one_that_fails_says_so_and_disturbs_no_other(
    server: Dovecot, keep: Callable[..., Keeper], letter: Letter
) -> None:
    wrong = add(server, "wrong", password=seal("not-it"))
    nowhere = add(server, "nowhere", host="no-such-host.invalid")
    closed = add(server, "closed", port=1)
    good = add(server, "good")
    keep()
    eventually(lambda: Mailbox.objects.filter(standing="failing").count() == 3)
    server.deliver("good", letter())
    eventually(stored(1))

    for box, words in ((wrong, "does not let"), (nowhere, "no server named"), (closed, "refused")):
        box.refresh_from_db()
        assert words in box.problem and PASSWORD not in box.problem
    assert is_well(good)


def test_a_mailbox_is_well_again_once_someone_has_corrected_it(
    server: Dovecot, keep: Callable[..., Keeper], letter: Letter
) -> None:
    box = add(server, "tess", password=seal("not-it"))
    keeper = keep()
    eventually(lambda: Mailbox.objects.filter(standing="failing").exists())
    Mailbox.objects.update(password=seal(PASSWORD), changed_at=clock.now())
    keeper.follow()
    eventually(lambda: is_well(box))

    Mailbox.objects.update(active=False)
    keeper.follow()
    server.deliver("tess", letter())
    time.sleep(0.5)
    assert not RawMail.objects.exists()


def test_it_goes_on_where_it_was_after_the_server_or_the_desk_went_away(
    server: Dovecot, keep: Callable[..., Keeper], letter: Letter
) -> None:
    box = add(server, "tess")
    keeper = keep()
    server.deliver("tess", letter("one"))
    eventually(stored(1))
    server.stop()
    eventually(lambda: not is_well(box))
    server.start()
    server.deliver("tess", letter("two"))
    eventually(stored(2))

    keeper.stop_all()
    server.deliver("tess", letter("three"), flags=[b"\\Seen"])  # someone has looked at it already
    keep()
    eventually(stored(3))


def test_a_line_that_died_in_silence_is_found_out(server: Dovecot) -> None:
    """While a mailbox idles nobody speaks, so the system itself has to ask."""
    box = Connection(Address("127.0.0.1", server.port, "none", "tess", "INBOX"), password=PASSWORD)
    line = box._client.socket()
    assert line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) <= 120
    box.close()


def test_the_shorter_the_silence_the_sooner_it_looks_again(
    server: Dovecot, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dovecot says nothing of a mail that comes just while IDLE begins: with one long wait it lay there
    for minutes, on a busy machine once in four times."""
    box = Connection(Address("127.0.0.1", server.port, "none", "tess", "INBOX"), password=PASSWORD)
    waits: list[int] = []
    ask = box._client.idle_check

    def noted(timeout: int) -> list[object]:
        waits.append(timeout)
        return list(ask(timeout=0.05))

    monkeypatch.setattr(box._client, "idle_check", noted)
    for _ in range(10):
        box.wait()
    server.deliver("tess", letter())
    while waits[-1] != 1 and len(waits) < 100:
        box.wait()
    box.close()
    assert waits[:10] == [1, 2, 4, 8, 16, 32, 64, 128, 240, 240]
    assert waits[-1] == 1


def test_a_server_that_ends_what_idles_is_at_hand_again_at_once_each_time(
    server: Dovecot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the pauses double with each end, until mail waits for five minutes."""
    monkeypatch.setattr(reading, "SECONDS_TO_TRUST", 0)
    reader = Reader(add(server, "tess").pk, desk)
    pauses = pauses_of(reader, monkeypatch, count=6)
    reader.run()
    assert max(pauses) <= reading.FIRST_PAUSE


def test_a_server_that_is_away_is_tried_every_few_seconds_and_one_that_refuses_seldom(
    server: Dovecot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for box, longest in (
        (add(server, "closed", port=1), reading.LONGEST_AWAY),
        (add(server, "wrong", password=seal("not-it")), reading.LONGEST_PAUSE),
    ):
        reader = Reader(box.pk, desk)
        pauses = pauses_of(reader, monkeypatch, count=12)
        reader.run()
        assert longest / 2 <= pauses[-1] <= longest, pauses
        assert pauses[0] <= reading.FIRST_PAUSE


def pauses_of(reader: Reader, monkeypatch: pytest.MonkeyPatch, *, count: int) -> list[float]:
    """The seconds that it wants to wait, so many times, without the waiting; a connection that waits for
    mail ends at once."""
    pauses: list[float] = []

    def wait(seconds: float) -> bool:
        pauses.append(seconds)
        if len(pauses) == count:
            reader.stop()
        return True

    def end(connection: Connection) -> None:
        raise ServerAway("It has ended the connection.")

    monkeypatch.setattr(reader._told, "wait", wait)
    monkeypatch.setattr(Connection, "wait", end)
    return pauses


def test_a_mail_is_not_read_again_that_the_desk_has_forgotten(
    server: Dovecot, keep: Callable[..., Keeper], letter: Letter
) -> None:
    """Chatwoot #12054: mail that was deleted in the desk was imported again."""
    add(server, "tess")
    server.deliver("tess", letter())
    keep()
    eventually(stored(1))
    RawMail.objects.all().delete()
    client = server.client("tess")
    client.select_folder("INBOX")
    client.remove_flags([1], [b"\\Seen"])  # and someone has marked it as unread, too
    client.logout()
    server.deliver("tess", letter("the next one"))

    eventually(stored(1))
    assert b"the next one" in bytes(RawMail.objects.get().raw)


def test_when_the_server_numbers_anew_nothing_is_lost_and_nothing_comes_twice(
    server: Dovecot, keep: Callable[..., Keeper], letter: Letter
) -> None:
    box = add(server, "tess")
    first = letter("one")
    server.deliver("tess", first)
    keep()
    eventually(stored(1))
    Mailbox.objects.update(numbering=1, last_number=5000, changed_at=clock.now())
    server.deliver("tess", letter("two"))
    client = server.client("tess")
    client.select_folder("INBOX")
    client.remove_flags([1], [b"\\Seen"])
    client.logout()
    keep().follow()
    eventually(stored(2))
    renumbered = Mailbox.objects.filter(pk=box.pk, last_number=2).exclude(numbering=1)
    eventually(renumbered.exists)


def test_a_mail_that_comes_while_another_is_being_stored_does_not_wait_for_the_next(
    server: Dovecot, keep: Callable[..., Keeper], desk: Desk, letter: Letter
) -> None:
    """The server tells of it in the answer to something else, and IDLE is then silent about it."""
    followed = threading.Event()

    def store(raw: bytes, envelope: Envelope) -> None:
        desk.store(raw, envelope)
        if not followed.is_set():
            followed.set()
            server.deliver("tess", letter("the second"))

    box = add(server, "tess")
    keep(Desk(store, desk.memory, 1_000_000))
    eventually(lambda: is_well(box))
    server.deliver("tess", letter("the first"))
    eventually(stored(2))


def test_it_is_marked_as_read_only_after_it_was_stored(
    server: Dovecot, keep: Callable[..., Keeper], desk: Desk, letter: Letter
) -> None:
    seen: list[list[int]] = []
    fails = threading.Event()
    fails.set()

    def store(raw: bytes, envelope: Envelope) -> None:
        seen.append(server.read_in("tess"))
        if fails.is_set():
            raise CannotStore("the disk is full")
        desk.store(raw, envelope)

    server.deliver("tess", letter())
    box = add(server, "tess")
    keep(Desk(store, desk.memory, 1_000_000))
    eventually(lambda: len(seen) >= 2 and not is_well(box))
    assert server.read_in("tess") == [] and not RawMail.objects.exists()
    assert "disk is full" in box.problem

    fails.clear()
    eventually(stored(1))
    eventually(lambda: server.read_in("tess") == [1])
    assert all(each == [] for each in seen)


def test_a_mail_counts_from_when_the_mailbox_had_it_at_most_a_week_back_k13(
    server: Dovecot, keep: Callable[..., Keeper], letter: Letter
) -> None:
    two_days, a_month = (clock.now() - timedelta(days=n) for n in (2, 30))
    add(server, "tess")
    keep()
    eventually(lambda: Mailbox.objects.filter(standing="well").exists())
    server.deliver("tess", letter("two days"), msg_time=two_days)
    server.deliver("tess", letter("a month"), msg_time=a_month)
    server.deliver("tess", letter("the future"), msg_time=clock.now() + timedelta(days=2))
    eventually(stored(3))

    at = [each.received_at for each in RawMail.objects.order_by("id")]
    assert abs(at[0] - two_days) < timedelta(seconds=2)
    assert abs(clock.now() - timedelta(days=7) - at[1]) < timedelta(minutes=1)
    assert abs(clock.now() - at[2]) < timedelta(minutes=1)


def test_a_mail_by_two_doors_is_one_and_its_envelope_is_read_from_its_head(
    server: Dovecot, keep: Callable[..., Keeper], door: RunningDoor, letter: Letter
) -> None:
    raw = letter()
    door.deliver(raw)
    traces = b"Return-Path: <bounce@x.example>\r\nDelivered-To: support+81@deskbell.localhost\r\n"
    add(server, "tess")
    server.deliver("tess", traces + raw)
    server.deliver("tess", traces + letter("another"))
    keep()
    eventually(lambda: len(server.read_in("tess")) == 2)

    assert RawMail.objects.count() == 2
    came = RawMail.objects.get(door="imap")
    assert (came.sender, came.recipients) == ("bounce@x.example", ["support+81@deskbell.localhost"])


def test_a_mail_without_an_envelope_is_no_bounce(
    server: Dovecot, keep: Callable[..., Keeper], letter: Letter
) -> None:
    add(server, "tess")
    server.deliver("tess", letter(**{"from": "Nobody"}))
    server.deliver("tess", letter())
    keep()
    eventually(stored(2))
    while taking.step() == 0:
        pass
    taking._reader.stop()
    assert [m.automatic for m in RawMail.objects.order_by("id")] == ["", ""]
    assert Ticket.objects.count() == 1


def test_one_that_is_too_large_stays_there_and_is_told(
    server: Dovecot, keep: Callable[..., Keeper], desk: Desk, letter: Letter
) -> None:
    box = add(server, "tess")
    server.deliver("tess", letter("x" * 200_000))
    server.deliver("tess", letter("small"))
    keep(Desk(desk.store, desk.memory, most_bytes=100_000))
    eventually(stored(1))
    eventually(lambda: is_well(box) and "too large" in box.problem)
    assert server.read_in("tess") == [2]


def test_a_server_that_cannot_tell_is_asked_every_few_seconds(
    keep: Callable[..., Keeper], letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deskbell.mail.mailboxes.connection.SECONDS_BETWEEN_LOOKS", 0.2)
    plain = Dovecot({"capability": "IMAP4rev1 UIDPLUS"}).start()
    try:
        box = add(plain, "tess")
        keeper = keep()
        eventually(lambda: is_well(box))
        plain.deliver("tess", letter())
        eventually(stored(1))
        keeper.stop_all()
    finally:
        plain.remove()


class Provider(http.server.BaseHTTPRequestHandler):
    """A stand-in for Google's and Microsoft's token servers, and for whom Dovecot asks about a token."""

    refresh_token = "refresh-1"
    asked: list[dict[str, str]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        asked = dict(urllib.parse.parse_qsl(body))
        type(self).asked.append(asked)
        given = asked.get("refresh_token") or asked.get("code")
        if given != type(self).refresh_token:
            self._say(
                400, {"error": "invalid_grant", "error_description": "Consent was taken back."}
            )
            return
        type(self).refresh_token = "refresh-2"
        self._say(200, {"access_token": "access", "refresh_token": "refresh-2", "expires_in": 3600})

    def do_GET(self) -> None:
        good = urllib.parse.urlsplit(self.path).query.endswith("access")
        self._say(200 if good else 401, {"email": "tess@school.example"} if good else {})

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _say(self, status: int, words: dict[str, object]) -> None:
        body = json.dumps(words).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The stand-in's address; both providers are reached there."""
    Provider.refresh_token, Provider.asked = "refresh-1", []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    for key, known in oauth.PROVIDERS.items():
        changed = oauth.Provider(
            known.name, known.consent, f"{address}/token", known.scope, known.more, known.host
        )
        monkeypatch.setitem(oauth.PROVIDERS, key, changed)
    yield address
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("who", ["google", "microsoft"])
def test_a_mailbox_is_opened_by_oauth2_without_a_password(
    who: str, keep: Callable[..., Keeper], letter: Letter, provider: str, desk: Desk
) -> None:
    """XOAUTH2 against a real Dovecot, which asks the stand-in whether the token is good."""
    server = Dovecot({"mechanisms": "xoauth2", "passdb": "  driver = oauth2\n  args = %s"})
    server.more["passdb"] %= _introspection(provider)
    server.start()
    try:
        box = add(
            server,
            "tess@school.example",
            sign_in=who,
            password="",
            client_id="app",
            client_secret=seal("app-secret"),
            refresh_token=seal("refresh-1"),
        )
        keeper = keep()
        eventually(lambda: is_well(box))
        keeper.stop_all()
        assert Provider.asked[0]["grant_type"] == "refresh_token"
        assert Provider.asked[0]["client_secret"] == "app-secret"
        from deskbell.lib.sealing import unseal  # noqa: PLC0415

        box.refresh_from_db()
        assert unseal(box.refresh_token) == "refresh-2"  # the old one has ended

        Provider.refresh_token = "another"
        keep()
        eventually(lambda: not is_well(box) and "Consent was taken back" in box.problem)
    finally:
        server.remove()


def _introspection(provider: str) -> str:
    import tempfile  # noqa: PLC0415

    with tempfile.NamedTemporaryFile("w", suffix=".conf", delete=False) as file:
        file.write(
            f"tokeninfo_url = {provider}/tokeninfo?access_token=\n"
            "username_attribute = email\nusername_format = %u\n"
        )
    return file.name


def test_what_opens_a_mailbox_is_sealed_in_the_database(server: Dovecot) -> None:
    box = add(server, "tess")
    assert PASSWORD not in box.password and len(box.password) > 50
