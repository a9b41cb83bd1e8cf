"""The SMTP door, spoken to by a real client: what is answered 250 is stored, and nothing breaks it."""

from __future__ import annotations

import asyncio
import os
import signal
import smtplib
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from deskbell.lib import clock
from deskbell.mail.door import storing
from deskbell.mail.door.certificate import Certificate
from deskbell.mail.door.known import is_for
from deskbell.mail.models import RawMail
from deskbell.mail.tests.conftest import SUPPORT, Letter, RunningDoor, database_url, free_port
from deskbell.postgres.cluster import Cluster
from deskbell.realtime import wake


def test_a_mail_is_kept_exactly_byte_for_byte(door: RunningDoor) -> None:
    raw = b"Subject: x\r\n\r\n.leading dot\r\n..two\r\n\xff\xfe\x00\r\n" + b"y" * 70_000 + b"\r\n"
    door.deliver(raw)
    stored = RawMail.objects.get()

    assert bytes(stored.raw) == raw
    assert (stored.sender, stored.recipients, stored.peer) == (
        "t@x.example",
        [SUPPORT],
        "127.0.0.1",
    )
    assert stored.state == "new" and stored.reason == "" and stored.attempts == 0
    assert abs(clock.now() - stored.received_at) < timedelta(seconds=5)


def test_a_bare_line_feed_neither_ends_a_mail_nor_is_changed(door: RunningDoor) -> None:
    body = b"Subject: x\n\nhello\n.\nMAIL FROM:<evil@x.example>\r\n\n.\r\n"
    with door.client() as smtp:
        smtp.ehlo()
        smtp.mail("t@x.example")
        smtp.rcpt(SUPPORT)
        smtp.docmd("DATA")
        smtp.send(body + b".\r\n")
        assert smtp.getreply()[0] == 250

    assert bytes(RawMail.objects.get().raw) == body


def test_commands_may_follow_right_behind_a_mail(door: RunningDoor, letter: Letter) -> None:
    envelope = b"MAIL FROM:<t@x.example>\r\nRCPT TO:<support@deskbell.localhost>\r\n"
    with socket.create_connection(("127.0.0.1", door.port), timeout=10) as raw:
        raw.sendall(b"EHLO x\r\n" + envelope + b"DATA\r\n")
        time.sleep(0.2)
        raw.sendall(letter("one") + b".\r\n" + envelope + b"DATA\r\n")
        time.sleep(0.3)
        raw.sendall(letter("two") + b".\r\nQUIT\r\n")
        answers = b""
        while chunk := raw.recv(4096):
            answers += chunk

    assert answers.count(b"250 2.0.0") == 2 and b"221" in answers
    assert RawMail.objects.count() == 2


def test_the_same_mail_sent_again_is_the_same_mail(door: RunningDoor, letter: Letter) -> None:
    """The client lost our 250, or we were killed after the commit: it sends the mail once more."""
    raw = letter()
    door.deliver(raw)
    door.deliver(b"Received: by another road\r\nX-Spam: no\r\n" + raw, sender="other@x.example")

    assert RawMail.objects.count() == 1


def test_other_words_under_the_same_message_id_are_another_mail(
    door: RunningDoor, letter: Letter
) -> None:
    door.deliver(letter("one", message_id="<same@x.example>"))
    door.deliver(letter("two", message_id="<same@x.example>"))

    assert RawMail.objects.count() == 2


def test_without_a_message_id_a_mail_is_the_same_for_an_hour_only(
    door: RunningDoor, letter: Letter
) -> None:
    nightly = letter("Backup done", message_id="")
    door.deliver(nightly)
    door.deliver(nightly)
    assert RawMail.objects.count() == 1

    RawMail.objects.update(received_at=clock.now() - timedelta(minutes=61))
    door.deliver(nightly)
    assert RawMail.objects.count() == 2


