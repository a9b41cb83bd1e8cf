"""Blocking a sender: their new mail is set aside in the quarantine with the reason, and never lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from deskbell.lib.errors import Refused
from deskbell.mail.models import BlockedSender
from deskbell.people.models import Agent
from deskbell.people.owners import owners
from deskbell.tickets.aside.models import Aside
from deskbell.tickets.models import Ticket


@dataclass(frozen=True)
class Blockable:
    """Whose mail can be set aside, and whether it is already."""

    address: str
    blocked: bool


def blockable(ticket: Ticket) -> Blockable | None:
    """Who asked on the ticket, if that is someone who writes by mail and is not of the team."""
    asks = ticket.requester
    if asks is None or not asks.email or asks.is_agent:
        return None
    return Blockable(asks.email, asks.email in blocked_among([asks.email]))


def block(ticket: Ticket, *, by: Agent) -> None:
    """Set the mail of who asked on this spam aside from now on. Refused for the team's own people, and for
    who owns a district: what they write of billing is not for everyone who reads the quarantine."""
    found = blockable(ticket)
    if found is None:
        raise Refused("Nobody asked here by mail, or it was someone of the team.")
    if ticket.aside != Aside.SPAM:
        raise Refused("Mark the ticket as spam first; then its sender can be blocked.")
    if owners().filter(person=ticket.requester).exists():
        raise Refused(f"{ticket.requester} owns a district: their mail is always let in.")
    BlockedSender.objects.get_or_create(
        address=found.address, defaults={"ticket": ticket.pk, "by": by.person}
    )


def unblock(address: str) -> None:
    """Let their mail in again. What was set aside meanwhile stays in the quarantine until someone looks."""
    BlockedSender.objects.filter(address=address).delete()


def blocked_among(addresses: Iterable[str]) -> set[str]:
    """Those of these addresses (in lower case) that are blocked, in one query."""
    found = BlockedSender.objects.filter(address__in=list(addresses))
    return set(found.values_list("address", flat=True))


def why_blocked(address: str) -> str:
    """The reason for the quarantine; empty if the sender is not blocked."""
    found = BlockedSender.objects.filter(address=address).select_related("by").first()
    if found is None:
        return ""
    who = found.by or "Someone who has left"
    return f"{who} blocked {address} on {found.at:%-d %B %Y}" + (
        f", for ticket #{found.ticket}." if found.ticket else "."
    )
