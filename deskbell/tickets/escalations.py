"""The noun of technical escalation: who was asked about a ticket, by whom, and what became of it (K16)."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models

from deskbell.lib import clock
from deskbell.people.models import Agent, Person, Team

VENDOR = "vendor"


def tier_in_words(tier: str) -> str:
    """ "Tier 2", or "A vendor"."""
    return "A vendor" if tier == VENDOR else f"Tier {tier}"


def tier_name(tier: str) -> str:
    """ "Tier 2", or "Vendor": as a tag says it."""
    return "Vendor" if tier == VENDOR else f"Tier {tier}"


class Escalations(models.QuerySet["Escalation"]):
    """Questions about who was asked."""

    def standing(self) -> Escalations:
        """Those that have not ended, the newest first."""
        return self.filter(ended_at=None).order_by("-id")


class Escalation(models.Model):
    """A tier or a vendor is asked to take a ticket over. Of those that have not ended the newest stands; the
    one before stands again when it is handed back."""

    ticket = models.ForeignKey(
        "tickets.Ticket", on_delete=models.CASCADE, related_name="escalations"
    )
    tier = models.CharField(max_length=10)  # a number from 2 on, or VENDOR: as in the policy
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, related_name="+")
    vendor = models.CharField(max_length=120, blank=True)
    contact = models.CharField(max_length=200, blank=True)  # whom the desk talks to there
    reference = models.CharField(max_length=120, blank=True)  # the vendor's own number for it
    evidence = models.URLField(max_length=500, blank=True)  # what the vendor itself says of it
    reason = models.CharField(max_length=300)
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    from_team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, related_name="+")
    from_agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    taken_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = Escalations.as_manager()

    def __str__(self) -> str:
        return f"escalated to {self.to}"

    @property
    def to(self) -> str:
        """Who is asked: the team or the vendor, by name."""
        return self.vendor or str(self.team or tier_in_words(self.tier))

    @property
    def is_vendors(self) -> bool:
        return self.tier == VENDOR


def asked_about(numbers: Collection[int]) -> dict[int, Escalation]:
    """The escalation that stands on each of these tickets, by number, in one query."""
    rows = Escalation.objects.standing().filter(ticket__in=numbers)
    found = rows.select_related("team", "asked_by", "taken_by", "from_team")
    return {each.ticket_id: each for each in reversed(found)}
