"""What the desk's mails say: its own templates or those that administrators wrote, in a brand's frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import Q
from django.template.loader import render_to_string
from markupsafe import Markup

from deskbell.lib import blanks
from deskbell.lib.errors import Refused
from deskbell.lib.remembering import remembered
from deskbell.mail.branding import Brand
from deskbell.mail.models import SupportAddress, Wording
from deskbell.people.models import Agent

FOLDER = Path(__file__).parent / "templates" / "mail" / "letters"

# What each template may name, and what it means.
VARIABLES: dict[str, dict[str, str]] = {
    Wording.Kind.REPLY: {
        "words": "what the agent wrote",
        "signature": "the signature of the address, if it has one",
        "history": "what was said before, shortened",
        "agent": "the agent's first name",
        "name": "the customer's first name, if it is known",
        "number": "the ticket's number",
        "subject": "the ticket's subject",
        "desk": "the desk's name",
    },
    Wording.Kind.RECEIPT: {
        "name": "the customer's first name, if it is known",
        "number": "the ticket's number",
        "subject": "the ticket's subject",
        "team": "the team that answers",
        "due": "by when it answers, if a promise holds",
        "trouble": "what the desk knows to be broken for this customer, if anything",
        "status": "the status page, where trouble is known",
        "page": "where the customer sees how far it is",
        "signature": "the signature of the address, if it has one",
        "desk": "the desk's name",
    },
    Wording.Kind.NOTICE: {
        "text": "what the agent is told",
        "link": "where it leads",
        "choices": "where an agent chooses which notices come by mail",
        "desk": "the desk's name",
    },
}


@dataclass(frozen=True)
class Letter:
    """What a mail says, in both forms, and the picture that its HTML names."""

    text: str
    html: str
    logo: str = ""
    logo_type: str = ""


@dataclass(frozen=True)
class Source:
    """A template as it is written, in both forms."""

    text: str
    html: str


def written(
    kind: str,
    values: Mapping[str, Any],
    *,
    marked: Mapping[str, Markup] | None = None,
    address: SupportAddress | None = None,
    brand: Brand | None = None,
) -> Letter:
    """Fill in the template that holds. `marked` gives some of the values their HTML form."""
    source = current(kind, address)
    try:
        return filled(source, values, marked=marked, brand=brand)
    except Refused:  # a variable that an upgrade took away must not keep a reply from leaving
        return filled(the_desks_own(kind), values, marked=marked, brand=brand)


def filled(
    source: Source,
    values: Mapping[str, Any],
    *,
    marked: Mapping[str, Markup] | None = None,
    brand: Brand | None = None,
) -> Letter:
    """Fill in this template. Raises Refused."""
    inner = blanks.filled(source.html, {**values, **(marked or {})}, html=True)
    html = render_to_string("mail/_letter.html", {"inner": Markup(inner), "brand": brand})  # noqa: S704
    text = blanks.filled(source.text, values, html=False)
    logo = (brand.logo, brand.logo_type) if brand else ("", "")
    return Letter(text.strip("\n") + "\n", html, *logo)


def from_files(template: str, context: Mapping[str, Any], *, brand: Brand | None = None) -> Letter:
    """A letter of another room, from its own `<template>.txt` and `.html`, which may name `lang`."""
    logo = (brand.logo, brand.logo_type) if brand else ("", "")
    return Letter(
        render_to_string(f"{template}.txt", dict(context)),
        render_to_string(f"{template}.html", {**context, "brand": brand}),
        *logo,
    )


@remembered
def current(kind: str, address: SupportAddress | None) -> Source:
    """The template that holds: the address's own, else the whole desk's, else the one brought along."""
    owners = Q(address=None) | Q(address=address) if address else Q(address=None)
    newest_of_each = Wording.objects.filter(owners, kind=kind).order_by("address", "-id")
    found = {row.address_id: row for row in newest_of_each.distinct("address")}
    for row in [found.get(address.pk) if address else None, found.get(None)]:
        if row and not row.is_the_desks_own:
            return Source(row.text, row.html)
    return the_desks_own(kind)


@cache
def the_desks_own(kind: str) -> Source:
    """The template that the desk brings along."""
    return Source(*((FOLDER / f"{kind}.{form}").read_text() for form in ("txt", "html")))


def write(
    kind: str, source: Source, *, by: Agent, address: SupportAddress | None = None
) -> Wording:
    """Keep a new version of a template. Refused if it can't be understood, or says nothing."""
    check(kind, source)
    return Wording.objects.create(
        kind=kind, address=address, text=source.text, html=source.html, by=by.person
    )


def check(kind: str, source: Source) -> None:
    """Refuse a template with a mistake, a variable that does not exist, or nothing in it."""
    for what, text in (("text", source.text), ("HTML", source.html)):
        if not text.strip():
            raise Refused(f"The {what} is empty. Write both forms, or go back to the default.")
        blanks.check(text, VARIABLES[kind], what=what)
    if kind == Wording.Kind.REPLY:
        _check_that_it_says_the_words(source)


def go_back(kind: str, *, by: Agent, address: SupportAddress | None = None) -> Wording:
    """Back to what holds without it: the desk's template for an address, else the one brought along."""
    return Wording.objects.create(kind=kind, address=address, by=by.person)


def _check_that_it_says_the_words(source: Source) -> None:
    mark = "a mark that nobody writes"
    values = dict.fromkeys(VARIABLES[Wording.Kind.REPLY], "x") | {"words": mark}
    for what, text in (("text", source.text), ("HTML", source.html)):
        if mark not in blanks.filled(text, values, html=what == "HTML"):
            raise Refused(
                f"The {what} does not say {{{{ words }}}}: the customer would not read the answer."
            )
