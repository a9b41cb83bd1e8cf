"""Real pictures for tests, drawn here and now: so none of them is a stranger's file."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

RED, BLUE = (200, 20, 20), (20, 20, 200)


def picture(width: int = 40, height: int = 30, kind: str = "PNG", **more: Any) -> bytes:
    """A picture whose left half is red and whose right half is blue; `more` goes into its file."""
    drawn = Image.new("RGB", (width, height), RED)
    drawn.paste(BLUE, (width // 2, 0, width, height))
    return saved(drawn, kind, **more)


def saved(drawn: Image.Image, kind: str = "PNG", **more: Any) -> bytes:
    """The bytes of its file."""
    file = io.BytesIO()
    drawn.save(file, kind, **more)
    return file.getvalue()


def seen(content: bytes) -> Image.Image:
    """What is in a file."""
    return Image.open(io.BytesIO(content))


def is_like(pixel: Any, color: tuple[int, int, int]) -> bool:
    """Is it this color, as far as one sees?"""
    return all(abs(one - other) < 40 for one, other in zip(pixel, color, strict=True))