def test_two_doors_that_get_a_mail_at_once_store_it_once(
    door: RunningDoor, open_door: Callable[..., RunningDoor], letter: Letter
) -> None:
    doors, raws = (door, open_door(database_url())), [letter(str(n)) for n in range(8)]

    def deliver(to: RunningDoor) -> None:
        for raw in raws:
            to.deliver(raw)

    threads = [threading.Thread(target=deliver, args=(each,)) for each in doors * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert RawMail.objects.count() == 8


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("support@deskbell.localhost", True),
        ("SUPPORT@DeskBell.LOCALHOST", True),
        ("support+token@deskbell.localhost", True),
        ("support+@deskbell.localhost", True),
        ("supporter@deskbell.localhost", False),
        ("someone@gmail.com", False),
        ("support@deskbell.localhost.evil.example", False),
        ("support@deskbell.localhost@evil.example", False),
        ("support%evil.example@deskbell.localhost", False),
        ("@deskbell.localhost", False),
        ("", False),
    ],
)
def test_the_door_takes_mail_for_support_alone_and_is_no_relay(address: str, taken: bool) -> None:
    assert is_for(SUPPORT, address) is taken


def test_a_stranger_is_told_why_the_door_is_closed_to_them(
    door: RunningDoor, letter: Letter
) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        door.deliver(letter(), to="someone@gmail.com")

    assert refused.value.recipients["someone@gmail.com"][0] == 550
    assert not RawMail.objects.exists()


def test_a_mail_that_is_too_large_is_refused_and_the_conversation_goes_on(
    transactional_db: None, open_door: Callable[..., RunningDoor], letter: Letter
) -> None:
    door = open_door(database_url(), most_bytes=100_000)
    with door.client() as smtp:
        smtp.ehlo()
        assert int(smtp.esmtp_features["size"]) == 100_000
        with pytest.raises(smtplib.SMTPSenderRefused) as announced:
            smtp.sendmail("t@x.example", [SUPPORT], letter("x" * 200_000))
        assert announced.value.smtp_code == 552
        smtp.mail("t@x.example")
        smtp.rcpt(SUPPORT)
        assert smtp.data(letter("x\n" * 100_000))[0] == 552
        smtp.sendmail("t@x.example", [SUPPORT], letter("small"))

    assert b"small" in bytes(RawMail.objects.get().raw)


def test_a_line_of_absurd_length_is_taken(door: RunningDoor) -> None:
    raw = b"Subject: " + b"x" * 300_000 + b"\r\n\r\n" + b"y" * 300_000 + b"\r\n"
    door.deliver(raw)

    assert bytes(RawMail.objects.get().raw) == raw


def test_addresses_and_texts_may_be_utf8(door: RunningDoor) -> None:
    with door.client() as smtp:
        smtp.ehlo()
        assert smtp.has_extn("smtputf8") and smtp.has_extn("8bitmime")
        options = ["SMTPUTF8", "BODY=8BITMIME"]
        raw = "Subject: Grüße\r\n\r\nß\r\n".encode()
        smtp.sendmail("jörg@schule.example", [SUPPORT], raw, mail_options=options)

    assert RawMail.objects.get().sender == "jörg@schule.example"


def test_a_bounce_has_the_null_sender(door: RunningDoor, letter: Letter) -> None:
    door.deliver(letter(), sender="")

    assert RawMail.objects.get().sender == ""


def test_no_input_breaks_the_door(door: RunningDoor, letter: Letter) -> None:
    nonsense = (
        b"\x00\xff\xfe\r\n",
        b"MAIL FROM:<((((((@>\r\n",
        b"EHLO \xff\r\nMAIL FROM:<\xe4@\xff>\r\nRCPT TO:<\xff\r\n",
        b"DATA\r\n" * 50,
        b"A" * 200_000 + b"\r\n",
        b"EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<support@deskbell.localhost>\r\nDATA\r\nhalf",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b'EHLO x\r\nMAIL FROM:<"\\' + b"(" * 400 + b">\r\n",
    )
    for each in nonsense:
        with socket.create_connection(("127.0.0.1", door.port), timeout=10) as raw:
            raw.sendall(each)
            raw.settimeout(0.3)
            try:
                while raw.recv(65536):
                    pass
            except OSError:
                pass

    door.deliver(letter())
    assert RawMail.objects.count() == 1


