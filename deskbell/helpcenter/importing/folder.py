"""A folder of Markdown: `name.en.md` and `name.es.md` are one article in two languages.

Above the text may stand what is known of it, between two lines of `---`: title, summary, collection,
section, about (the collection), symbol, audience. The rest comes from the folders and the first heading.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from urllib.parse import unquote

from deskbell.helpcenter import illustrating
from deskbell.helpcenter.importing.pieces import Found, Piece
from deskbell.helpcenter.models import Audience
from deskbell.lib.errors import Refused
from deskbell.look.languages import LANGUAGES, USUAL
from deskbell.people.models import Agent

MOST_FILES = 20_000
HEAD = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*\n", re.DOTALL)
HEADING = re.compile(r"\A\s*#[ \t]+(.+?)[ \t#]*\n")
PICTURE = re.compile(r"(!\[[^\]]*\]\()([^)\s]+)")


def read(root: Path, *, by: Agent | None = None) -> list[Found]:
    """The articles of a folder and of those inside it. Refused for what is no folder, or one that is full
    of something else. Pictures that lie there are kept on the way."""
    if not root.is_dir():
        raise Refused(f"{root} is no folder.")
    files = sorted(each for each in root.rglob("*.md") if each.is_file() and not each.is_symlink())
    if not files:
        raise Refused(f"There is no file that ends in .md in {root}.")
    if len(files) > MOST_FILES:
        raise Refused(f"{root} has {len(files):,} files; {MOST_FILES:,} can be imported at once.")
    articles: dict[str, dict[str, Path]] = defaultdict(dict)
    for file in files:
        name, language = _split(file.relative_to(root).as_posix())
        articles[name][language] = file
    return [_found(root, name, each, by) for name, each in articles.items()]


def _split(path: str) -> tuple[str, str]:
    """The name of the article and the language: "apps/print.es.md" is ("apps/print", "es")."""
    stem = path.removesuffix(".md")
    name, dot, language = stem.rpartition(".")
    return (name, language) if dot and language in LANGUAGES else (stem, USUAL)


def _found(root: Path, name: str, files: dict[str, Path], by: Agent | None) -> Found:
    pieces, audience = {}, str(Audience.EVERYONE)
    for language, file in files.items():
        known, body = _parts(file.read_text(errors="replace"))
        folders = [_words(each) for each in Path(name).parts[:-1]]
        title = known.get("title") or _words(Path(name).name)
        pieces[language] = Piece(
            title=title,
            body=_with_pictures(body, file.parent, root, by),
            summary=known.get("summary", ""),
            collection=known.get("collection") or (folders[0] if folders else ""),
            section=known.get("section") or (folders[1] if len(folders) > 1 else ""),
            about=known.get("about", ""),
            symbol=known.get("symbol", ""),
        )
        if known.get("audience") in {Audience.DISTRICTS, Audience.AGENTS}:
            audience = known["audience"]
    return Found(source=f"folder:{name}"[:300], pieces=pieces, audience=audience)


def _parts(text: str) -> tuple[dict[str, str], str]:
    """What is known of the article, and its text."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    known: dict[str, str] = {}
    if head := HEAD.match(text):
        text = text[head.end() :]
        for line in head[1].splitlines():
            name, colon, value = line.partition(":")
            if colon:
                known[name.strip().lower()] = value.strip().strip("\"'")
    if heading := HEADING.match(text):
        known.setdefault("title", heading[1])
        if known["title"] == heading[1]:
            text = text[heading.end() :]
    return known, text


def _with_pictures(body: str, folder: Path, root: Path, by: Agent | None) -> str:
    """The text with the pictures that lie in the folder kept by the desk. None from outside the folder."""

    def kept(found: re.Match[str]) -> str:
        if re.match(r"[a-z]+:|/", found[2]):
            return found[0]
        file = (folder / unquote(found[2])).resolve()
        if not file.is_relative_to(root.resolve()) or not file.is_file():
            return found[0]
        try:
            illustration = illustrating.keep(file.read_bytes(), by=by.person if by else None)
        except Refused:
            return found[0]
        return f"{found[1]}{illustrating.path_of(illustration)}"

    return PICTURE.sub(kept, body)


def _words(name: str) -> str:
    """A file's name as a title: "02-print_from-an-app" is "Print from an app"."""
    said = re.sub(r"[-_]+", " ", re.sub(r"^\d+[-_. ]+", "", name)).strip()
    return said[:1].upper() + said[1:]
