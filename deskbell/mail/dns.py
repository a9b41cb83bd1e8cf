"""Asking the DNS for a TXT record, with a limit of time."""

from __future__ import annotations

import dns.exception
import dns.resolver

SECONDS = 5


class Unanswered(Exception):
    """The DNS did not answer; the text says what to do."""


def txt(name: str) -> list[str]:
    """The TXT records at this name, each put together; none if there is none. Raises Unanswered."""
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError) as error:
        raise Unanswered("The DNS did not answer. Try again in a minute.") from error
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
