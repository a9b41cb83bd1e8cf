"""The nouns of the chat room: Visitor, Session, Visit, Sent; those of sites have theirs in `sites/`."""

from __future__ import annotations

from django.db import models

from deskbell.chat.sites.models import Identity, Site, SiteKey
from deskbell.lib import clock
from deskbell.people.models import Person
from deskbell.tickets.models import Message, Ticket

__all__ = ["Identity", "Sent", "Session", "Site", "SiteKey", "Visit", "Visitor"]


class Visitor(models.Model):
    """Someone in the bubble: with an identity that a site has proved, the same one in each tab and on each
    device; without, whoever holds the one session."""

    identity = models.OneToOneField(
        Identity, null=True, blank=True, on_delete=models.CASCADE, related_name="visitor"
    )
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="visitors")
    address = models.CharField(max_length=320, blank=True)  # given by them, proved by nothing
    created_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.person}, visitor {self.pk}"


class Session(models.Model):
    """What lets a tab speak for a visitor: a token that the tab alone keeps; we keep its digest."""

    visitor = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="sessions")
    token_digest = models.CharField(max_length=64, unique=True)
    remembered = models.BooleanField(default=False)  # “on this device”: it outlives the tab
    begun_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField(null=True, blank=True)  # of someone proved; None: when unseen

    class Meta:
        indexes = [models.Index(fields=["visitor"], name="sessions_of_a_visitor")]

    def __str__(self) -> str:
        return f"session {self.pk} of visitor {self.visitor_id}"


class Visit(models.Model):
    """A visitor's conversation, on the ticket where it stands now."""

    visitor = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="visits")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="visits")
    page = models.CharField(max_length=500, blank=True)  # where the bubble was when they wrote
    began_at = models.DateTimeField(default=clock.now)
    left_at = models.DateTimeField(null=True, blank=True)  # the desk has noted that they are gone

    class Meta:
        indexes = [
            models.Index(
                fields=["visitor"], condition=models.Q(left_at=None), name="visit_going_on"
            )
        ]

    def __str__(self) -> str:
        return f"visit {self.pk} on #{self.ticket_id}"


class Sent(models.Model):
    """A message as the bubble named it, so that sending it again changes nothing."""

    visitor = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="sent")
    client_id = models.CharField(max_length=64)
    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="sent")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "sent"
        constraints = [
            models.UniqueConstraint(
                fields=["visitor", "client_id"], name="one_message_of_a_client_id"
            )
        ]

    def __str__(self) -> str:
        return f"{self.client_id} of visitor {self.visitor_id}"
