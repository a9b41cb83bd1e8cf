"""What readers tell us, by their faces and by what they search; and what search must know."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from deskbell.helpcenter.models.articles import LANGUAGE, Article
from deskbell.lib import clock


class Face(models.TextChoices):
    """Did this answer your question?"""

    SAD = "sad", "No"
    NEUTRAL = "neutral", "Partly"
    HAPPY = "happy", "Yes"


class Feedback(models.Model):
    """A reader's answer to “Did this answer your question?”; one a day from one reader.

    `asker` is a digest that changes every day: it tells one reader from another, and nobody who they are.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="feedback")
    language = LANGUAGE.clone()
    face = models.CharField(max_length=8, choices=Face.choices)
    missing = models.CharField(max_length=1000, blank=True)  # in the reader's words
    asker = models.CharField(max_length=64)
    at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True)  # someone has taken care of it
    saved = models.BooleanField(default=False)  # a request that they had begun to write

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "asker"], name="one_face_a_reader_a_day")
        ]
        indexes = [models.Index(fields=["at"], name="feedback_by_age")]

    def __str__(self) -> str:
        return f"{self.face}: {self.missing}"


class Search(models.Model):
    """How often something was searched on a day, and how many articles it found; nothing of who searched."""

    language = LANGUAGE.clone()
    words = models.CharField(max_length=100)  # folded
    day = models.DateField()
    times = models.PositiveIntegerField(default=1)
    found = models.PositiveIntegerField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "language", "words"], name="one_search_of_words_a_day"
            )
        ]

    def __str__(self) -> str:
        return self.words


class Synonyms(models.Model):
    """Words that mean the same to search, each folded: ["chromebook", "laptop"]."""

    language = LANGUAGE.clone()
    words = ArrayField(models.CharField(max_length=60))

    class Meta:
        verbose_name_plural = "synonyms"

    def __str__(self) -> str:
        return ", ".join(self.words)


class Word(models.Model):
    """A word of published articles. `shapes` are it and what is left of it without one of its letters, so
    that a word that was typed wrong is found by an index, without an extension of PostgreSQL."""

    language = LANGUAGE.clone()
    word = models.CharField(max_length=40)
    times = models.PositiveIntegerField()  # in how many articles
    shapes = ArrayField(models.CharField(max_length=40))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["language", "word"], name="one_row_of_a_word")
        ]
        indexes = [GinIndex(fields=["shapes"], name="word_shapes")]

    def __str__(self) -> str:
        return self.word
