"""Importing a folder of Markdown: once, again, and what is no article."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from deskbell.helpcenter import publishing
from deskbell.helpcenter.importing import folder, pieces
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


def test_what_is_refused_stops_nothing_else(root: Path, town: Town) -> None:
    (root / "bad.md").write_text("# Bad\n\n![](https://elsewhere.example/x.png)\n")
    outcome = bring(root, town)
    assert outcome.new == 2 and len(outcome.refused) == 1 and "bad" in outcome.refused[0]


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
