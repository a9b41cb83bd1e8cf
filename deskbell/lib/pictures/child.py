"""`child.py square 192`, `child.py within 480`: reads a picture from stdin, draws it anew to stdout as WebP.

A process of its own with little time and memory: a file made to exhaust either takes only this along. What
it can't draw it dies of, whatever the reason. It imports nothing of ours, so that it is there quickly.
"""

from __future__ import annotations

import io
import sys

from PIL import Image, ImageOps

SECONDS, BYTES = 4, 768 * 1024 * 1024
MOST_PIXELS = 40_000_000  # a good camera's; four bytes each, once or twice over
JPEG = b"\xff\xd8"
SCAN, MOST_SCANS = (
    b"\xff\xda",
    40,
)  # of a JPEG; each goes over all pixels again, and cameras make about ten
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")  # by their content; what a browser may draw
QUALITY = 82


def main() -> None:
    """One picture, as the arguments say."""
    _limit()
    shape, side = sys.argv[1], int(sys.argv[2])
    sys.stdout.buffer.write(redrawn(sys.stdin.buffer.read(), shape, side))


def redrawn(content: bytes, shape: str, side: int) -> bytes:
    """Only what one sees goes over: not where a phone was, not its name, not a preview from before a cut."""
    if content.startswith(JPEG) and content.count(SCAN) > MOST_SCANS:
        raise SystemExit(f"more than {MOST_SCANS} scans")
    with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:  # nothing was unpacked to know it
            raise SystemExit(f"{picture.width} by {picture.height} pixels")
        picture.draft("RGB", (2 * side, 2 * side))  # a JPEG is unpacked no larger than it is needed
        ImageOps.exif_transpose(picture, in_place=True)
        drawn = picture.convert("RGBA")
    if shape == "square":
        drawn = ImageOps.fit(drawn, (side, side))
    else:
        drawn.thumbnail((side, side))
    paper = Image.new("RGB", drawn.size, "white")
    paper.paste(drawn, mask=drawn)
    kept = io.BytesIO()
    paper.save(kept, "WEBP", quality=QUALITY)
    return kept.getvalue()


def _limit() -> None:
    try:
        import resource  # noqa: PLC0415 there is none on Windows; the parent's patience remains
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes to its pipe alone


if __name__ == "__main__":
    main()
