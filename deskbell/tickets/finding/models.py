"""What the search stands on: a document for each ticket, and the words of all of them. Both are derived."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class SearchDocument(models.Model):
    """All that was said on one ticket, and by whom, as PostgreSQL searches it."""

    ticket = models.OneToOneField(
        "tickets.Ticket", primary_key=True, on_delete=models.CASCADE, related_name="search"
    )
    document = SearchVectorField()
    learned = models.BooleanField(default=False)  # its words stand among the known ones

    class Meta:
        indexes = [
            GinIndex(fields=["document"], name="document_of_ticket"),
            models.Index(
                fields=["ticket"], condition=models.Q(learned=False), name="document_to_learn"
            ),
        ]

    def __str__(self) -> str:
        return f"search document of #{self.ticket_id}"


class SearchWord(models.Model):
    """A word, as the index keeps it, that at least one ticket holds; to know what was meant by a typo."""

    word = models.CharField(max_length=30, primary_key=True)
    seen = models.PositiveIntegerField()  # in about so many documents
    without_one = ArrayField(
        models.CharField(max_length=30)
    )  # itself, and with each letter left out

    class Meta:
        indexes = [GinIndex(fields=["without_one"], name="word_without_one")]

    def __str__(self) -> str:
        return self.word
