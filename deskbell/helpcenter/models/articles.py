"""Collection, Section, Article; an Edition is an article in one language, a Revision a saved state of it."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.text import slugify

from deskbell.lib import clock
from deskbell.look.languages import LANGUAGES, USUAL
from deskbell.people.models import Agent, District, Person
from deskbell.tickets.models import Ticket

LONGEST_TITLE = 150
LANGUAGE = models.CharField(max_length=5, choices=list(LANGUAGES.items()), default=USUAL)


class Audience(models.TextChoices):
    """Who may read an article."""

    EVERYONE = "everyone", "Everyone"
    DISTRICTS = "districts", "Signed-in districts"
    DISTRICT = "district", "One district"
    AGENTS = "agents", "The team"


class Stage(models.TextChoices):
    """How far a draft has come. What is published has none."""

    WRITING = "writing", "Being written"
    REVIEW = "review", "Waiting for review"
    APPROVED = "approved", "Approved"


class Named(models.Model):
    """Something with a name in each language; `titles` and `abouts` are texts by language."""

    titles = models.JSONField(default=dict)
    abouts = models.JSONField(default=dict)
    place = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title(USUAL)

    def title(self, language: str) -> str:
        """The name in this language, or in the one there is."""
        return self.titles.get(language) or next(filter(None, self.titles.values()), "")

    def about(self, language: str) -> str:
        """A sentence about it in this language; empty if there is none."""
        text: str = self.abouts.get(language, "")
        return text

    def named(self, language: str) -> str:
        """How it is called in addresses: the number leads, the words are for people."""
        return f"{self.pk}-{slugify(self.title(language))}".rstrip("-")


class Collection(Named):
    """What a reader chooses first: “Getting started”."""

    symbol = models.CharField(max_length=20, default="book")


class Section(Named):
    """A part of a collection."""

    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="sections")


class Article(models.Model):
    """Something that one can look up, whatever the language. What it says stands in its editions."""

    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="articles")
    place = models.PositiveIntegerField(default=0)
    audience = models.CharField(max_length=12, choices=Audience.choices, default=Audience.EVERYONE)
    district = models.ForeignKey(District, null=True, blank=True, on_delete=models.CASCADE)
    owner = models.ForeignKey(
        Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="articles"
    )
    check_by = models.DateField(null=True, blank=True)  # when someone has to read it again
    made_at = models.DateTimeField(default=clock.now)
    began_with = models.ForeignKey(Ticket, null=True, blank=True, on_delete=models.SET_NULL)
    source = models.CharField(max_length=300, unique=True, null=True, blank=True)  # imported from
    demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(audience="district", district__isnull=False)
                | (~models.Q(audience="district") & models.Q(district=None)),
                name="articles_of_a_district_name_it",
            )
        ]

    def __str__(self) -> str:
        return f"article {self.pk}"


class Edition(models.Model):
    """An article in one language: what readers see, and the draft that may follow it.

    Readers' part (`title` to `search`) is written at publication alone. `words` is the plain text,
    `contents` the table of contents: [{"id", "title", "level"}].
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="editions")
    language = LANGUAGE.clone()
    published = models.ForeignKey(
        "Revision", null=True, on_delete=models.PROTECT, related_name="published_in"
    )
    published_at = models.DateTimeField(null=True)  # of what readers see now
    first_published_at = models.DateTimeField(null=True)
    author = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    title = models.CharField(max_length=LONGEST_TITLE, blank=True)
    summary = models.CharField(max_length=300, blank=True)
    html = models.TextField(blank=True)
    words = models.TextField(blank=True)
    contents = models.JSONField(default=list)
    search = SearchVectorField(null=True)
    heading = (
        models.GeneratedField(  # the title's words of `search`, small enough to lie in the row
            expression=models.Func(
                models.F("search"), template="ts_filter(%(expressions)s, '{a}')"
            ),
            output_field=SearchVectorField(null=True),
            db_persist=True,
        )
    )

    draft = models.ForeignKey(
        "Revision", null=True, on_delete=models.PROTECT, related_name="drafted_in"
    )
    stage = models.CharField(max_length=10, choices=Stage.choices, blank=True)
    reviewer = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    remark = models.CharField(max_length=500, blank=True)  # of whoever sent the draft back
    publish_at = models.DateTimeField(null=True, blank=True)
    follows = models.ForeignKey(  # the revision of the other language that this one translates
        "Revision", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["article", "language"], name="one_edition_of_a_language"
            )
        ]
        indexes = [
            GinIndex(fields=["search"], name="edition_search"),
            GinIndex(fields=["heading"], name="edition_heading"),
            models.Index(
                fields=["publish_at"],
                condition=models.Q(publish_at__isnull=False),
                name="edition_scheduled",
            ),
        ]

    def __str__(self) -> str:
        return self.title or (self.draft.title if self.draft else "") or "Without a title"

    @property
    def is_published(self) -> bool:
        return self.published_id is not None

    @property
    def named(self) -> str:
        """How it is called in addresses: the number leads, the words are for people."""
        return f"{self.article_id}-{slugify(self.title)[:80]}".rstrip("-")


class Revision(models.Model):
    """An edition as someone saved it, in Markdown; never changed afterwards."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=LONGEST_TITLE)
    summary = models.CharField(max_length=300, blank=True)
    body = models.TextField()
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=clock.now)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="one_revision_of_a_number")
        ]

    def __str__(self) -> str:
        return f"revision {self.number}"


class Illustration(models.Model):
    """A picture in articles. The file lies in the file store under its digest."""

    sha256 = models.CharField(max_length=64, unique=True)
    media_type = models.CharField(max_length=40)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.media_type}, {self.width} × {self.height}"


class OldAddress(models.Model):
    """Where an imported article was found before: it leads here for ever."""

    path = models.CharField(max_length=300, unique=True)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="old_addresses")

    def __str__(self) -> str:
        return self.path
