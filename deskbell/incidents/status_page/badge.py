"""A small picture that says how all is, for pages elsewhere."""

from __future__ import annotations

from markupsafe import escape

from deskbell.incidents.status_page import words
from deskbell.incidents.status_page.board import Board
from deskbell.incidents.uptime import State

# White letters on each have 4.5:1 or more.
COLORS = {
    State.DEGRADED: "#7a5a00",
    State.PARTIAL_OUTAGE: "#a34d0b",
    State.MAJOR_OUTAGE: "#b3261e",
    State.MAINTENANCE: "#2b5b94",
    State.UNKNOWN: "#5d5a54",
}
WELL = "#1f7a3d"
LETTER = 6.6  # pixels, about, of 11 px in any sans-serif; `textLength` makes it exact


def badge(board: Board, language: str) -> bytes:
    """SVG that needs no font of its own; its words are its title as well."""
    t = words.speaker(language)
    left, right = escape(t("Status")), escape(t(board.sentence))
    widths = [round(len(str(text)) * LETTER) for text in (left, right)]
    split, total = widths[0] + 20, sum(widths) + 40
    color = COLORS.get(State(board.state), WELL)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{total}" height="22" role="img" '
        f'aria-label="{left}: {right}"><title>{left}: {right}</title>'
        f'<clipPath id="r"><rect width="{total}" height="22" rx="5"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{split}" height="22" fill="#3c3a36"/>'
        f'<rect x="{split}" width="{total - split}" height="22" fill="{color}"/></g>'
        f'<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">'
        f'<text x="10" y="15" textLength="{widths[0]}">{left}</text>'
        f'<text x="{split + 10}" y="15" textLength="{widths[1]}">{right}</text></g></svg>'
    ).encode()
