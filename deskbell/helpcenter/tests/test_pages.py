"""What readers see: pages in both languages, addresses that last, caches that know what they may keep."""

from __future__ import annotations

import gzip
import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deskbell.helpcenter import addresses, publishing
from deskbell.helpcenter.freshness import ago
from deskbell.helpcenter.models import Article, Audience, OldAddress, Section
from deskbell.helpcenter.tests.conftest import PNG, BrowserOf, Publish
from deskbell.lib import clock
from deskbell.mail.branding import save_branding
from deskbell.people import portraits
from deskbell.people.models import Person
from tests.pictures import picture
from tests.town import Town


def text_at(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_the_front_page_leads_to_what_is_published(publish: Publish, client: Client) -> None:
    edition = publish()
    front = text_at(client, "/help")
    collection = edition.article.section.collection
    path = addresses.of_collection(collection, "en")
    assert f'href="{path}"' in front and "1 article" in front
    assert 'action="/help/search"' in front
    shelf = text_at(client, path)
    assert "Signing in" in shelf and f'href="{addresses.of_edition(edition)}"' in shelf


def test_an_empty_help_center_says_what_to_do(town: Town, client: Client) -> None:
    front = text_at(client, "/help")
    assert "Nothing is written here yet." in front and "a person will answer" in front


def test_an_article_has_all_that_a_reader_looks_for(publish: Publish, client: Client) -> None:
    body = "## First\n\nOne.\n\n## Second\n\nTwo.\n\n## Third\n\n> [!TIP]\n> Breathe.\n"
    edition = publish(body=body, summary="In two minutes.")
    other = publish("Rosters arrive late")
    page = text_at(client, addresses.of_edition(edition))
    for said in (
        "Skip to the content",
        "Sign-in and rosters",
        "Written by Ana Alvarez",
        "Updated today",
        "In two minutes.",
        "On this page",
        '<a href="#second">Second</a>',
        '<h2 id="second">Second</h2>',
        '<div class="callout tip" role="note">',
        "Related articles",
        addresses.of_edition(other),
        "Did this answer your question?",
    ):
        assert said in page, said
    assert page.count('name="face"') == 3


def test_an_author_is_shown_by_a_picture_or_by_their_initials(
    publish: Publish, client: Client, town: Town
) -> None:
    path = addresses.of_edition(publish())
    assert '<span class="avatar" aria-hidden="true">AA</span>' in text_at(client, path)
    portraits.choose(town.ana.person, picture())
    page = text_at(client, path)
    assert f'AA<img src="{town.ana.portrait_path}" alt="" width="40" height="40">' in page


def test_a_video_is_loaded_from_elsewhere_only_where_there_is_one(
    publish: Publish, client: Client
) -> None:
    plain = client.get(addresses.of_edition(publish()))
    body = "[Print, in 2 minutes](https://www.youtube.com/watch?v=aqz-KE-bpKQ)\n"
    shown = client.get(addresses.of_edition(publish("Print", body)))
    assert "frame-src" not in plain["Content-Security-Policy"]
    assert "frame-src https://www.youtube-nocookie.com" in shown["Content-Security-Policy"]
    page = shown.content.decode()
    assert "<iframe" not in page and "only when you press them" in page


def test_search_engines_get_what_they_need(publish: Publish, client: Client) -> None:
    english = publish(summary="In two minutes.")
    spanish = publish("Restablecer una contraseña", language="es", article=english.article)
    page = text_at(client, addresses.of_edition(spanish))
    origin = "http://127.0.0.1:8000"
    assert re.search(rf'rel="canonical" href="[^"]+{addresses.of_edition(spanish)}"', page)
    assert re.search(rf'hreflang="en" href="[^"]+{addresses.of_edition(english)}"', page)
    assert 'property="og:title" content="Restablecer una contraseña' in page
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found and origin
    graph = json.loads(found[1])["@graph"]
    assert graph[0]["inLanguage"] == "es" and graph[1]["itemListElement"][0]["position"] == 1
    sitemap = text_at(client, "/help/sitemap.xml")
    assert addresses.of_edition(spanish) in sitemap and addresses.of_edition(english) in sitemap
    assert "/help/sitemap.xml" in text_at(client, "/robots.txt")


def test_words_of_writers_cannot_end_the_structured_data(publish: Publish, client: Client) -> None:
    edition = publish("A </script><b>bold & clever")
    page = text_at(client, addresses.of_edition(edition))
    assert "</script><b>" not in page


def test_an_old_title_leads_to_the_article_for_ever(
    publish: Publish, client: Client, town: Town
) -> None:
    edition = publish("I forgot my password")
    old = addresses.of_edition(edition)
    publishing.save_draft(edition, title="Reset a password", body="x", by=town.ana.person)
    publishing.publish(edition, by=None)
    for path in (old, f"/help/articles/{edition.article_id}"):
        moved = client.get(path)
        assert moved.status_code == 301
        assert moved["Location"] == addresses.of_edition(edition) != old


def test_an_imported_article_is_found_where_it_lay_before(publish: Publish, client: Client) -> None:
    edition = publish()
    path = "/hc/en-us/articles/360001-Reset"
    OldAddress.objects.create(path=path, article=edition.article)
    assert client.get(path)["Location"].endswith(f"/help/articles/{edition.article_id}")
    assert client.get("/hc/en-us/articles/1").status_code == 404


def test_spanish_is_spanish(publish: Publish, client: Client) -> None:
    edition = publish()
    publish("Restablecer una contraseña", "Abra.", language="es", article=edition.article)
    path = addresses.of_collection(edition.article.section.collection, "es")
    assert "Acceso y listas" in text_at(client, "/help/es")
    assert "Iniciar sesión" in text_at(client, path)
    page = text_at(client, f"/help/es/articles/{edition.article_id}-restablecer-una-contrasena")
    assert '<html lang="es">' in page and "¿Respondió esto a su pregunta?" in page


def test_what_is_not_translated_is_shown_in_the_language_there_is(
    publish: Publish, client: Client
) -> None:
    edition = publish()
    page = text_at(client, f"/help/es/articles/{edition.article_id}-reset-a-password")
    assert "Este artículo aún no está en español." in page
    assert '<article lang="en">' in page and 'name="robots" content="noindex"' in page


@pytest.mark.parametrize(
    ("days", "english", "spanish"),
    [
        (0, "today", "hoy"),
        (1, "yesterday", "ayer"),
        (8, "over a week ago", "hace más de una semana"),
        (40, "over a month ago", "hace más de un mes"),
        (400, "over a year ago", "hace más de un año"),
    ],
)
def test_how_old_an_article_is(days: int, english: str, spanish: str) -> None:
    then = clock.now() - timedelta(days=days, minutes=1)
    assert (ago(then, "en"), ago(then, "es")) == (english, spanish)


def test_each_sees_what_is_for_them(
    publish: Publish, client: Client, browser_of: BrowserOf, town: Town
) -> None:
    for_districts = publish("Invoices", audience=Audience.DISTRICTS)
    for_one = publish("Your firewall", audience=Audience.DISTRICT, district=town.north_valley)
    for_team = publish("Codes", audience=Audience.AGENTS)
    for_all = publish("Print")

    def sees(who: Client) -> list[str]:
        shelf = who.get(addresses.of_collection(for_all.article.section.collection, "en"))
        listed = [each.title for each in (for_districts, for_one, for_team, for_all)
                  if each.title.encode() in shelf.content]  # fmt: skip
        opened = [each.title for each in (for_districts, for_one, for_team, for_all)
                  if who.get(addresses.of_edition(each)).status_code == 200]  # fmt: skip
        assert listed == opened
        return opened

    def of(person: Person) -> Client:
        return browser_of(person)

    assert sees(client) == ["Print"]
    assert sees(of(town.tess)) == ["Print"]  # no contact of a district
    assert sees(of(town.sam)) == ["Invoices", "Print"]
    assert sees(of(town.olivia)) == ["Invoices", "Your firewall", "Print"]
    assert sees(of(town.ana.person)) == ["Invoices", "Your firewall", "Codes", "Print"]
    assert "Invoices" not in text_at(client, "/help/sitemap.xml")


def test_caches_keep_what_is_for_everyone_and_nothing_else(
    publish: Publish, client: Client, browser_of: BrowserOf, town: Town
) -> None:
    path = addresses.of_edition(publish())
    own = addresses.of_edition(publish("Invoices", audience=Audience.DISTRICTS))
    first = client.get(path)
    assert first["Cache-Control"].startswith("public") and "Cookie" in first["Vary"]
    assert not first.cookies
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304 and again.content == b""
    for page in (path, own):
        assert browser_of(town.olivia).get(page)["Cache-Control"].startswith("private")
    assert client.get(own).status_code == 404


def test_a_page_is_packed_and_light(publish: Publish, client: Client) -> None:
    path = addresses.of_edition(publish(body="## Part\n\nWords and words.\n" * 60))
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    plain = gzip.decompress(packed.content).decode()
    assert packed["Content-Encoding"] == "gzip"
    weight = len(packed.content)
    for file in re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', plain):
        weight += len(gzip.compress(b"".join(client.get(file))))
    weight += len(client.get("/bubble.js", headers={"Accept-Encoding": "gzip"}).content)
    assert 5_000 < weight < 60 * 1024


def test_the_desks_own_color_is_legible(town: Town, publish: Publish, client: Client) -> None:
    save_branding(None, name="North Star", color="#ffcc00", logo=None)
    front = text_at(client, "/help")
    assert "North Star" in front and "/help/colors/ffcc00.css" in front
    css = text_at(client, "/help/colors/ffcc00.css")
    assert "light-dark(#" in css and "light-dark(#ffcc00," not in css
    assert client.get("/help/colors/nothing.css").status_code == 404


def test_the_desks_logo_stands_on_pages_and_everyone_may_load_it(
    town: Town, publish: Publish, client: Client
) -> None:
    save_branding(None, name="North Star", color="", logo=PNG)
    path = re.search(r'<img class="logo" src="([^"]+)"', text_at(client, "/help"))
    assert path and path[1] in text_at(client, "/help/promise")
    shown = client.get(path[1])
    assert shown.content == PNG and shown["Content-Type"] == "image/png"
    assert "immutable" in shown["Cache-Control"]


def test_an_article_costs_as_many_queries_among_many(
    publish: Publish, client: Client, section: Section
) -> None:
    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        return len(asked)

    paths = [
        addresses.of_edition(publish()),
        addresses.of_collection(section.collection, "en"),
        "/help",
        "/help/sitemap.xml",
    ]
    few = [cost(path) for path in paths]
    for number in range(6):
        publish(f"Article {number}")
    assert [cost(path) for path in paths] == few
    assert Article.objects.count() == 7 and max(few) < 10
