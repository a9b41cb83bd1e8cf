"""The nouns of the people room: Person, Portrait, Agent, Team, District, School, Contact, Notice, Desk.
Signing in by a provider has its own in `providers/`."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.functional import cached_property

from deskbell.lib import clock
from deskbell.lib.ids import new_token
from deskbell.people.providers.models import Account as Account
from deskbell.people.providers.models import Provider as Provider

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

DEFAULT_ZONE = "America/New_York"


class People(BaseUserManager["Person"]):
    """Finds people by address; an address is kept in lower case, so there is one of each."""

    def with_address(self, address: str, name: str = "") -> Person:
        """The person with this mail address, made if the desk has not met them."""
        known = self.select_related(
            "agent"
        )  # whoever asks for a person asks next whether it is one
        person, _ = known.get_or_create(email=address.strip().lower(), defaults={"name": name})
        if name and not person.name:
            person.name = name
            person.save(update_fields=["name"])
        return person

    def with_addresses(self, names: Mapping[str, str]) -> dict[str, Person]:
        """`with_address` for many, given as name by address in lower case; in as many queries as for one."""
        wanted = self.select_related("agent").filter(email__in=names)
        found = {person.email or "": person for person in wanted}
        if new := [Person(email=each, name=names[each]) for each in names if each not in found]:
            self.bulk_create(new, ignore_conflicts=True)  # someone else may have met them just now
            made = self.select_related("agent").filter(email__in=[p.email for p in new])
            found |= {person.email or "": person for person in made}
        for address, person in found.items():
            if names[address] and not person.name:
                person.name = names[address]
                person.save(update_fields=["name"])
        return found

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email=(username or "").strip().lower())


class Person(AbstractBaseUser):
    """Anyone the desk knows. What they may do follows from being an Agent or a Contact."""

    email = models.CharField(max_length=320, unique=True, null=True, blank=True)
    name = models.CharField(max_length=200, blank=True)
    zone = models.CharField(max_length=64, blank=True)
    is_active = models.BooleanField(default=True)
    demo = models.BooleanField(default=False)  # lives in the make-believe town
    created_at = models.DateTimeField(default=clock.now)
    mail_fails_since = models.DateTimeField(null=True, blank=True)  # mail to the address comes back
    mail_fails_why = models.CharField(max_length=300, blank=True)
    portrait = models.OneToOneField(
        "Portrait", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    if TYPE_CHECKING:
        portraits: RelatedManager[Portrait]

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = People()

    class Meta:
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.name or self.email or "Someone"

    @property
    def is_agent(self) -> bool:
        """Belongs to the team and has not left it."""
        return self.is_active and hasattr(self, "agent")

    @property
    def portrait_path(self) -> str:
        """Where their picture is, without a query; "" if they have none."""
        return f"/portraits/{self.portrait_id}.webp" if self.portrait_id else ""


class Portrait(models.Model):
    """A picture of a person, as the desk has drawn it. Its content never changes.

    Its key is its address. Whoever is told it may see the picture, signed in or not, since visitors and
    readers of the help center see who speaks with them; nobody can guess it.
    """

    key = models.CharField(primary_key=True, max_length=64, default=new_token)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="portraits")
    content = models.BinaryField()  # WebP, of a few KB: so it goes with its row, and nothing else
    chosen_at = models.DateTimeField(default=clock.now)
    left_at = models.DateTimeField(null=True, blank=True)  # since when it is not theirs any more
    left_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [
            models.Index(
                fields=["left_at"], condition=models.Q(left_at__isnull=False), name="portrait_left"
            )
        ]

    def __str__(self) -> str:
        return f"a picture of {self.person}"


class Team(models.Model):
    """A group of agents with one purpose, who share what is not yet anyone's."""

    class Purpose(models.TextChoices):
        SUPPORT = "support", "Support"
        ENGINEERING = "engineering", "Engineering"
        BILLING = "billing", "Billing"
        ONBOARDING = "onboarding", "Onboarding"

    name = models.CharField(max_length=100, unique=True)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    tier = models.PositiveSmallIntegerField(default=1)
    lead = models.ForeignKey(
        "Agent", null=True, blank=True, on_delete=models.SET_NULL, related_name="leads"
    )

    def __str__(self) -> str:
        return self.name


class Agent(models.Model):
    """A person of the team."""

    class Role(models.TextChoices):
        AGENT = "agent", "Agent"
        MANAGER = "manager", "Manager"
        ADMINISTRATOR = "administrator", "Administrator"

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.CASCADE)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.AGENT)
    teams = models.ManyToManyField(Team, related_name="agents", blank=True)

    if TYPE_CHECKING:
        notices: RelatedManager[Notice]

    def __str__(self) -> str:
        return str(self.person)

    @property
    def portrait_path(self) -> str:
        return self.person.portrait_path

    @property
    def is_administrator(self) -> bool:
        return self.role == self.Role.ADMINISTRATOR

    @cached_property
    def reads_billing(self) -> bool:
        """May read what a district's owners settle with us: the billing team, and who manages."""
        return self.manages or self.teams.filter(purpose=Team.Purpose.BILLING).exists()

    @property
    def manages(self) -> bool:
        """May change what the desk promises."""
        return self.role in {self.Role.MANAGER, self.Role.ADMINISTRATOR}


