"""What Zendesk and Intercom hand out: a folder with the answers of their APIs as JSON files.

Zendesk: `help_center/{locale}/articles`, `sections` and `categories`. Intercom: `articles` and
`help_center/collections`. Several pages are several files; what is in a file tells what it is.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from deskbell.helpcenter.importing.from_html import markdown_of
from deskbell.helpcenter.importing.pieces import Found, Piece
from deskbell.helpcenter.models.articles import LONGEST_TITLE
from deskbell.lib.errors import Refused
from deskbell.look.languages import LANGUAGES, USUAL

LARGEST = 200 * 1024 * 1024
Row = Mapping[str, Any]


def zendesk(root: Path) -> list[Found]:
    """The articles of a Zendesk help center. Refused if there are none."""
    rows = _rows(root)
    sections = {each["id"]: each for each in rows["sections"]}
    categories = {each["id"]: each for each in rows["categories"]}
    by_id: dict[Any, dict[str, Row]] = defaultdict(dict)
    for each in rows["articles"]:
        language = str(each.get("locale") or USUAL).partition("-")[0].lower()
        if language in LANGUAGES:
            by_id[each["id"]][language] = each
    found = []
    for key, editions in by_id.items():
        pieces = {}
        for language, each in editions.items():
            section = sections.get(each.get("section_id"), {})
            category = categories.get(section.get("category_id"), {})
            pieces[language] = Piece(
                title=_title(each),
                body=markdown_of(str(each.get("body") or "")),
                collection=str(category.get("name") or ""),
                section=str(section.get("name") or ""),
                about=str(category.get("description") or ""),
            )
        paths = [path for each in editions.values() if (path := _path(each.get("html_url")))]
        public = not any(each.get("draft") for each in editions.values())
        found.append(Found(f"zendesk:{key}", pieces, paths=paths, public=public))
    return found


def intercom(root: Path) -> list[Found]:
    """The articles of an Intercom help center. Refused if there are none."""
    rows = _rows(root)
    collections = {str(each["id"]): each for each in rows["collections"]}
    found = []
    for each in rows["articles"]:
        place = collections.get(str(each.get("parent_id")), {})
        above = collections.get(str(place.get("parent_id")), place)
        pieces = {}
        for language, said in _translations(each):
            pieces[language] = Piece(
                title=_title(said),
                summary=str(said.get("description") or ""),
                body=markdown_of(str(said.get("body") or "")),
                collection=_name(above, language),
                section=_name(place, language) if place is not above else "",
            )
        public = each.get("state") == "published"
        paths = [path] if (path := _path(each.get("url"))) else []
        found.append(Found(f"intercom:{each['id']}", pieces, paths=paths, public=public))
    return found


def _translations(each: Row) -> Iterator[tuple[str, Row]]:
    """The languages in which something is said, the usual one from the article itself."""
    told = each.get("translated_content") or {}
    for language in LANGUAGES:
        said = told.get(language) or (
            each if language == each.get("default_locale", USUAL) else None
        )
        if said and (said.get("body") or said.get("title")):
            yield language, said


def _name(collection: Row, language: str) -> str:
    told = (collection.get("translated_content") or {}).get(language) or {}
    return str(told.get("name") or collection.get("name") or "")


def _rows(root: Path) -> dict[str, list[Row]]:
    """All rows of all files, by what they are."""
    files = sorted(root.rglob("*.json")) if root.is_dir() else [root]
    rows: dict[str, list[Row]] = defaultdict(list)
    for file in files:
        if not file.is_file() or file.stat().st_size > LARGEST:
            raise Refused(f"{file} is no file, or larger than {LARGEST // 1024**2} MB.")
        try:
            read = json.loads(file.read_bytes())
        except ValueError:
            raise Refused(f"{file} is no JSON.") from None
        for kind, each in _told(read):
            rows[kind].append(each)
    if not rows["articles"]:
        raise Refused(f"There is no article in {root}: put the JSON of the articles there.")
    return rows


def _told(read: Any) -> Iterator[tuple[str, Row]]:
    lists = read if isinstance(read, Mapping) else {"data": read}
    for name, rows in lists.items():
        for each in rows if isinstance(rows, list) else ():
            if not isinstance(each, Mapping) or "id" not in each:
                continue
            kind = f"{each.get('type')}s" if name == "data" else str(name)
            yield kind, each


def _title(said: Row) -> str:
    return str(said.get("title") or said.get("name") or "Without a title")[:LONGEST_TITLE]


def _path(url: object) -> str:
    return urlsplit(str(url or "")).path[:300]
