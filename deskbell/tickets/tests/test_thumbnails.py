"""A picture that came along is shown small: drawn once, and itself where it can't be drawn."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import FileResponse
from django.http.response import HttpResponseBase

from deskbell.lib import files
from deskbell.lib.errors import NotFound
from deskbell.lib.pictures.redrawing import Busy, Shape, redrawn
from deskbell.tickets import thumbnails
from deskbell.tickets.models import Attachment
from tests.pictures import picture, seen


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Any) -> None:
    backend = "django.core.files.storage.FileSystemStorage"
    default = {"BACKEND": backend, "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": default}


def came(content: bytes, picture: str = "image/png") -> Attachment:
    return Attachment(
        name="screen.png", size=len(content), sha256=files.keep(content), picture=picture
    )


def itself(answer: HttpResponseBase) -> bytes:
    """The bytes of the picture as it came, which may run nothing either."""
    assert isinstance(answer, FileResponse) and "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Type"] == "image/png"
    content = b"".join(answer)
    if answer.file_to_stream:
        answer.file_to_stream.close()
    return content


def test_it_is_small_and_can_do_nothing() -> None:
    answer = thumbnails.small(came(picture(1920, 1080)))
    assert seen(answer.content).size == (480, 270)
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_it_is_drawn_once_and_so_is_what_can_not_be(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[bytes] = []

    def counted(content: bytes, shape: Shape, side: int) -> bytes:
        drawn.append(content)
        return redrawn(content, shape, side)

    monkeypatch.setattr(thumbnails, "redrawn", counted)
    whole, broken = picture(1234, 17), b"\x89PNG\r\n\x1a\n of mine"
    for _ in range(2):
        thumbnails.small(came(whole))
        assert itself(thumbnails.small(came(broken))) == broken
    assert drawn == [whole, broken]


def test_while_another_is_drawn_it_is_shown_itself_and_drawn_the_next_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def busy(content: bytes, shape: Shape, side: int) -> bytes:
        raise Busy("Another one.")

    whole = picture(1235, 17)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(thumbnails, "redrawn", busy)
        assert itself(thumbnails.small(came(whole))) == whole
    assert seen(thumbnails.small(came(whole)).content).size == (480, 7)


def test_a_very_large_one_is_shown_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thumbnails, "LARGEST", 10)
    assert seen(itself(thumbnails.small(came(picture(200, 100))))).size == (200, 100)


def test_what_is_no_picture_has_none() -> None:
    with pytest.raises(NotFound):
        thumbnails.small(came(b"%PDF-", picture=""))
