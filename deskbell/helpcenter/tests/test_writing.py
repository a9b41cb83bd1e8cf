"""Writing: drafts, a second reader, publishing now and at a time, what differs, and the way back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deskbell.helpcenter import addresses, differences, publishing, writing
from deskbell.helpcenter.models import Edition, Illustration, Section, Stage
from deskbell.helpcenter.tests.conftest import PNG, BrowserOf, Publish
from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.people.models import Agent
from tests.town import Town, at


def titles(view: str, agent: Agent) -> list[str]:
    return [str(each.editions.first()) for each in writing.articles(view, agent)]


def test_an_article_from_its_first_word_to_its_readers(
    section: Section, browser_of: BrowserOf, town: Town, client: Client
) -> None:
    ana, ben = browser_of(town.ana), browser_of(town.ben)
    begun = ana.post("/articles", {"title": "Print from an app", "section": section.pk})
    base = begun["Location"]
    assert "Print from an app" in ana.get(base).content.decode()
    words = {
        "title": "Print from an app",
        "summary": "Paper.",
        "body": "Choose the printer.",
        "after": "1",
    }
    ana.post(base, {**words, "do": "review"})
    edition = Edition.objects.get()
    assert titles("review", town.ben) == ["Print from an app"]
    assert ana.post(f"{base}/approval").status_code == 422  # her own
    assert ana.post(f"{base}/publication").status_code == 422
    assert "asks for a second reader" in ben.get(base).content.decode()
    ben.post(f"{base}/approval")
    ana.post(f"{base}/publication")
    edition.refresh_from_db()
    assert edition.is_published and edition.draft is None
    assert "Choose the printer." in client.get(addresses.of_edition(edition)).content.decode()
    assert "Written by Ana Alvarez" in client.get(addresses.of_edition(edition)).content.decode()


def test_readers_see_nothing_of_a_draft(publish: Publish, client: Client, town: Town) -> None:
    edition = publish("Print", "The old way.")
    publishing.save_draft(edition, title="Print", body="The new way.", by=town.ana.person)
    page = client.get(addresses.of_edition(edition)).content.decode()
    assert "The old way." in page and "The new way." not in page
    assert "new draft" in str(writing.standing(edition))


def test_a_draft_that_is_sent_back_says_why(
    publish: Publish, browser_of: BrowserOf, town: Town
) -> None:
    edition = publish()
    publishing.save_draft(edition, title="Reset", body="Hm.", by=town.ana.person)
    publishing.ask_for_review(edition)
    base = f"/articles/{edition.article_id}/en"
    assert browser_of(town.ben).post(f"{base}/return", {"remark": ""}).status_code == 422
    browser_of(town.ben).post(f"{base}/return", {"remark": "Name the menu."})
    assert "Name the menu." in browser_of(town.ana).get(base).content.decode()
    edition.refresh_from_db()
    assert edition.stage == Stage.WRITING


def test_what_is_changed_after_the_approval_needs_another(publish: Publish, town: Town) -> None:
    edition = publish()
    publishing.save_draft(edition, title="Reset", body="One.", by=town.ana.person)
    publishing.approve(edition, by=town.ben)
    publishing.save_draft(edition, title="Reset", body="Two.", by=town.ana.person)
    with pytest.raises(Refused, match="second person"):
        publishing.publish(edition, by=town.ana)
    publishing.publish(edition, by=town.max)  # a manager may


def test_two_writers_at_once(publish: Publish, town: Town) -> None:
    edition = publish()
    publishing.save_draft(edition, title="Reset", body="Ana’s.", by=town.ana.person, after=1)
    with pytest.raises(Refused, match="Ana Alvarez has saved this article while you wrote"):
        publishing.save_draft(edition, title="Reset", body="Ben’s.", by=town.ben.person, after=1)
    publishing.save_draft(edition, title="Reset", body="Ana’s.", by=town.ana.person)
    assert edition.revisions.count() == 2  # the same again makes none


def test_publishing_at_a_time(publish: Publish, town: Town, browser_of: BrowserOf) -> None:
    edition = publish("Summer", "Old.")
    now = at("2026-12-01 09:00")
    base = f"/articles/{edition.article_id}/en"
    with clock.moved_to(now):
        max_ = browser_of(town.max)
        words = {"title": "Summer", "body": "New.", "after": "1", "do": "schedule"}
        assert max_.post(base, {**words, "at": "2026-11-01T08:00"}).status_code == 422
        max_.post(base, {**words, "after": "", "at": "2026-12-05T08:00"})
        assert 0 < publishing.step() <= publishing.USUAL
        assert "Goes out" in max_.get(base).content.decode()
    edition.refresh_from_db()
    assert edition.publish_at == at("2026-12-05 08:00")
    assert "Old." in edition.html
    with clock.moved_to(at("2026-12-05 08:00")):
        publishing.step()
    edition.refresh_from_db()
    assert "New." in edition.html and edition.publish_at is None


def test_a_scheduled_draft_that_is_changed_waits_again(publish: Publish, town: Town) -> None:
    edition = publish()
    publishing.save_draft(edition, title="Reset", body="One.", by=town.ana.person)
    publishing.schedule(edition, clock.now() + timedelta(hours=1), by=town.max)
    publishing.save_draft(edition, title="Reset", body="Two.", by=town.ana.person)
    with clock.moved_to(clock.now() + timedelta(hours=2)):
        publishing.step()
    edition.refresh_from_db()
    assert "One." not in edition.html and "Two." not in edition.html


def test_what_differs_and_the_way_back(publish: Publish, town: Town, browser_of: BrowserOf) -> None:
    edition = publish("Reset", "Open the directory.\n\nThen <b>wait</b>.")
    publishing.save_draft(
        edition, title="Reset", body="Open the menu.\n\nThen <b>wait</b>.", by=town.ben.person
    )
    base = f"/articles/{edition.article_id}/en"
    page = browser_of(town.ana).get(f"{base}/revisions/2").content.decode()
    assert "Open the <del>directory</del><ins>menu</ins>." in page and "<b>wait" not in page
    browser_of(town.ana).post(f"{base}/restoration", {"number": "1"})
    edition.refresh_from_db()
    assert edition.draft is not None
    assert edition.draft.number == 3 and edition.draft.body.startswith("Open the directory.")
    assert edition.draft.note == "As in revision 1"
    assert browser_of(town.ana).get(f"{base}/revisions/9").status_code == 404


def test_long_texts_show_what_changed_alone() -> None:
    old = "\n".join(f"Line {number}" for number in range(40))
    found = differences.between(old, old.replace("Line 20", "Line twenty"))
    assert [each.kind for each in found].count("skipped") == 2 and len(found) < 10


def test_withdrawn_and_published_again(publish: Publish, client: Client, town: Town) -> None:
    edition = publish()
    path = addresses.of_edition(edition)
    publishing.withdraw(edition)
    assert client.get(path).status_code == 404
    publishing.publish(edition, by=town.ana)
    assert client.get(path).status_code == 200


def test_a_translation_falls_behind_and_catches_up(publish: Publish, town: Town) -> None:
    english = publish("Print", "One.")
    spanish = publish("Imprimir", "Uno.", language="es", article=english.article)
    assert not writing.is_behind(spanish)
    publishing.save_draft(english, title="Print", body="Two.", by=town.ana.person)
    publishing.publish(english, by=None)
    assert writing.is_behind(spanish) and not writing.is_behind(english)
    assert titles("behind", town.ana) == ["Print"]
    publishing.save_draft(spanish, title="Imprimir", body="Dos.", by=town.ana.person)
    publishing.publish(spanish, by=None)
    assert not writing.is_behind(spanish)


def test_a_translation_is_written_beside_the_original(
    publish: Publish, town: Town, browser_of: BrowserOf, client: Client
) -> None:
    edition = publish("Print", "Choose the printer.")
    base = f"/articles/{edition.article_id}/es"
    page = browser_of(town.max).get(base).content.decode()
    assert "The same in English" in page and "Choose the printer." in page
    words = {"title": "Imprimir", "body": "Elija la impresora.", "after": "0", "do": "publish"}
    browser_of(town.max).post(base, words)
    assert (
        "Elija la impresora."
        in client.get(f"/help/es/articles/{edition.article_id}-imprimir").content.decode()
    )


def test_the_preview_is_what_readers_would_see(
    publish: Publish, town: Town, browser_of: BrowserOf
) -> None:
    edition = publish()
    path = f"/articles/{edition.article_id}/en/preview"
    shown = browser_of(town.ana).post(path, {"title": "New", "body": "1. One\n\n![](x.png)"})
    page = shown.content.decode()
    assert '<ol class="steps">' in page and "has no words" in page
    assert "frame-ancestors 'self'" in shown["Content-Security-Policy"]
    assert "Reset a password" in browser_of(town.ana).get(path).content.decode()


def test_a_picture_needs_words_and_is_kept_once(
    town: Town, browser_of: BrowserOf, client: Client
) -> None:
    ana = browser_of(town.ana)

    def sent(alt: str, content: bytes = PNG) -> object:
        return {"alt": alt, "picture": SimpleUploadedFile("x.png", content)}

    assert ana.post("/articles/pictures", sent("")).status_code == 422
    assert ana.post("/articles/pictures", sent("A page", b"GIF89a")).status_code == 422
    told = ana.post("/articles/pictures", sent("The [sign-in] page")).json()["markdown"]
    ana.post("/articles/pictures", sent("Again"))
    picture = Illustration.objects.get()
    assert told == f"![The (sign-in) page](/help/images/{picture.sha256}.png)"
    shown = client.get(f"/help/images/{picture.sha256}.png")
    assert shown.content == PNG and "immutable" in shown["Cache-Control"]


def test_the_facts_of_an_article(
    publish: Publish, town: Town, browser_of: BrowserOf, section: Section
) -> None:
    article = publish().article
    path = f"/articles/{article.pk}/facts"
    facts = {"section": section.pk, "audience": "district", "district": "", "owner": town.ben.pk}
    ana = browser_of(town.ana)
    assert ana.post(path, facts).status_code == 422  # which district?
    ana.post(path, {**facts, "district": town.north_valley.pk, "check_by": "2027-03-01"})
    article.refresh_from_db()
    assert (article.audience, article.district, article.owner) == (
        "district",
        town.north_valley,
        town.ben,
    )
    with clock.moved_to(at("2027-03-02 09:00")):
        assert writing.counts(town.ana)["check"] == 1
        ana.post(path, {"checked": "yes"})
        assert writing.counts(town.ana)["check"] == 0


def test_the_list_costs_as_much_with_many(
    publish: Publish, town: Town, browser_of: BrowserOf
) -> None:
    ana = browser_of(town.ana)

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert ana.get("/articles").status_code == 200
        return len(asked)

    publish()
    few = cost()
    for number in range(5):
        publish(f"Article {number}")
    assert cost() == few


def test_collections_are_named_by_managers(
    section: Section, town: Town, browser_of: BrowserOf
) -> None:
    sent = {
        "do": "rename",
        "kind": "section",
        "key": section.pk,
        "title.en": "Sign in",
        "title.es": "Entrar",
    }
    assert browser_of(town.ana).post("/articles/shelves", sent).status_code == 403
    browser = browser_of(town.max)
    browser.post("/articles/shelves", sent)
    section.refresh_from_db()
    assert section.titles == {"en": "Sign in", "es": "Entrar"}
    browser.post("/articles/shelves", {"do": "add", "title": "Billing"})
    assert "Billing" in browser.get("/articles/shelves").content.decode()
    browser.post("/articles/shelves", {"do": "remove", "kind": "section", "key": section.pk})
    assert not Section.objects.filter(pk=section.pk).exists()


def test_where_articles_stand_nothing_is_taken_away(
    publish: Publish, town: Town, browser_of: BrowserOf
) -> None:
    section = publish().article.section
    for kind, key in (("section", section.pk), ("collection", section.collection_id)):
        sent = {"do": "remove", "kind": kind, "key": key}
        assert browser_of(town.max).post("/articles/shelves", sent).status_code == 422
