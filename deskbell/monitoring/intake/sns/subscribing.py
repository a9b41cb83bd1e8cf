"""Confirms that the desk wants what a topic publishes: the address is Amazon's, or it is not asked."""

from __future__ import annotations

from deskbell.lib.errors import Refused
from deskbell.lib.outbound import Request, Unreachable, fetch
from deskbell.monitoring.intake.normal import Unreadable
from deskbell.monitoring.intake.sns.signing import checked_host


def confirm(url: str) -> None:
    """Ask the address that confirms a subscription. Raises Unreadable if that did not work."""
    try:
        answer = fetch(Request(checked_host(url)))
    except (Refused, Unreachable) as error:
        raise Unreadable(f"The subscription could not be confirmed: {error}") from None
    if not answer.is_ok:
        raise Unreadable(f"The subscription could not be confirmed: Amazon said {answer.status}.")
