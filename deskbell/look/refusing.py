"""The pages of what did not work: refused (422), not found (404), not allowed (403), broken (500)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from deskbell.lib.errors import NotFound


def refused(request: HttpRequest, sentence: str, *, way_out: str = "") -> HttpResponse:
    """The sentence in the form that was sent, or on a page of its own where there is no script."""
    if "HX-Request" not in request.headers:
        return problem(request, 422, "That didn’t work", sentence)
    context = {"sentence": sentence, "way_out": way_out}
    response = render(request, "look/_refusal.html", context, status=422)
    return to_its_form(response)


def to_its_form(response: HttpResponse) -> HttpResponse:
    """Let htmx put the answer into the `.refusal` of the form that was sent."""
    response["HX-Retarget"] = "find .refusal"
    response["HX-Reswap"] = "innerHTML"
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such page, or none that this person may see."""
    known = isinstance(exception, NotFound)
    sentence = str(exception) if known else "There is nothing at this address."
    return problem(request, 404, "Nothing here", sentence)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The person is known, and this is not theirs to see or do."""
    sentence = str(exception) or "This part of the desk is for its team."
    return problem(request, 403, "Not for you", sentence)


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form did not come from this desk, or its page is older than the sign-in."""
    return problem(
        request, 403, "Please send it again", "This page has expired. Reload it and send again."
    )


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours. Says nothing that could fail again."""
    return problem(
        request, 500, "Something broke", "That is our fault. Try again; the log tells why."
    )


def problem(request: HttpRequest, status: int, title: str, sentence: str) -> HttpResponse:
    """A page that says what is wrong in one sentence, and leads back."""
    context = {"status": status, "title": title, "sentence": sentence}
    if "HX-Request" in request.headers:
        return to_its_form(render(request, "look/_refusal.html", context, status=status))
    return render(request, "look/problem.html", context, status=status)
