"""The nouns of the inbox: SavedView, Draft, DraftFile, Preferences. What a ticket is stands in the rooms
below."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from deskbell.lib import clock
from deskbell.people.models import Agent
from deskbell.tickets.models import Ticket


class SavedView(models.Model):
    """A question that someone keeps beside the lists of the desk: for themselves, or for the whole team."""

    owner = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    question = models.CharField(max_length=500)
    shared = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_saved_view_of_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class Draft(models.Model):
    """What an agent has begun to write on a ticket, and will find again on any device."""

    class Kind(models.TextChoices):
        REPLY = "reply", "Reply"
        NOTE = "note", "Note"

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="drafts")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.TextField()
    begun_after = models.PositiveIntegerField()  # the last event of the ticket when it was begun
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "ticket", "kind"], name="one_draft_of_a_kind")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on #{self.ticket_id}"


class DraftFile(models.Model):
    """A file that waits to be sent with a reply or a note; its bytes lie in the file store."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="draft_files")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="draft_files")
    kind = models.CharField(max_length=10, choices=Draft.Kind.choices)
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=127)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    content_id = models.CharField(max_length=255)  # by which the words show it, if it is a picture
    picture = models.CharField(max_length=20, blank=True, default="")
    warning = models.CharField(max_length=200, blank=True, default="")
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["agent", "ticket"], name="draft_file_of_agent")]

    def __str__(self) -> str:
        return self.name


class Preferences(models.Model):
    """How an agent likes the desk, on all their devices. Who has none has chosen nothing yet."""

    class Topic(models.TextChoices):
        """What a device may speak of."""

        MENTION = "mention", "A colleague names me"
        REPLY = "reply", "A customer writes on a ticket of mine"
        TEAM = "team", "A ticket opens in one of my teams"
        DUE = "due", "A promise is due soon, or late"

    agent = models.OneToOneField(
        Agent, primary_key=True, on_delete=models.CASCADE, related_name="preferences"
    )
    hides_events = models.BooleanField(default=False)  # the thin lines between the messages
    speaks_of = ArrayField(models.CharField(max_length=10, choices=Topic.choices), default=list)
    sounds = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "preferences"

    def __str__(self) -> str:
        return f"preferences of {self.agent}"
