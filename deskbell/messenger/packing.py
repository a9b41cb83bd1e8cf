"""The bubble's files as they go over the wire: put together, without comments and spaces, packed once.

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

HERE = Path(__file__).parent / "bubble"
LANGUAGES = ("en", "es")


@dataclass(frozen=True)
class Packed:
    """A script, plain and by gzip, and its fingerprint as an ETag."""

    plain: bytes
    packed: bytes
    etag: str


def loader() -> Packed:
    """The classic script that a portal's page names."""
    return _loader(_changed())


def messenger() -> Packed:
    """The module with the whole messenger."""
    return _messenger(_changed())


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
    return _pack((HERE / "loader.js").read_text())


@lru_cache(maxsize=2)
def _messenger(_changed: int) -> Packed:
    constants = {
        "TEXTS": {language: texts(language) for language in LANGUAGES},
        "LOOKS": (HERE / "looks.css").read_text().replace("\n", ""),
        "FACE": {},
    }
    lines = [f"const {name} = {_json(value)};" for name, value in constants.items()]
    parts = [part.read_text() for part in sorted(HERE.glob("[0-9]*.js"))]
    return _pack("\n".join([*lines, *parts]))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _pack(script: str) -> Packed:
    plain = str(jsmin(script)).encode()
    return Packed(plain, gzip.compress(plain, 9, mtime=0), f'"{sha256(plain).hexdigest()[:16]}"')
