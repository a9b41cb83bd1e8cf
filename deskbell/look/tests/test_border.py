"""What leaves through the border: the policy on every answer, and errors as sentences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from deskbell.lib.errors import NotFound, Refused
from deskbell.look.middleware import content_security_policy

ROOMS = Path(__file__).parents[2]
# A block of data for search engines is no script: no browser runs it, and no policy stands against it.
INLINE = re.compile(
    r"\sstyle=|\son[a-z]+=|<script(?![^>]*\s(?:src=|type=\"application/ld\+json\"))|<style|javascript:",
    re.I,
)


def refuse(request: HttpRequest) -> HttpResponse:
    raise Refused("Write “please” <first>.")


def lose(request: HttpRequest) -> HttpResponse:
    raise NotFound("There is no ticket #7.")


def forbid(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("Only an administrator of the desk may do this.")


def fail(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


urlpatterns = [
    path("refuse", refuse),
    path("lose", lose),
    path("forbid", forbid),
    path("fail", fail),
]
handler404 = "deskbell.look.refusing.not_found"
handler403 = "deskbell.look.refusing.forbidden"
handler500 = "deskbell.look.refusing.broken"

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("/refuse", 422, "Write “please” &lt;first&gt;."),
        ("/lose", 404, "There is no ticket #7."),
        ("/forbid", 403, "Only an administrator of the desk may do this."),
        ("/nowhere", 404, "There is nothing at this address."),
        ("/fail", 500, "That is our fault."),
    ],
)
def test_what_did_not_work_is_told_in_a_sentence_on_a_page_of_the_desk(
    address: str, status: int, sentence: str
) -> None:
    answer = Client(raise_request_exception=False).get(address)
    assert answer.status_code == status
    assert sentence in answer.content.decode()
    assert "look/look" in answer.content.decode()


def test_htmx_puts_the_sentence_into_the_form_that_was_sent() -> None:
    answer = Client().post("/refuse", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Retarget"], answer["HX-Reswap"]) == (
        422,
        "find .refusal",
        "innerHTML",
    )
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize("address", ["/refuse", "/nowhere", "/fail"])
def test_nothing_inline_and_nothing_from_elsewhere_may_run_on_any_page(address: str) -> None:
    policy = Client(raise_request_exception=False).get(address)["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_a_view_may_be_stricter_than_the_policy() -> None:
    strict = HttpResponse(headers={"Content-Security-Policy": "sandbox"})
    answer = content_security_policy(lambda request: strict)(RequestFactory().get("/"))
    assert answer["Content-Security-Policy"] == "sandbox"


def test_no_template_of_a_page_needs_what_the_policy_forbids() -> None:
    templates = [p for p in ROOMS.glob("*/templates/**/*.html") if not _is_mail(p)]
    assert len(templates) > 20
    found = {p.name: INLINE.findall(p.read_text()) for p in templates}
    assert {name: inline for name, inline in found.items() if inline} == {}


def _is_mail(template: Path) -> bool:
    """Mails know no stylesheet: theirs stands inside."""
    return template.parent.name == "mail" or template.stem.endswith(("mail", "letter"))
