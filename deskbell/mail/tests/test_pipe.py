"""The pipe: a mail server runs `deskbell mail receive`, and believes its status."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deskbell.mail.models import RawMail
from deskbell.mail.tests.conftest import Letter, RunningDoor, database_url, free_port
from tests.house.rooms import ROOT

pytestmark = pytest.mark.django_db(transaction=True)


def receive(raw: bytes, folder: Path, *words: str, **changed: str) -> tuple[int, str]:
    """Run the command as a mail server does; its status and what it says."""
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("DESKBELL_")},
        "DESKBELL_DATA": str(folder),
        "DATABASE_URL": _url(),
        **changed,
    }
    command = [sys.executable, "-m", "deskbell", "mail", "receive", *words]
    run = subprocess.run(command, input=raw, env=environment, cwd=ROOT, capture_output=True)
    return run.returncode, run.stderr.decode()


def _url() -> str:
    import psycopg.conninfo  # noqa: PLC0415

    parts = psycopg.conninfo.conninfo_to_dict(database_url())
    return f"postgresql:///{parts['dbname']}?host={parts['host']}&user={parts['user']}"


def test_a_mail_by_the_pipe_is_stored_with_its_envelope(letter: Letter, tmp_path: Path) -> None:
    raw = letter("by pipe")
    words = ["--sender", "t@x.example", "--recipient", "support+81@deskbell.localhost"]
    assert receive(raw, tmp_path, *words) == (0, "")

    stored = RawMail.objects.get()
    assert bytes(stored.raw) == raw and stored.door == "pipe"
    assert (stored.sender, stored.recipients) == ("t@x.example", ["support+81@deskbell.localhost"])


def test_a_mail_from_a_file_is_by_whom_it_says_and_no_bounce(
    letter: Letter, tmp_path: Path
) -> None:
    written = letter("from a file")
    assert receive(written, tmp_path)[0] == 0
    assert receive(b"Return-Path: <>\r\n" + letter("Undelivered"), tmp_path)[0] == 0
    assert receive(letter("A bounce, says the server"), tmp_path, "--sender", "")[0] == 0
    senders = list(RawMail.objects.order_by("id").values_list("sender", flat=True))
    assert senders == ["tess@northvalley.example", "", ""]


def test_the_server_keeps_the_mail_while_the_desk_is_down(letter: Letter, tmp_path: Path) -> None:
    nowhere = f"postgresql://nobody@127.0.0.1:{free_port()}/none"
    for changed in ({"DATABASE_URL": nowhere}, {"DESKBELL_MAX_MAIL_MB": "many"}):
        status, said = receive(letter(), tmp_path, **changed)
        assert status == 75 and "keep it" in said, changed


def test_what_is_no_mail_or_too_large_goes_back(letter: Letter, tmp_path: Path) -> None:
    assert receive(b"\n", tmp_path)[0] == 65
    assert receive(letter("x" * 1_100_000), tmp_path, DESKBELL_MAX_MAIL_MB="1")[0] == 65


def test_a_mail_by_two_doors_is_one_message(
    door: RunningDoor, letter: Letter, tmp_path: Path
) -> None:
    raw = letter()
    door.deliver(raw)
    assert receive(raw, tmp_path)[0] == 0
    assert receive(raw.replace(b"\r\n", b"\n"), tmp_path)[0] == 0  # as a pipe often gives it
    assert RawMail.objects.count() == 1