class District(models.Model):
    """A customer: a school district, in one time zone."""

    name = models.CharField(max_length=200, unique=True)
    zone = models.CharField(max_length=64, default=DEFAULT_ZONE)
    demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name


class DistrictDomain(models.Model):
    """A mail domain that belongs to one district alone."""

    district = models.ForeignKey(District, on_delete=models.CASCADE, related_name="domains")
    domain = models.CharField(max_length=253, unique=True)

    def __str__(self) -> str:
        return self.domain


class School(models.Model):
    """A school of a district."""

    district = models.ForeignKey(District, on_delete=models.CASCADE, related_name="schools")
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "name"], name="one_school_of_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class Contract(models.Model):
    """What a district has been promised, and for how long; `uptime_target` is in percent (P11)."""

    district = models.ForeignKey(District, on_delete=models.CASCADE, related_name="contracts")
    plan = models.CharField(max_length=100, default="Standard Support")
    uptime_target = models.DecimalField(max_digits=6, decimal_places=3, default=Decimal("99.9"))
    maintenance_counts = models.BooleanField(default=False)  # as downtime (U3)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.plan} for {self.district}"


class Contact(models.Model):
    """A person's place in a district, or in one of its schools."""

    class Role(models.TextChoices):
        OWNER = "owner", "Owner"
        EDITOR = "editor", "Editor"
        VIEWER = "viewer", "Viewer"
        MEMBER = "member", "Own requests"  # known there, and sees what is theirs alone

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="places")
    district = models.ForeignKey(District, on_delete=models.CASCADE, related_name="contacts")
    school = models.ForeignKey(
        School, null=True, blank=True, on_delete=models.CASCADE
    )  # with its school a place goes too: without one it would be of the whole district
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MEMBER)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "district"], name="one_place_in_a_district")
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.district})"


class PlaceChange(models.Model):
    """Someone gave a person a place in a district, changed it, or took it away; never changed itself.

    A role is empty where there was no place before, or is none any more.
    """

    district = models.ForeignKey(District, on_delete=models.CASCADE, related_name="place_changes")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="place_changes")
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    role_before = models.CharField(max_length=10, choices=Contact.Role.choices, blank=True)
    school_before = models.ForeignKey(
        School, null=True, on_delete=models.CASCADE, related_name="+"
    )  # as with places, nothing of a school becomes the whole district's
    role = models.CharField(max_length=10, choices=Contact.Role.choices, blank=True)
    school = models.ForeignKey(School, null=True, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["district", "-id"], name="place_changes_of_district")]

    def __str__(self) -> str:
        return f"{self.person}: {self.role_before or 'none'} to {self.role or 'none'}"


class Absence(models.Model):
    """An agent is on leave between two instants: they answer for nothing, and nobody pages them."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="absences")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    from_calendar = models.CharField(
        max_length=300, blank=True
    )  # the event's id, if it was read in
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="absence_ends_after_it_starts",
            )
        ]
        indexes = [models.Index(fields=["agent", "ends_at"], name="absence_of_agent")]

    def __str__(self) -> str:
        return f"{self.agent} is away from {self.starts_at:%F}"


class Notice(models.Model):
    """Something an agent was told by the desk: in the app at once, kept until it was read."""

    recipient = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="notices")
    text = models.CharField(max_length=300)
    path = models.CharField(max_length=200)  # where in the desk it leads, e.g. /tickets/81
    urgent = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["recipient", "-id"],
                condition=models.Q(read_at=None),
                name="notice_unread",
            )
        ]

    def __str__(self) -> str:
        return self.text


class Desk(models.Model):
    """The desk itself: one row, made at the first run."""

    name = models.CharField(max_length=100, default="Support")
    zone = models.CharField(max_length=64, default=DEFAULT_ZONE)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="only_one_desk")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)


class SignInLink(models.Model):
    """A link that lets one person in once: the first administrator, an invited agent, or a customer.

    It opens its own door alone: a customer's is none to the desk, an agent's none to the portal.
    """

    class Door(models.TextChoices):
        DESK = "desk", "Desk"
        PORTAL = "portal", "Portal"

    door = models.CharField(max_length=6, choices=Door.choices, default=Door.DESK)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE)
    token_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"link of {self.person or 'the first administrator'}"

    @property
    def is_open(self) -> bool:
        return self.used_at is None and clock.now() < self.expires_at


class LinkAsking(models.Model):
    """Someone asked for a link to the portal, for whatever address; so many, and they have to wait."""

    digest = models.CharField(max_length=64)  # of the address
    network = models.CharField(max_length=64)
    at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        indexes = [
            models.Index(fields=["digest"], name="asking_for_an_address"),
            models.Index(fields=["network"], name="asking_from_a_network"),
        ]

    def __str__(self) -> str:
        return f"a link was asked for at {self.at:%F %T}"


class SignInFailure(models.Model):
    """A password that did not fit; enough of them, and the address has to wait."""

    address = models.CharField(max_length=320)
    machine = models.CharField(max_length=45)
    at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        indexes = [models.Index(fields=["address", "machine"], name="guesses_of_an_address")]

    def __str__(self) -> str:
        return f"{self.address} at {self.at:%F %T}"
