"""The noun of custom fields: CustomField, with its choices. The values stand on the tickets, by its key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Lower

from deskbell.lib import clock

LONGEST_NAME = 60
LONGEST_KEY = 40


def in_small_letters(values: str | Combinable) -> Cast:
    """What a ticket holds, so that `B12` and `b12` are found alike: the column, or the text of what is asked
    for. The index of tickets by field is of this, and serves what asks by it."""
    return Cast(Lower(Cast(values, models.TextField())), models.JSONField())


class Holds(models.TextChoices):
    """What kind of value a field holds; it never changes, since tickets have values of it."""

    TEXT = "text", "Text"
    NUMBER = "number", "Number"
    DATE = "date", "Date"
    YES_NO = "yes_no", "Yes or no"
    ONE = "one", "One of a list"
    SEVERAL = "several", "Several of a list"


class Customers(models.TextChoices):
    """What customers have to do with a field. Who is asked for it sees it, too."""

    HIDDEN = "hidden", "don’t see it"
    SHOWN = "shown", "see it on their request"
    ASKED = "asked", "are asked for it in the portal’s form, and see it"


@dataclass(frozen=True)
class Choice:
    """One of a list. The key is what tickets hold, and stays when the name changes; who is `retired` is
    offered no more."""

    key: str
    name: str
    name_es: str = ""
    retired: bool = False

    def named(self, language: str) -> str:
        """As a reader of this language sees it."""
        return (language == "es" and self.name_es) or self.name


class CustomField(models.Model):
    """Something that is asked of tickets. Archived instead of deleted: what tickets hold stays theirs."""

    key = models.CharField(max_length=LONGEST_KEY, unique=True)  # made from its first name; stays
    name = models.CharField(max_length=LONGEST_NAME)
    name_es = models.CharField(max_length=LONGEST_NAME, blank=True)
    holds = models.CharField(max_length=10, choices=Holds.choices)
    help = models.CharField(max_length=200, blank=True)
    help_es = models.CharField(max_length=200, blank=True)
    listed = models.JSONField(default=list, blank=True)  # its choices, read by `choices`
    customers = models.CharField(max_length=10, choices=Customers.choices, default=Customers.HIDDEN)
    required = models.BooleanField(default=False)  # no ticket is solved without it
    categories = ArrayField(
        models.CharField(max_length=12), default=list, blank=True
    )  # of the tickets that have it; empty: all of them
    place = models.PositiveIntegerField(default=0)  # among the others, the least first
    archived_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(default=clock.now)
    demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def has_choices(self) -> bool:
        return self.holds in {Holds.ONE, Holds.SEVERAL}

    @property
    def is_shown(self) -> bool:
        """May customers see it?"""
        return self.customers != Customers.HIDDEN

    @property
    def choices(self) -> list[Choice]:
        """All of its choices in their order, the retired ones too."""
        return [Choice(**each) for each in self.listed]

    def offered(self, also: Sequence[str] = ()) -> list[Choice]:
        """The choices that can be taken; `also` those keys which a ticket has already."""
        return [each for each in self.choices if not each.retired or each.key in also]

    def concerns(self, category: str) -> bool:
        """Is it asked of tickets of this category?"""
        return not self.categories or category in self.categories

    def named(self, language: str) -> str:
        """As a reader of this language sees it."""
        return (language == "es" and self.name_es) or self.name

    def explained(self, language: str) -> str:
        """The help beside it, likewise."""
        return (language == "es" and self.help_es) or self.help
