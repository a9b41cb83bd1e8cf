"""Importing a folder of Markdown: once, again, and what is no article."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.test import Client

from deskbell.helpcenter import publishing
from deskbell.helpcenter.importing import exports, folder, pieces
from deskbell.helpcenter.importing.from_html import markdown_of
from deskbell.helpcenter.importing.pieces import Outcome
from deskbell.helpcenter.models import Article, Edition, Illustration
from deskbell.helpcenter.tests.conftest import PNG
from deskbell.lib.errors import Refused
from tests.town import Town

HEAD = "---\ntitle: {title}\ncollection: {shelf}\nsection: {part}\n---\n{body}\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two articles, one of them in two languages and with a picture."""
    (tmp_path / "apps").mkdir()
    picture = tmp_path / "apps" / "print.png"
    picture.write_bytes(PNG)
    english = HEAD.format(title="Print", shelf="Apps", part="Using", body="![A menu](print.png)")
    spanish = HEAD.format(title="Imprimir", shelf="Aplicaciones", part="Usar", body="Elija.")
    (tmp_path / "apps" / "print.en.md").write_text(english)
    (tmp_path / "apps" / "print.es.md").write_text(spanish)
    (tmp_path / "apps" / "02-sound_is-missing.md").write_text("# No sound\n\nLook at the tab.\n")
    return tmp_path


def bring(root: Path, town: Town) -> Outcome:
    return pieces.bring_all(folder.read(root, by=town.ana), by=town.ana, publish=True)


def test_a_folder_becomes_articles(root: Path, town: Town, client: Client) -> None:
    assert str(bring(root, town)) == "2 new, 0 changed, 0 as they were"
    spanish = Edition.objects.get(language="es")
    section = spanish.article.section
    assert (section.title("es"), section.collection.title("es")) == ("Usar", "Aplicaciones")
    assert (section.title("en"), section.collection.title("en")) == ("Using", "Apps")
    page = client.get(f"/help/articles/{spanish.article_id}-print").content.decode()
    assert f"/help/images/{Illustration.objects.get().sha256}.png" in page
    assert Edition.objects.filter(title="No sound", html__contains="Look at the tab").exists()


def test_again_changes_only_what_changed(root: Path, town: Town) -> None:
    bring(root, town)
    assert str(bring(root, town)) == "0 new, 0 changed, 2 as they were"
    (root / "apps" / "02-sound_is-missing.md").write_text("# No sound\n\nPull the plug.\n")
    assert str(bring(root, town)) == "0 new, 1 changed, 1 as they were"
    assert Article.objects.count() == 2
    edition = Edition.objects.get(title="No sound")
    assert "Pull the plug" in edition.html and edition.revisions.count() == 2


def test_without_publishing_they_are_drafts(root: Path, town: Town) -> None:
    pieces.bring_all(folder.read(root, by=town.ana), by=town.ana, publish=False)
    assert not Edition.objects.filter(published__isnull=False).exists()


def test_what_readers_must_not_see_stays_a_draft(root: Path, town: Town) -> None:
    (root / "bad.md").write_text("# Bad\n\n![](https://elsewhere.example/x.png)\n")
    outcome = bring(root, town)
    assert outcome.new == 3 and len(outcome.held) == 1 and "bad" in outcome.held[0]
    edition = Edition.objects.get(draft__title="Bad")
    assert not edition.is_published and "no words" in edition.remark


def test_no_picture_from_outside_the_folder(root: Path, town: Town, tmp_path: Path) -> None:
    inside = root / "apps"
    (inside / "sly.md").write_text("# Sly\n\n![A file](../../../../../../etc/passwd)\n")
    (root.parent / "outside.png").write_bytes(PNG)
    (inside / "sly2.md").write_text("# Sly\n\n![A file](../../outside.png)\n")
    folder.read(inside, by=town.ana)
    assert Illustration.objects.count() == 1  # the folder's own


@pytest.mark.parametrize("place", ["nothing-here", "."])
def test_what_is_no_folder_of_articles(place: str, tmp_path: Path, town: Town) -> None:
    with pytest.raises(Refused):
        folder.read(tmp_path / place)


def test_edits_of_the_team_stay_revisions(root: Path, town: Town) -> None:
    bring(root, town)
    edition = Edition.objects.get(title="No sound")
    publishing.save_draft(edition, title="No sound", body="By hand.", by=town.ana.person)
    bring(root, town)
    assert [each.body for each in edition.revisions.all()][1] == "By hand.\n"