def test_while_the_database_is_away_the_client_is_asked_to_come_again(
    db: None, tmp_path: Path, open_door: Callable[..., RunningDoor], letter: Letter
) -> None:
    """P4: 451 while PostgreSQL is down, 250 as soon as it is back."""
    cluster = Cluster(tmp_path / "data", durable=False)
    cluster.ensure_running()
    try:
        create_table(cluster)
        door = open_door(cluster.dsn())
        door.deliver(letter("one"))
        cluster.stop("immediate")
        with pytest.raises(smtplib.SMTPDataError) as refused:
            door.deliver(letter("two"))
        assert refused.value.smtp_code == 451

        cluster.ensure_running()
        door.deliver(letter("two"))
        cluster.stop("immediate")
        cluster.ensure_running()
        door.deliver(letter("three"))  # over a connection that died unnoticed
        with psycopg.connect(cluster.dsn()) as connection:
            assert connection.execute("SELECT count(*) FROM mail_rawmail").fetchone() == (3,)
    finally:
        cluster.stop("immediate")


def create_table(cluster: Cluster) -> None:
    """The one table that the door knows, as the migration makes it."""
    with psycopg.connect(database_url()) as here, psycopg.connect(cluster.dsn()) as there:
        columns = here.execute(
            "SELECT column_name, CASE data_type WHEN 'ARRAY' THEN 'text[]' ELSE data_type END,"
            " is_identity = 'YES' FROM information_schema.columns"
            " WHERE table_name = 'mail_rawmail' ORDER BY ordinal_position"
        ).fetchall()
        defaults = {"received_at": "DEFAULT now()"}
        lines = ", ".join(
            f"{name} {kind} {'GENERATED BY DEFAULT AS IDENTITY' if is_id else defaults.get(name, '')}"
            for name, kind, is_id in columns
        )
        there.execute(f"CREATE TABLE mail_rawmail ({lines})")


