"""Articles for tests: a shelf with one section, and a short way to publish something there."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from django.test import Client

from deskbell.helpcenter import publishing
from deskbell.helpcenter.models import Article, Audience, Collection, Edition, Section
from deskbell.people.models import Agent, District, Person
from tests.town import Town

Publish = Callable[..., Edition]
PNG = base64.b64decode(  # one pixel
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
BrowserOf = Callable[[Agent | Person], Client]


@pytest.fixture
def section(town: Town) -> Section:
    """“Signing in”, in “Sign-in and rosters”."""
    collection = Collection.objects.create(
        titles={"en": "Sign-in and rosters", "es": "Acceso y listas"},
        abouts={"en": "Accounts and classes.", "es": "Cuentas y clases."},
    )
    return Section.objects.create(
        collection=collection, titles={"en": "Signing in", "es": "Iniciar sesión"}
    )


@pytest.fixture
def publish(town: Town, section: Section) -> Publish:
    """Publish an article, or another language of one."""

    def published(
        title: str = "Reset a password",
        body: str = "Open the directory.\n",
        language: str = "en",
        article: Article | None = None,
        audience: str = Audience.EVERYONE,
        district: District | None = None,
        summary: str = "",
    ) -> Edition:
        if article is None:
            edition = publishing.begin(
                section,
                language=language,
                title=title,
                body=body,
                summary=summary,
                by=town.ana,
                audience=audience,
                district=district,
            )
        else:
            edition = Edition.objects.create(article=article, language=language)
            publishing.save_draft(edition, title=title, body=body, by=town.ana.person)
        publishing.publish(edition, by=None)
        return edition

    return published


@pytest.fixture
def browser_of() -> BrowserOf:
    """A browser in which they are signed in."""

    def signed_in(who: Agent | Person) -> Client:
        client = Client()
        client.force_login(who.person if isinstance(who, Agent) else who)
        return client

    return signed_in
