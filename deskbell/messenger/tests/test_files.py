"""What a visitor brings is looked at first, and opens for those who may see the message alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from deskbell.chat import tallies
from deskbell.chat.models import Upload
from deskbell.chat.uploading import LARGEST, safe_name
from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.messenger.tests.conftest import Bubble
from deskbell.tickets.models import Attachment, Message, Ticket
from tests.pictures import picture, seen
from tests.town import Town

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Any) -> None:
    backend = "django.core.files.storage.FileSystemStorage"
    default = {"BACKEND": backend, "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": default}


def bring(
    tab: Bubble, content: bytes, name: str = "screen.png", kind: str = "image/png"
) -> tuple[int, Any]:
    answer = tab._client.generic(
        "POST",
        f"/bubble/files?name={name}",
        content,
        content_type=kind,
        headers={"Authorization": f"Bearer {tab.token}"},
    )
    return answer.status_code, answer.json()


def fetched(browser: Client, path: str) -> tuple[Any, bytes]:
    answer: Any = browser.get(path)
    return answer, b"".join(answer)  # read to its end, so that it is closed


def with_file(tab: Bubble, *keys: str, text: str = "") -> tuple[int, Any]:
    return tab.post(
        "messages", {"id": f"with-file-{'-'.join(keys)}", "text": text, "files": list(keys)}
    )


def test_a_screenshot_goes_with_a_message_and_both_sides_can_open_it(
    bubble: Bubble, town: Town
) -> None:
    status, told = bring(bubble, PNG)
    assert status == 200
    key = told["file"]["key"]
    assert with_file(bubble, key, text="Like this")[0] == 200
    (drawn,) = bubble.get("conversation")[1]["messages"][-1]["files"]
    assert (drawn["name"], drawn["size"]) == ("screen.png", len(PNG))
    opened, content = fetched(Client(), drawn["path"])
    assert content == PNG
    assert (opened["Content-Type"], opened["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert "sandbox" in opened["Content-Security-Policy"]
    agent = Client()
    agent.force_login(town.ana.person)
    attached = Attachment.objects.get()
    number = Ticket.objects.get().number
    assert fetched(agent, f"/tickets/{number}/attachments/{attached.pk}")[1] == PNG


def test_a_picture_is_told_small_too_and_any_page_may_draw_it(bubble: Bubble) -> None:
    shot = picture(1600, 900)
    keys = [
        bring(bubble, shot)[1]["file"]["key"],
        bring(bubble, b"My essay", "essay.txt", "text/plain")[1]["file"]["key"],
    ]
    with_file(bubble, *keys)
    shown, essay = bubble.get("conversation")[1]["messages"][-1]["files"]
    answer, content = fetched(Client(), shown["small"])
    assert seen(content).size == (480, 270) and answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cache-Control"] == "private, no-store"
    assert fetched(Client(), shown["path"])[1] == shot
    assert "small" not in essay
    assert Client().get(essay["path"] + "?small").status_code == 404


def test_a_file_alone_is_a_message_and_names_its_ticket(
    new_bubble: Callable[[], Bubble], town: Town
) -> None:
    tab = new_bubble().begin()
    key = bring(tab, PNG)[1]["file"]["key"]
    assert with_file(tab, key)[0] == 200
    assert Ticket.objects.get().subject == "screen.png"


def test_sent_again_the_file_is_there_once(bubble: Bubble) -> None:
    key = bring(bubble, PNG)[1]["file"]["key"]
    for _ in range(2):
        assert with_file(bubble, key, text="Look")[0] == 200
    assert Attachment.objects.count() == 1


def test_a_file_of_another_visitor_or_one_that_was_sent_can_not_be_sent(
    bubble: Bubble, new_bubble: Callable[[], Bubble]
) -> None:
    key = bring(bubble, PNG)[1]["file"]["key"]
    other = new_bubble().begin()
    assert with_file(other, key, text="Mine now")[0] == 422
    with_file(bubble, key, text="Look")
    assert bubble.post("messages", {"id": "another-id", "text": "", "files": [key]})[0] == 422
    for forged in ("0", "x", "-1", "9" * 30):
        assert with_file(other, forged, text="Forged")[0] == 422
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize("files", ["7", {"a": 1}, [7], [None], [["7"]]])
def test_what_is_no_list_of_keys_is_refused(bubble: Bubble, files: Any) -> None:
    said = {"id": "message-9", "text": "x", "files": files}
    assert bubble.post("messages", said)[0] == 422


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"", "empty.png", "image/png"),
        (b"x" * (LARGEST + 1), "large.txt", "text/plain"),
        (b"MZ\x90\x00program", "photo.png", "image/png"),
        (b"\x7fELF", "homework", "text/plain"),
        (b"echo", "homework.bat", "text/plain"),
    ],
)
def test_empty_large_and_running_files_are_refused(
    bubble: Bubble, content: bytes, name: str, kind: str
) -> None:
    status, told = bring(bubble, content, name, kind)
    assert status == 422
    assert told["error"].endswith(".")
    assert not Upload.objects.exists()


def test_a_page_that_calls_itself_a_picture_is_never_drawn(bubble: Bubble) -> None:
    html = b"<html><script>alert(document.domain)</script></html>"
    key = bring(bubble, html)[1]["file"]["key"]
    with_file(bubble, key, text="Look")
    attached = Attachment.objects.get()
    assert attached.picture == ""
    assert "something else" in attached.warning
    path = bubble.get("conversation")[1]["messages"][-1]["files"][0]["path"]
    opened, _ = fetched(Client(), path)
    assert opened["Content-Type"] == "application/octet-stream"
    assert opened["Content-Disposition"].startswith("attachment")


def test_nobody_opens_a_file_by_a_forged_or_an_old_link(bubble: Bubble) -> None:
    key = bring(bubble, PNG)[1]["file"]["key"]
    with_file(bubble, key, text="Look")
    attached = Attachment.objects.get()
    path = bubble.get("conversation")[1]["messages"][-1]["files"][0]["path"]
    for forged in (str(attached.pk), signing.dumps(attached.pk), path.rpartition("/")[2][:-1]):
        assert Client().get(f"/bubble/files/{forged}").status_code == 404
    Message.objects.filter(pk=attached.message_id).update(public=False)
    assert Client().get(path).status_code == 404


def test_bringing_files_is_limited(bubble: Bubble, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "deskbell.chat.uploading.FILES_OF_A_VISITOR", tallies.Limit("few", 2, tallies.HOUR)
    )
    with moved_to(clock.now()):
        assert [bring(bubble, PNG)[0] for _ in range(3)] == [200, 200, 429]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\mia\\photo.png", "photo.png"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("", "file"),
        ("...", "file"),
        ("x" * 300 + ".png", "x" * 116 + ".png"),
    ],
)
def test_names_are_what_a_person_reads(given: str, kept: str) -> None:
    assert safe_name(given) == kept
