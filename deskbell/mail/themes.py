"""A brand on the pages that customers see: its colors as they can be read by day and by night, its logo."""

from __future__ import annotations

from deskbell.lib import files
from deskbell.lib.errors import NotFound
from deskbell.mail.branding import USUAL_COLOR, Brand
from deskbell.mail.colors import legible, mixed
from deskbell.mail.models import Branding

GROUNDS = {"light": "#f6f4ef", "dark": "#1a1a1e"}  # where text has the least contrast
SHEETS = {"light": "#ffffff", "dark": "#1a1a1e"}
SOFT = {"light": 0.14, "dark": 0.22}  # how much of the color is in the ground of what stands out
ENDINGS = {"image/png": "png", "image/jpeg": "jpg"}


def stylesheet(color: str) -> str:
    """The color for text and buttons, what is written on it, and its soft ground; text keeps 4.5:1."""
    soft = {by: mixed(color, SHEETS[by], SOFT[by]) for by in GROUNDS}
    brand = {by: legible(legible(color, soft[by]), ground) for by, ground in GROUNDS.items()}
    shades = {"brand": brand, "soft": soft, "on-brand": {"light": "#ffffff", "dark": "#141416"}}
    said = (f"--{name}: light-dark({by['light']}, {by['dark']});" for name, by in shades.items())
    return f":root {{ {' '.join(said)} }}\n"


def colors_at(brand: Brand, home: str) -> str:
    """The address of its stylesheet below `home`; "" where the color is the usual one."""
    return "" if brand.color == USUAL_COLOR else f"{home}/colors/{brand.color[1:]}.css"


def logo_at(brand: Brand, home: str) -> str:
    """The address of its logo below `home`; "" if it has none."""
    return f"{home}/logos/{brand.logo}.{ENDINGS[brand.logo_type]}" if brand.logo else ""


def logo(sha256: str) -> tuple[bytes, str]:
    """The picture of a branding and its media type. Raises NotFound."""
    found = Branding.objects.filter(logo=sha256).first()
    if found is None:
        raise NotFound("There is no such picture.")
    try:
        with files.opened(sha256) as file:
            return file.read(), found.logo_type
    except FileNotFoundError as lost:
        raise NotFound("The picture is missing from the desk's file store.") from lost
