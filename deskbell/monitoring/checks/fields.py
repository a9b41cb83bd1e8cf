"""Reading the fields that several kinds' forms have in common."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

import re2

from deskbell.lib.errors import Refused
from deskbell.lib.numbers import whole

Form = Mapping[str, str]
LONGEST_PATTERN = 500


def host(text: str) -> str:
    """A host's name or address. Not of the link itself, where clouds keep their machines' secrets."""
    text = text.strip().strip("[]")
    if not text or len(text) > 253 or any(c in text for c in " /@?#\\") or not text.isprintable():
        raise Refused(
            f"“{text[:100]}” is no host: write a name like mail.example.org, or an address."
        )
    refuse_link_local(text)
    return text


def refuse_link_local(text: str) -> None:
    """Checks may look inside, but not at the addresses of the link, such as 169.254.169.254."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return
    mapped = getattr(address, "ipv4_mapped", None) or address
    if mapped.is_link_local or mapped.is_multicast or mapped.is_unspecified:
        raise Refused(f"{text} is an address that may not be asked.")


def port(text: str, usual: int | None = None) -> int:
    text = text.strip()
    if not text and usual is not None:
        return usual
    number = whole(text, 1, 65535)
    if number is None:
        raise Refused(f"“{text[:20]}” is no port: write a number from 1 to 65535.")
    return number


def web_address(text: str) -> str:
    """An http or https address without a user in it."""
    text = text.strip()
    try:
        parts = urlsplit(text)
        name, number = parts.hostname, parts.port
    except ValueError:
        name, number = None, None
    if not name or parts.scheme not in {"http", "https"} or number == 0 or len(text) > 2000:
        raise Refused(f"“{text[:100]}” is no web address: write one like https://example.org/.")
    if parts.username or parts.password:
        raise Refused(
            "Leave the user and password out of the address: they have fields of their own."
        )
    host(name)
    return text


def pattern(text: str) -> str:
    """A regular expression of RE2, which takes linear time whatever it is held against."""
    if len(text) > LONGEST_PATTERN:
        raise Refused(f"Write a pattern of at most {LONGEST_PATTERN} characters.")
    try:
        re2.compile(text, _quiet())
    except re2.error as error:
        said = error.args[0].decode() if isinstance(error.args[0], bytes) else error.args[0]
        raise Refused(f"The pattern “{text[:100]}” can't be read: {said}.") from None
    return text


def matches(text: str, body: str) -> bool:
    """Does the pattern occur anywhere in the body?"""
    return re2.compile(text, _quiet()).search(body) is not None


def count(text: str, what: str, most: int, usual: int) -> int:
    text = text.strip()
    if not text:
        return usual
    number = whole(text, 0, most)
    if number is None:
        raise Refused(f"“{text[:20]}” is no number of {what}: write one from 0 to {most}.")
    return number


def authorities(text: str) -> str:
    """Certificates in PEM of authorities that are trusted beside the usual ones."""
    text = text.strip()
    if not text:
        return ""
    try:
        ssl.create_default_context().load_verify_locations(cadata=text)
    except (ssl.SSLError, ValueError):
        raise Refused(
            "The certificate can't be read: paste it as PEM, from BEGIN to END CERTIFICATE."
        ) from None
    return text


def said_yes(form: Form, name: str) -> bool:
    return form.get(name) in {"yes", "on", "1"}


def _quiet() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    return options
