"""The nouns of the chat room: Visitor, Session, Visit, Sent; Wait, Taker and QueueRules for its queue. Those
of sites have theirs in `sites/`."""

from __future__ import annotations

from datetime import timedelta

from django.db import models

from deskbell.chat.faces import Face
from deskbell.chat.sites.models import Identity, Site, SiteKey
from deskbell.chat.tallies import Tally
from deskbell.lib import clock
from deskbell.people.models import Agent, Person
from deskbell.tickets.models import Message, Ticket

__all__ = [
    "Face",
    "Identity",
    "QueueRules",
    "Sent",
    "Session",
    "Site",
    "SiteKey",
    "Taker",
    "Tally",
    "Upload",
    "Visit",
    "Visitor",
    "Wait",
]


class Visitor(models.Model):
    """Someone in the bubble: with an identity that a site has proved, the same one in each tab and on each
    device; without, whoever holds the one session."""

    identity = models.OneToOneField(
        Identity, null=True, blank=True, on_delete=models.CASCADE, related_name="visitor"
    )
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="visitors")
    address = models.CharField(max_length=320, blank=True)  # given by them
    confirmed_at = models.DateTimeField(null=True, blank=True)  # None: nothing proves the address
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
    answers = models.JSONField(default=dict)  # to the guided questions: see triage.py
    browser = models.CharField(max_length=80, blank=True)  # as their browser names itself, in words
    began_at = models.DateTimeField(default=clock.now)
    left_at = models.DateTimeField(null=True, blank=True)  # the desk has noted that they are gone
    visitor_saw = models.BigIntegerField(default=0)  # up to this message, by its key
    team_saw = models.BigIntegerField(default=0)  # likewise
    transcript_at = models.DateTimeField(
        null=True, blank=True
    )  # when it was last mailed as a whole

    class Meta:
        indexes = [
            models.Index(
                fields=["visitor"], condition=models.Q(left_at=None), name="visit_going_on"
            )
        ]

    def __str__(self) -> str:
        return f"visit {self.pk} on #{self.ticket_id}"


class Upload(models.Model):
    """A file that a visitor has brought, checked by its content; it goes with one message, or with none."""

    visitor = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="uploads")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=127)
    size = models.PositiveIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    picture = models.CharField(max_length=20, blank=True)  # as in tickets.Attachment
    warning = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} of visitor {self.visitor_id}"


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


class Wait(models.Model):
    """A conversation waits for someone of the team, until an agent takes it or it is over.

    The worker gives it to whoever has the fewest, and rings: what is due next stands in the row, so that
    a restart loses nothing. Waits that are over stay: they tell how long people waited.
    """

    class End(models.TextChoices):
        TAKEN = "taken", "Taken"
        LEFT = "left", "The visitor has left"
        DONE = "done", "It was solved, or made a ticket"

    class Rung(models.IntegerChoices):
        NOBODY = 0
        TEAM = 1
        LEAD = 2

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="waits")
    since = models.DateTimeField(default=clock.now)
    given_to = models.ForeignKey(
        Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="waits_given"
    )
    passed_on_at = models.DateTimeField(null=True, blank=True)  # until then it is for `given_to`
    had = models.JSONField(default=list)  # keys of the agents who had it and did not take it
    rung = models.PositiveSmallIntegerField(choices=Rung.choices, default=Rung.NOBODY)
    rings_at = models.DateTimeField(null=True, blank=True)  # the next ring; none after the lead
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=8, choices=End.choices, blank=True)
    taken_by = models.ForeignKey(
        Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="waits_taken"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["visit"], condition=models.Q(ended_at=None), name="waits_once_at_a_time"
            )
        ]
        indexes = [
            models.Index(fields=["since"], condition=models.Q(ended_at=None), name="wait_going_on")
        ]

    def __str__(self) -> str:
        return f"{self.visit} waits since {self.since:%F %T}"


class Taker(models.Model):
    """An agent who has said whether they take chats; they do while a page of theirs shows a sign of life."""

    agent = models.OneToOneField(
        Agent, primary_key=True, on_delete=models.CASCADE, related_name="taker"
    )
    taking = models.BooleanField(default=False)
    seen_at = models.DateTimeField(default=clock.now)
    given_at = models.DateTimeField(null=True, blank=True)  # the last chat: the longest ago is next

    def __str__(self) -> str:
        return f"{self.agent} {'takes' if self.taking else 'takes no'} chats"


class QueueRules(models.Model):
    """How the desk hands out its chats: one row, made when someone changes what it begins with."""

    automatic = models.BooleanField(default=True)
    most_at_once = models.PositiveSmallIntegerField(default=3)  # chats of one agent
    passed_on_after = models.DurationField(default=timedelta(seconds=45))
    team_rings_after = models.DurationField(default=timedelta(minutes=2))  # in the hours of chats
    lead_rings_after = models.DurationField(default=timedelta(minutes=4))

    class Meta:
        verbose_name_plural = "queue rules"
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="only_one_rules_of_the_queue")
        ]

    def __str__(self) -> str:
        return f"{self.most_at_once} chats at once"
