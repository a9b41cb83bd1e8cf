"""A brand's colors on pages: whatever someone chose, text stays legible by day and by night."""

from __future__ import annotations

import random
import re

from deskbell.mail.colors import LEGIBLE, contrast
from deskbell.mail.themes import GROUNDS, SHEETS, stylesheet
from tests.dice import SEED


def test_every_color_is_legible_wherever_it_stands() -> None:
    chance = random.Random(SEED)
    some = [f"#{chance.randrange(256**3):06x}" for _ in range(200)]
    for color in ("#ffffff", "#000000", "#ffcc00", "#0000ff", *some):
        found = re.findall(r"--([a-z-]+): light-dark\((#\w{6}), (#\w{6})\)", stylesheet(color))
        by_name = {name: {"light": light, "dark": dark} for name, light, dark in found}
        for by, ground in GROUNDS.items():
            brand, soft, on_brand = (by_name[each][by] for each in ("brand", "soft", "on-brand"))
            for under in (ground, SHEETS[by], soft):
                assert contrast(brand, under) >= LEGIBLE, (color, by, under, SEED)
            assert contrast(on_brand, brand) >= LEGIBLE, (color, by, SEED)
