"""The tour leads to files that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_each_file_of_the_tour_exists() -> None:
    text = (ROOT / "docs" / "tour.md").read_text()
    named = re.findall(r"`([a-z_]+/[\w./-]*(?:\.\w+|/))`", text)
    assert len(named) > 40
    missing = [
        path
        for path in named
        if not (ROOT / "deskbell" / path).exists() and not (ROOT / path).exists()
    ]
    assert missing == []


def test_each_address_of_the_readme_and_the_docs_leads_somewhere() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    links = [
        (page, link) for page in pages for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text())
    ]
    assert len(links) > 3
    assert [link for page, link in links if not (page.parent / link).exists()] == []
