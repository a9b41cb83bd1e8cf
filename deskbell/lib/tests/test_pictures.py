"""A stranger's picture is drawn anew: what one sees stays, and nothing else does."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from deskbell.lib.errors import Refused
from deskbell.lib.pictures import redrawing
from deskbell.lib.pictures.child import MOST_PIXELS, MOST_SCANS, SCAN
from deskbell.lib.pictures.redrawing import Busy, redrawn
from tests.pictures import BLUE, RED, is_like, picture, saved, seen


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_square_is_the_middle_of_it(kind: str) -> None:
    drawn = seen(redrawn(picture(900, 300, kind), "square", 96))
    assert (drawn.format, drawn.size) == ("WEBP", (96, 96))
    assert is_like(drawn.getpixel((5, 48)), RED) and is_like(drawn.getpixel((90, 48)), BLUE)


@pytest.mark.parametrize(
    ("size", "becomes"), [((900, 300), (480, 160)), ((100, 960), (50, 480)), ((20, 10), (20, 10))]
)
def test_within_a_side_all_of_it_is_shown_and_never_larger_than_it_was(
    size: tuple[int, int], becomes: tuple[int, int]
) -> None:
    assert seen(redrawn(picture(*size), "within", 480)).size == becomes


def test_where_it_was_taken_stays_behind_and_it_stands_upright() -> None:
    said = Image.Exif()
    said[0x0112] = 6  # the camera was held on its side
    said[0x010F] = "Secret Camera"
    said.get_ifd(0x8825)[1] = "N"
    taken = picture(80, 40, "JPEG", exif=said, comment=b"my home", quality=95)
    assert b"Secret Camera" in taken and b"my home" in taken
    drawn = redrawn(taken, "within", 480)
    shown = seen(drawn)
    assert shown.size == (40, 80)
    assert is_like(shown.getpixel((20, 10)), RED) and is_like(shown.getpixel((20, 70)), BLUE)
    assert not shown.getexif() and b"Secret" not in drawn and b"home" not in drawn


def test_what_is_seen_through_stands_on_white() -> None:
    nothing = saved(Image.new("RGBA", (30, 30), (0, 0, 0, 0)))
    assert is_like(seen(redrawn(nothing, "square", 30)).getpixel((15, 15)), (255, 255, 255))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    """A few KB that say they are a picture of 400 million pixels."""
    with pytest.raises(Refused, match="can’t be read"):
        redrawn(_png(20_000, 20_000, b"\0" * 1000), "square", 96)


def test_a_jpeg_that_goes_over_its_pixels_again_and_again_is_refused() -> None:
    """A few hundred scans of 100 bytes each keep a processor busy for half a minute."""
    whole = picture(kind="JPEG", progressive=True)
    head, scan = whole[: whole.rindex(SCAN)], whole[whole.rindex(SCAN) : -2]
    assert seen(redrawn(head + scan + b"\xff\xd9", "within", 480)).format == "WEBP"
    with pytest.raises(Refused, match="can’t be read"):
        redrawn(head + MOST_SCANS * scan + b"\xff\xd9", "within", 480)


def test_one_is_drawn_at_a_time_and_the_next_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redrawing, "TURN", 0.01)
    with redrawing._one_at_a_time, pytest.raises(Busy, match="Try again in a few seconds"):
        redrawn(picture(), "square", 96)
    assert redrawn(picture(), "square", 96)


def test_what_reads_a_strangers_bytes_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child of the test is one that says what it was told."""
    monkeypatch.setenv("DESKBELL_SECRET_KEY", "of-this-desk")
    monkeypatch.setattr(redrawing, "CHILD", Path(__file__).with_name("telling_child.py"))
    assert b"of-this-desk" not in redrawn(b"", "square", 96)


def test_a_picture_that_lies_about_its_size_is_refused() -> None:
    with pytest.raises(Refused):
        redrawn(_png(6_000, MOST_PIXELS // 6_000, b"\0" * 10), "square", 96)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ a program",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        picture(kind="BMP"),
        picture(kind="TIFF"),
        picture(kind="JPEG")[:-200],
    ],
    ids=["nothing", "program", "svg", "eps", "bmp", "tiff", "half"],
)
def test_what_is_no_picture_that_a_browser_draws_is_refused(content: bytes) -> None:
    with pytest.raises(Refused, match="PNG, JPEG, GIF or WebP"):
        redrawn(content, "square", 96)


def _png(width: int, height: int, pixels: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        sum_ = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", sum_)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body
