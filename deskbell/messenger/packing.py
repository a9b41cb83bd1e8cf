"""The bubble's files as they go over the wire: put together, without comments and spaces, our own names
short, packed once.

There is no build step: what lies in `bubble/` is what a browser gets, and a file that changes is read anew.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from rjsmin import jsmin

from deskbell.chat.faces import USUAL_COLOR, Face
from deskbell.mail.colors import legible
from deskbell.messenger.shortening import shortened, shortened_css

HERE = Path(__file__).parent / "bubble"
LANGUAGES = ("en", "es")
DAY, NIGHT = "#f4f5f9", "#1b1c21"  # the grounds of looks.css on which colored words stand
USUAL_ABOVE = 20  # pixels


@dataclass(frozen=True)
class Packed:
    """A file, plain and by gzip, and its fingerprint as an ETag."""

    plain: bytes
    packed: bytes
    etag: str


def loader() -> Packed:
    """The classic script that a portal's page names."""
    return _loader(_changed())


def messenger(face: Face) -> Packed:
    """The module with the whole messenger, in this face and without words."""
    return _messenger(_changed(), face.launcher == Face.Launcher.LABEL, css_of(face))


def words(face: Face, language: str) -> Packed:
    """The messenger's words in one language, with the desk's own. Nobody is sent those of another."""
    return _words(_changed(), language, _json(face.words.get(language, {})))


def css_of(face: Face) -> str:
    """What the face changes of the looks. A color is made darker or lighter as far as it must be read."""
    css = ""
    if face.color != USUAL_COLOR:
        day, night = legible(face.color, DAY), legible(face.color, NIGHT)
        head = legible(face.color, "#ffffff")
        css += (
            f":host{{--key:light-dark({day},{night});--on:light-dark(#fff,{NIGHT});"
            f"--head:light-dark({head},color-mix(in srgb,{head} 45%,#000))}}"
        )
    if face.side == Face.Side.START:
        css += (
            ".all{inset-inline:max(20px,env(safe-area-inset-left)) auto}.panel{inset-inline:0 auto}"
        )
    if face.above != USUAL_ABOVE:
        css += f".all{{inset-block-end:max({face.above}px,env(safe-area-inset-bottom))}}"
        css += f".panel{{block-size:min(640px,calc(100dvh - {96 + face.above}px))}}"
    return css


def texts(language: str) -> dict[str, str | dict[str, str]]:
    """The words of the bubble in one language, by name; those with a number by plural form."""
    said: dict[str, str | dict[str, str]] = json.loads(
        (HERE / "texts" / f"{language}.json").read_text()
    )
    return said


def _changed() -> int:
    return max(file.stat().st_mtime_ns for file in (HERE, *HERE.rglob("*.*")))


@lru_cache(maxsize=2)
def _loader(_changed: int) -> Packed:
    return _pack(str(jsmin((HERE / "loader.js").read_text())))


@lru_cache(maxsize=8)
def _messenger(_changed: int, labeled: bool, css: str) -> Packed:
    constants = {
        "LANGUAGES": LANGUAGES,
        "LABELED": labeled,
        "LOOKS": shortened_css((HERE / "looks.css").read_text().replace("\n", "") + css),
    }
    lines = [f"const {name} = {_json(value)};" for name, value in constants.items()]
    parts = [part.read_text() for part in sorted(HERE.glob("[0-9]*.js"))]
    return _pack(shortened(str(jsmin("\n".join([*lines, *parts])))))


@lru_cache(maxsize=8)
def _words(_changed: int, language: str, own: str) -> Packed:
    return _pack(_json({**texts(language), **json.loads(own)}))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _pack(text: str) -> Packed:
    plain = text.encode()
    return Packed(plain, gzip.compress(plain, 9, mtime=0), f'"{sha256(plain).hexdigest()[:16]}"')
