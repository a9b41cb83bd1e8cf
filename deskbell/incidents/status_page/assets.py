"""The files that pages are drawn with, under names that change with their content, so they may be kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders

from deskbell.incidents.status_page.audience import PUBLIC
from deskbell.lib import files
from deskbell.mail import themes
from deskbell.mail.branding import USUAL_COLOR, Brand

NAMES = ("status.css", "status.js", "signs.svg", "icon.svg")


def all_files() -> Mapping[str, bytes]:
    """What lies in `assets/`, by its path below the folder."""
    return {f"assets/{_hashed(name, content)}": content for name, content in _contents().items()}


def addresses() -> Mapping[str, str]:
    """Under which address each of NAMES is served."""
    return {
        name: f"{PUBLIC}/assets/{_hashed(name, content)}" for name, content in _contents().items()
    }


def brand_files(brand: Brand) -> Mapping[str, bytes]:
    """The colors and the logo of a branding, by their paths; nothing where all is as usual. A logo whose
    file is lost is left out."""
    found = {}
    if brand.color != USUAL_COLOR:
        css = themes.stylesheet(brand.color).encode()
        found[f"assets/{_hashed('brand.css', css)}"] = css
    if brand.logo and brand.logo_type in themes.ENDINGS:
        try:
            with files.opened(brand.logo) as file:
                found[f"assets/logo.{brand.logo[:16]}.{themes.ENDINGS[brand.logo_type]}"] = (
                    file.read()
                )
        except OSError:
            return found
    return found


@cache
def _contents() -> Mapping[str, bytes]:
    found = {name: finders.find(f"incidents/status_page/{name}") for name in NAMES}
    return {name: Path(str(place)).read_bytes() for name, place in found.items()}


def _hashed(name: str, content: bytes) -> str:
    stem, _, ending = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:16]}.{ending}"
