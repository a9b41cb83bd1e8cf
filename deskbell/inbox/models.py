"""The nouns of the inbox: SavedView, Draft, DraftFile, Translation, Preferences, Glance, Device, Push. What a
ticket is stands in the rooms below."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time

from django.contrib.postgres.fields import ArrayField
from django.db import models

from deskbell.lib import clock
from deskbell.look.languages import name_of
from deskbell.people.models import Agent, Notice
from deskbell.tickets.models import Message, Ticket


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


class Translation(models.Model):
    """A text of a ticket in another language, by a machine, because an agent asked for it: a customer's
    message, which has it once in each language; or what an agent has written, before it is sent."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="translations")
    message = models.ForeignKey(  # the customer's; or the reply as which an answer was sent
        Message, null=True, on_delete=models.CASCADE, related_name="translations"
    )
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    original = models.TextField(blank=True)  # of an answer: what the agent had written
    text = models.TextField()
    source = models.CharField(max_length=20, blank=True)  # the language, as the service found it
    target = models.CharField(max_length=20)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "target"],
                condition=models.Q(original=""),
                name="one_translation_of_a_message",
            )
        ]

    def __str__(self) -> str:
        return f"{self.target} of #{self.ticket_id}"

    @property
    def language(self) -> str:
        return name_of(self.target)

    @property
    def from_language(self) -> str:
        """Empty where the service did not say."""
        return name_of(self.source) if self.source else ""


class Topic(models.TextChoices):
    """What a device may speak of."""

    ASSIGNED = "assigned", "A colleague gives me a ticket"
    REPLY = "reply", "A customer writes on a ticket of mine"
    MENTION = "mention", "A colleague names me"
    DUE = "due", "A promise is due soon, or late"
    CHAT = "chat", "A chat waits for me, or for anybody"
    TEAM = "team", "A ticket opens in one of my teams"


def usual_pushes() -> list[str]:
    """Of what a device is told where its owner has not chosen: all that is theirs."""
    return [topic for topic in Topic.values if topic != Topic.TEAM]


def _topics(default: Callable[[], list[str]]) -> ArrayField[list[str], list[str]]:
    return ArrayField(models.CharField(max_length=10, choices=Topic.choices), default=default)


class Preferences(models.Model):
    """How an agent likes the desk, on all their devices. Who has none has chosen nothing yet."""

    Topic = Topic

    agent = models.OneToOneField(
        Agent, primary_key=True, on_delete=models.CASCADE, related_name="preferences"
    )
    hides_events = models.BooleanField(default=False)  # the thin lines between the messages
    speaks_of = _topics(default=list)  # of what open pages speak
    sounds = models.BooleanField(default=False)
    pushes = _topics(default=usual_pushes)  # of what devices are told while no page is open
    quiet_from = models.TimeField(null=True)  # by the agent's own wall clock; both or neither
    quiet_until = models.TimeField(null=True)

    class Meta:
        verbose_name_plural = "preferences"

    def __str__(self) -> str:
        return f"preferences of {self.agent}"

    @property
    def quiet_hours(self) -> tuple[time, time] | None:
        """When no device speaks, by the agent's own wall clock; they may go over midnight."""
        if self.quiet_from is None or self.quiet_until is None:
            return None
        return self.quiet_from, self.quiet_until


class Glance(models.Model):
    """An agent has a ticket before their eyes just now: no device speaks of it. Gone in a moment."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="glances")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="glances")
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "ticket"], name="one_glance_at_a_ticket")
        ]

    def __str__(self) -> str:
        return f"{self.agent} looks at #{self.ticket_id}"


class Device(models.Model):
    """A browser that shows its agent notices also while no page of the desk is open."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="devices")
    name = models.CharField(max_length=100)
    where = models.CharField(max_length=200)  # its push service
    endpoint_digest = models.CharField(max_length=64, unique=True)  # a browser is one person's
    sealed = models.TextField()  # its `lib.push` Subscription as JSON
    shows_words = models.BooleanField(default=False)  # on a lock screen anybody reads them
    added_at = models.DateTimeField(default=clock.now)
    used_at = models.DateTimeField(null=True)  # its service took a message last
    removed_at = models.DateTimeField(null=True)  # by its agent; erased a day later

    def __str__(self) -> str:
        return self.name


class Push(models.Model):
    """One thing that one device was to be told; stays for a month, to show what was sent and what not."""

    class State(models.TextChoices):
        QUEUED = "queued", "On its way"
        SENT = "sent", "Sent"
        TOLD = "told", "Told by a newer one"
        DROPPED = "dropped", "Not needed"
        FAILED = "failed", "Not delivered"

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="pushes")
    device = models.ForeignKey(Device, null=True, on_delete=models.SET_NULL, related_name="pushes")
    to = models.CharField(max_length=100)  # the device's name, which stays when it is gone
    topic = models.CharField(max_length=10)  # one of Topic; "test" of one that was asked for
    text = models.CharField(max_length=300)
    path = models.CharField(max_length=200)  # where in the desk it leads
    tag = models.CharField(max_length=32)  # the newer of a tag replaces the older
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.CASCADE, related_name="pushes")
    notice = models.ForeignKey(Notice, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    said = models.CharField(max_length=300, blank=True)  # by its service; or why it wasn't sent
    made_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(default=clock.now)
    leased_until = models.DateTimeField(null=True)  # in the hand of a sender until then
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["device", "id"],
                condition=models.Q(state="queued"),
                name="push_waiting",
            ),
            models.Index(fields=["device", "-sent_at"], name="push_sent_to"),
            models.Index(fields=["agent", "-id"], name="push_of_agent"),
        ]
        verbose_name_plural = "pushes"

    def __str__(self) -> str:
        return f"push to {self.to}, {self.state}"