ZENDESK = {
    "categories": [{"id": 1, "name": "Apps", "locale": "en-us"}],
    "sections": [{"id": 2, "name": "Printing", "category_id": 1}],
    "articles": [
        {
            "id": 360001,
            "title": "Print",
            "locale": "en-us",
            "section_id": 2,
            "draft": False,
            "html_url": "https://old.zendesk.example/hc/en-us/articles/360001-Print",
            "body": "<h1>How</h1><ol><li>Choose <b>File</b></li>"
            "<li><p>Print</p><ul><li>A4</li></ul></li></ol>"
            "<table><tr><th>a</th><td>b|c</td></tr></table><script>x()</script>"
            '<p>See <a href="https://x.example/y">this</a>.</p>',
        },
        {
            "id": 360002,
            "title": "Draft",
            "locale": "en-us",
            "section_id": 2,
            "draft": True,
            "body": "<p>x</p>",
        },
        {
            "id": 360001,
            "title": "Imprimir",
            "locale": "es",
            "section_id": 2,
            "body": "<p>Elija.</p>",
        },
    ],
}
INTERCOM = {
    "data": [
        {
            "type": "collection",
            "id": "7",
            "name": "Apps",
            "translated_content": {"es": {"name": "Aplicaciones"}},
        },
        {"type": "collection", "id": "8", "name": "Printing", "parent_id": "7"},
        {
            "type": "article",
            "id": "9",
            "title": "Print",
            "description": "On paper.",
            "body": "<p>Choose.</p>",
            "state": "published",
            "parent_id": 8,
            "default_locale": "en",
            "url": "https://help.example/en/articles/9-print",
            "translated_content": {"es": {"title": "Imprimir", "body": "<p>Elija.</p>"}},
        },
    ]
}


def test_zendesks_export(tmp_path: Path, town: Town, client: Client) -> None:
    (tmp_path / "all.json").write_text(json.dumps(ZENDESK))
    outcome = pieces.bring_all(exports.zendesk(tmp_path), by=town.ana, publish=True)
    assert (outcome.new, outcome.refused, outcome.held) == (2, [], [])
    english = Edition.objects.get(title="Print")
    assert "## How" in english.revisions.get().body
    assert '<ol class="steps">' in english.html and "<strong>File</strong>" in english.html
    assert "b|c" in english.html and "x()" not in english.html
    assert 'href="https://x.example/y"' in english.html
    assert str(english.article.section.collection) == "Apps"
    assert Edition.objects.get(title="Imprimir").article == english.article
    assert not Edition.objects.get(draft__title="Draft").is_published
    moved = client.get("/hc/en-us/articles/360001-Print")
    assert moved["Location"].endswith(f"/help/articles/{english.article_id}")


def test_intercoms_export(tmp_path: Path, town: Town) -> None:
    (tmp_path / "articles.json").write_text(json.dumps(INTERCOM))
    pieces.bring_all(exports.intercom(tmp_path), by=town.ana, publish=True)
    english, spanish = Edition.objects.order_by("language")
    assert (english.title, english.summary, spanish.title) == ("Print", "On paper.", "Imprimir")
    section = english.article.section
    assert (str(section), str(section.collection)) == ("Printing", "Apps")
    assert section.collection.title("es") == "Aplicaciones"


@pytest.mark.parametrize("content", ["no json", "[]", '{"articles": "x"}', "[1, 2]"])
def test_what_is_no_export(content: str, tmp_path: Path, town: Town) -> None:
    (tmp_path / "x.json").write_text(content)
    for read in (exports.zendesk, exports.intercom):
        with pytest.raises(Refused):
            read(tmp_path)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a *b* _c_</p>", "a \\*b\\* \\_c\\_\n"),
        ("<blockquote><p>a</p></blockquote>", "> a\n"),
        ("<pre>a\n  b</pre>", "```\na\n  b\n```\n"),
        ('<img src="x y.png" alt="A [b]">', "![A (b)](x%20y.png)\n"),
        ("<ul><li>a</li><li>b</li></ul><p>c</p>", "- a\n- b\n\nc\n"),
        ("</p></li></ul><li>a", "- a\n"),
    ],
)
def test_html_becomes_markdown(html: str, text: str) -> None:
    assert markdown_of(html) == text
