"""How a district's mails look: a logo, a color and a line with its name; the desk's own for all others."""

from __future__ import annotations

from dataclasses import dataclass

from deskbell.lib import files
from deskbell.lib.errors import Refused
from deskbell.lib.remembering import remembered
from deskbell.mail.colors import HEX, NIGHT, PAPER, legible
from deskbell.mail.models import Branding
from deskbell.mail.pictures import Picture, picture_of
from deskbell.people.models import District

LARGEST_LOGO = 200 * 1024
MOST_PIXELS = 2000  # on each side
SHOWN_HEIGHT, SHOWN_WIDTH = 40, 240
USUAL_COLOR = "#855e0f"


@dataclass(frozen=True)
class Brand:
    """A branding as a letter needs it; `link` is legible on white, `link_in_the_dark` on black."""

    name: str
    color: str
    link: str
    link_in_the_dark: str
    logo: str
    logo_type: str
    logo_width: int
    logo_height: int


@remembered
def brand_for(district: District | None) -> Brand:
    """The district's brand; what it leaves open comes from the desk's."""
    of_desk = Branding.objects.filter(district=None)
    rows = Branding.objects.filter(district=district) | of_desk if district else of_desk
    found = {row.district_id: row for row in rows}
    desk = found.get(None) or Branding()
    own = found.get(district.pk) if district else None
    return brand_of(own or desk, default=desk)


def brand_of(row: Branding, *, default: Branding) -> Brand:
    """The brand of this row; what it leaves open comes from `default`."""
    logo = row if row.logo else default
    color = row.color or default.color or USUAL_COLOR
    width, height = shown_size(logo.logo_width, logo.logo_height)
    return Brand(
        name=row.name or default.name,
        color=color,
        link=legible(color, PAPER),
        link_in_the_dark=legible(color, NIGHT),
        logo=logo.logo,
        logo_type=logo.logo_type,
        logo_width=width,
        logo_height=height,
    )


def shown_size(width: int, height: int) -> tuple[int, int]:
    """How large a logo is shown: at most 40 pixels high and 240 wide, never larger than it is."""
    if not width or not height:
        return 0, 0
    factor = min(1.0, SHOWN_HEIGHT / height, SHOWN_WIDTH / width)
    return max(1, round(width * factor)), max(1, round(height * factor))


def save_branding(
    district: District | None, *, name: str, color: str, logo: bytes | None, no_logo: bool = False
) -> Branding:
    """Keep how the mails of a district look, or the desk's own. `logo` None leaves it as it is."""
    color = color.strip().lower()
    if color and not HEX.fullmatch(color):
        raise Refused(f"“{color}” is no color: write it like #1a5fb4.")
    if len(name) > 100:
        raise Refused("The name is longer than 100 characters. Make it shorter.")
    row = Branding.objects.filter(district=district).first() or Branding(district=district)
    row.name, row.color = " ".join(name.split()), color
    if no_logo:
        row.logo, row.logo_type, row.logo_width, row.logo_height = "", "", 0, 0
    elif logo is not None:
        found = _checked(logo)
        row.logo, row.logo_type = files.keep(logo), found.media_type
        row.logo_width, row.logo_height = found.width, found.height
    row.save()
    return row


def _checked(logo: bytes) -> Picture:
    if len(logo) > LARGEST_LOGO:
        raise Refused(f"The logo is larger than {LARGEST_LOGO // 1024} KB. Make it smaller.")
    found = picture_of(logo)
    if found is None:
        raise Refused("The logo is no PNG and no JPEG picture, whatever its name says.")
    if max(found.width, found.height) > MOST_PIXELS:
        raise Refused(f"The logo has more than {MOST_PIXELS} pixels on a side. Make it smaller.")
    return found
