"""No secret of an address is in the log."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from deskbell.lib.secrecy import SECRET_PATHS, WithoutSecrets


def _routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLPattern):
            yield route
        else:
            yield from _routes(each, route)


def test_each_address_that_holds_a_token_is_known() -> None:
    holding = [route for route in _routes(get_resolver()) if "<str:token>" in route]
    assert holding
    for route in holding:
        path = "/" + route.replace("<str:token>", "s3cret")
        path = re.sub(r"<[^>]+>", "some", path)
        assert "s3cret" not in SECRET_PATHS.sub(r"\1…", path), path


def test_a_district_s_page_of_its_own_is_known() -> None:
    said = SECRET_PATHS.sub(r"\1…", "Not Found: /status/d/s3cret/es/history")
    assert said == "Not Found: /status/d/…/es/history"
    assert SECRET_PATHS.sub(r"\1…", "/status/incidents/5") == "/status/incidents/5"


def test_a_file_behind_a_signed_link_is_known() -> None:
    assert (
        SECRET_PATHS.sub(r"\1…", "Not Found: /bubble/files/s3cret") == "Not Found: /bubble/files/…"
        and SECRET_PATHS.sub(r"\1…", "Gone: /bubble/address/s3c:ret") == "Gone: /bubble/address/…"
    )


@pytest.mark.django_db
def test_a_request_that_fails_leaves_its_path_in_the_log_and_not_its_secret(client: Client) -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(WithoutSecrets())
    logging.getLogger("django.request").addHandler(handler)
    try:
        client.get("/mail/in/postmark/s3cret")
        client.post("/mail/in/postmark/s3cret")
    finally:
        logging.getLogger("django.request").removeHandler(handler)
    assert "/mail/in/postmark/…" in written.getvalue()
    assert "s3cret" not in written.getvalue()


def test_the_log_of_the_desk_is_filtered_so() -> None:
    logging_: dict[str, Any] = settings.LOGGING
    names = logging_["handlers"]["stderr"]["filters"]
    filters = [logging_["filters"][name]["()"] for name in names]
    assert filters == ["deskbell.lib.secrecy.WithoutSecrets"]