@pytest.mark.django_db(transaction=True)
def test_at_sigterm_the_door_lets_a_mail_finish_and_ends(letter: Letter) -> None:
    port = free_port()
    program = (
        "from deskbell.mail.door.server import Listening, serve; import sys; "
        f"serve(Listening('127.0.0.1', {port}), database_url={database_url()!r}, support_address={SUPPORT!r},"
        "most_bytes=10**6, ready=lambda: print('ready', 'django' in sys.modules, flush=True))"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        assert process.stdout and process.stdout.readline() == b"ready False\n"
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as smtp:
            smtp.ehlo()
            smtp.mail("t@x.example")
            smtp.rcpt(SUPPORT)
            smtp.docmd("DATA")
            os.kill(process.pid, signal.SIGTERM)
            time.sleep(0.3)
            smtp.send(letter() + b".\r\n")
            assert smtp.getreply()[0] == 250
        assert process.wait(10) == 0

    assert RawMail.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_mails_that_come_at_the_same_time_share_a_commit(letter: Letter) -> None:
    mails = [letter(f"at once {n}") for n in range(40)]
    mails.append(mails[0])  # comes by another door at the same time
    asyncio.run(store_at_once(mails))

    assert RawMail.objects.count() == 40
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM mail_rawmail")
        assert cursor.fetchone()[0] <= storing.MOST_CONNECTIONS


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_can_not_be_stored_keeps_no_other_from_it(
    letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = storing._row

    def broken(raw: bytes, *rest: Any) -> dict[str, object]:
        return {**row(raw, *rest), "helo": None} if b"broken" in raw else row(raw, *rest)

    monkeypatch.setattr(storing, "_row", broken)
    mails = [letter(text) for text in ("one", "broken", "two", "three")]
    answers = asyncio.run(store_at_once(mails))

    assert [isinstance(each, storing.CannotStore) for each in answers] == [
        False,
        True,
        False,
        False,
    ]
    assert RawMail.objects.count() == 3


async def store_at_once(mails: list[bytes]) -> list[BaseException | None]:
    store = storing.Store(database_url())
    came = storing.Envelope("t@x.example", [SUPPORT], "127.0.0.1")
    answers = await asyncio.gather(
        *(store.store(raw, came) for raw in mails), return_exceptions=True
    )
    await store.close()
    return answers


def test_the_worker_is_woken_by_the_mail_on_its_own_channel() -> None:
    assert f"pg_notify('{wake.CHANNEL}', 'mail')" in storing.NOTIFY


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    """A certificate of our own for 127.0.0.1."""
    return Certificate(*make_certificate(tmp_path))


def make_certificate(folder: Path, name: str = "desk") -> tuple[Path, Path]:
    chain, key = folder / f"{name}.pem", folder / f"{name}.key"
    make = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=mx.example"
    names = ["-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(chain)]
    subprocess.run([*make.split(), *names, *files], check=True, capture_output=True)
    return chain, key


@pytest.mark.django_db(transaction=True)
def test_a_mail_comes_under_tls_by_the_operators_certificate(
    open_door: Callable[..., RunningDoor], certificate: Certificate, tmp_path: Path, letter: Letter
) -> None:
    door = open_door(database_url(), certificate=certificate)
    trusting = ssl.create_default_context(cafile=str(tmp_path / "desk.pem"))
    raw = letter("x\n" * 100_000)
    with door.client() as smtp:
        smtp.starttls(context=trusting)
        smtp.sendmail("t@x.example", [SUPPORT], raw)
        smtp.sendmail("t@x.example", [SUPPORT], letter("two"))

    stored = RawMail.objects.order_by("id")[0]
    assert bytes(stored.raw) == raw and stored.helo == "client.example"
    assert RawMail.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_nothing_said_before_tls_counts_after_it(
    open_door: Callable[..., RunningDoor], certificate: Certificate
) -> None:
    door = open_door(database_url(), certificate=certificate)
    with door.client() as smtp:
        smtp.ehlo()
        smtp.mail("evil@x.example")
        assert smtp.docmd("STARTTLS")[0] == 220
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        assert smtp.sock
        smtp.sock = context.wrap_socket(smtp.sock)
        smtp.file = None
        smtp.ehlo()
        assert smtp.rcpt(SUPPORT)[0] == 503


def test_without_a_certificate_no_tls_is_offered(door: RunningDoor) -> None:
    with door.client() as smtp:
        smtp.ehlo()
        assert not smtp.has_extn("starttls") and smtp.has_extn("size")


def test_a_renewed_certificate_is_used_without_a_restart(tmp_path: Path) -> None:
    chain, key = make_certificate(tmp_path)
    certificate = Certificate(chain, key)
    first = certificate.context()
    assert certificate.context() is first

    new_chain, new_key = make_certificate(tmp_path, "renewed")
    chain.write_bytes(b"half a file")
    os.utime(chain, (1, 1))
    assert certificate.context() is first  # it can't be read yet
    new_chain.replace(chain)
    new_key.replace(key)
    assert certificate.context() is not first


def test_lmtp_answers_for_each_recipient(door: RunningDoor, letter: Letter) -> None:
    raw = letter("by lmtp")
    with door.lmtp_client() as lmtp:
        lmtp.ehlo()
        lmtp.mail("t@x.example")
        for each in (SUPPORT, "support+81@deskbell.localhost"):
            assert lmtp.rcpt(each)[0] == 250
        assert lmtp.rcpt("someone@elsewhere.example")[0] == 550
        assert lmtp.docmd("DATA")[0] == 354
        lmtp.send(raw + b".\r\n")
        answers = [lmtp.getreply()[0] for _ in range(2)]
        assert answers == [250, 250] and lmtp.noop()[0] == 250

    stored = RawMail.objects.get()
    assert stored.door == "lmtp" and len(stored.recipients) == 2


def test_each_port_speaks_its_own_language(door: RunningDoor) -> None:
    with door.client() as smtp:
        assert smtp.docmd("LHLO x")[0] == 500
    with door.lmtp_client() as lmtp:
        assert lmtp.docmd("EHLO x")[0] == 500 and lmtp.docmd("HELO x")[0] == 500
