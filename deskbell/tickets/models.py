"""The nouns of the tickets room: Ticket, Follower, Message, Attachment, TicketEvent, TicketLink, Macro."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from deskbell.lib import clock
from deskbell.people.models import Agent, District, Person, School, Team
from deskbell.tickets.aside.models import Aside
from deskbell.tickets.aside.models import Erased as Erased
from deskbell.tickets.bulk.models import BulkChange as BulkChange
from deskbell.tickets.bulk.models import BulkLine as BulkLine
from deskbell.tickets.contests import Contest as Contest
from deskbell.tickets.escalations import Escalation as Escalation
from deskbell.tickets.escalations import tier_name
from deskbell.tickets.fields.models import CustomField as CustomField
from deskbell.tickets.fields.models import in_small_letters
from deskbell.tickets.finding.models import SearchDocument as SearchDocument
from deskbell.tickets.finding.models import SearchWord as SearchWord
from deskbell.tickets.impacts import Impact
from deskbell.tickets.mentions import Mention as Mention

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class State(models.TextChoices):
    """Who has the next move. `closed` is the only end: a new message there opens a new ticket."""

    OPEN = "open", "Open"
    PENDING = "pending", "Pending"  # we wait for the customer
    WAITING = "waiting", "Waiting"  # we wait for a vendor or another team
    SOLVED = "solved", "Solved"
    CLOSED = "closed", "Closed"


class Channel(models.TextChoices):
    """The door through which a ticket came."""

    MAIL = "mail", "Mail"
    CHAT = "chat", "Chat"
    ALERT = "alert", "Alert"
    PHONE = "phone", "Phone"
    PORTAL = "portal", "Portal"
    API = "api", "API"


class Category(models.TextChoices):
    """What Standard Support includes (P9): what kind of help a ticket asks for."""

    SUPPORT = "support", "Support"
    GUIDANCE = "guidance", "Implementation guidance"
    ESCALATION = "escalation", "Technical escalation"
    BILLING = "billing", "Billing support"


class Tag(models.Model):
    """A word by which the team groups tickets, in lower case; the tickets themselves carry it."""

    name = models.CharField(max_length=40, primary_key=True)
    made_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name


class Tickets(models.QuerySet["Ticket"]):
    """Questions about many tickets. Views come here through `access.py` alone."""

    def unfinished(self) -> Tickets:
        """Those that still need someone: neither solved nor closed."""
        return self.exclude(state__in=[State.SOLVED, State.CLOSED])

    def kept(self) -> Tickets:
        """Those that were not set aside: neither spam nor deleted."""
        return self.filter(aside="")

    def with_people(self) -> Tickets:
        """Bring along whom a row of a list names, in the same query."""
        return self.select_related("requester", "district", "school", "assignee__person", "team")


class Ticket(models.Model):
    """One call for help, from its first word to its solution."""

    number = models.BigAutoField(primary_key=True)
    subject = models.CharField(max_length=500)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    came_to = models.CharField(max_length=320, blank=True)  # the desk's address, if not the first
    category = models.CharField(max_length=12, choices=Category.choices, default=Category.SUPPORT)
    impact = models.CharField(max_length=10, choices=Impact.choices, default=Impact.NORMAL)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    requester = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="requested"
    )
    district = models.ForeignKey(District, null=True, on_delete=models.PROTECT)
    school = models.ForeignKey(School, null=True, on_delete=models.SET_NULL)
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL)
    assignee = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL)
    follows = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="followed_by"
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged"
    )
    live = models.BooleanField(default=False)  # a visitor is in the bubble right now (K15)
    tags = ArrayField(models.CharField(max_length=40), default=list, db_default=[], blank=True)
    field_values = models.JSONField(
        default=dict, db_default={}, blank=True
    )  # by the keys of custom fields, as `fields/reading.py` reads them
    snoozed_until = models.DateTimeField(
        null=True
    )  # out of the lists until then, or until an answer
    confidential = models.BooleanField(
        default=False, db_default=False
    )  # billing: for the billing team, managers and the district's owners alone; never changes
    tier = models.CharField(
        max_length=10, blank=True, default="", db_default=""
    )  # that is asked now (K16), as in `Escalation`; empty: nobody was asked but those who have it
    aside = models.CharField(
        max_length=5, choices=Aside.choices, default="", db_default="", blank=True
    )  # in no list but that one; its state is closed meanwhile
    aside_at = models.DateTimeField(null=True)
    demo = models.BooleanField(default=False)  # part of the make-believe town; can be swept away
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()  # the instant of the last event: none may be earlier
    last_sequence = models.PositiveIntegerField(default=0)

    objects = Tickets.as_manager()

    if TYPE_CHECKING:
        followers: RelatedManager[Follower]
        messages: RelatedManager[Message]
        events: RelatedManager[TicketEvent]

    class Meta:
        indexes = [
            models.Index(
                fields=["-updated_at"],
                condition=~models.Q(state__in=["solved", "closed"]),
                name="ticket_unfinished",
            ),
            models.Index(
                fields=["updated_at"],
                condition=models.Q(state="solved"),
                name="ticket_to_be_closed",
            ),
            models.Index(fields=["-updated_at"], name="ticket_by_update"),
            models.Index(fields=["-created_at"], name="ticket_by_creation"),
            GinIndex(fields=["tags"], name="ticket_by_tag"),
            GinIndex(in_small_letters("field_values"), name="ticket_by_field"),
            models.Index(
                fields=["snoozed_until"],
                condition=models.Q(snoozed_until__isnull=False),
                name="ticket_snoozed",
            ),
            models.Index(
                fields=["tier"],
                condition=~models.Q(tier=""),
                name="ticket_escalated",
            ),
            models.Index(
                fields=["aside", "aside_at"],
                condition=~models.Q(aside=""),
                name="ticket_set_aside",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.subject}"

    @property
    def is_open(self) -> bool:
        return self.state == State.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state == State.CLOSED

    @property
    def tier_name(self) -> str:
        """The tier that is asked, as a tag says it: “Tier 2”, “Vendor”; empty if none is."""
        return tier_name(self.tier) if self.tier else ""

    @property
    def zone(self) -> str:
        """The customer's time zone, or nothing if the desk doesn't know the district."""
        return self.district.zone if self.district else ""


class Followers(models.QuerySet["Follower"]):
    """Questions about those who follow tickets."""

    def current(self) -> Followers:
        """Those who follow now, in the order in which they came."""
        return self.filter(removed_at=None).order_by("id")


class Follower(models.Model):
    """Someone of the customer's side who reads along, and whose words count as the customer's (K1).

    One who was taken off stays as a row: the next mail that names them in its Cc brings nobody back.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="followers")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="follows")
    added_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = Followers.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "person"], name="follows_a_ticket_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} follows #{self.ticket_id}"


class Side(models.TextChoices):
    """Who speaks: the customer's side, the team, or the desk by itself."""

    CUSTOMER = "customer", "Customer"
    TEAM = "team", "Team"
    DESK = "desk", "Desk"


class Messages(models.QuerySet["Message"]):
    """Questions about many messages."""

    def said(self) -> Messages:
        """Those that were really said: not the replies that were taken back (K1)."""
        return self.filter(undone_at=None)


class Message(models.Model):
    """Something said on a ticket. A note is a message that is not public."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(Person, null=True, on_delete=models.PROTECT)
    side = models.CharField(max_length=10, choices=Side.choices)
    public = models.BooleanField()
    automatic = models.BooleanField(default=False)  # written by a machine: stops and starts nothing
    door = models.CharField(max_length=10, choices=Channel.choices)
    text = models.TextField()
    markdown = models.BooleanField(default=False, db_default=False)  # written in the desk's editor
    quoted = models.TextField(blank=True)  # what a mail quotes and signs; shown folded
    html = models.TextField(blank=True)  # sanitised before it is stored
    received_at = models.DateTimeField()  # when it counts (K13)
    created_at = models.DateTimeField(default=clock.now)
    undone_at = models.DateTimeField(null=True)  # taken back before it left: it never was (K1)

    objects = Messages.as_manager()

    class Meta:
        indexes = [models.Index(fields=["ticket", "id"], name="message_of_ticket")]

    def __str__(self) -> str:
        return f"{self.author or 'The desk'}: {self.text[:60]}"

    @property
    def is_note(self) -> bool:
        return not self.public


class Attachment(models.Model):
    """A file that came with a message; its bytes lie in the file store under their digest."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=127)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    content_id = models.CharField(max_length=255, blank=True)  # an inline image's name in the HTML
    picture = models.CharField(
        max_length=20, blank=True, default=""
    )  # its type by its bytes, if a browser may draw it
    warning = models.CharField(max_length=200, blank=True, default="")  # its name or type lies

    def __str__(self) -> str:
        return self.name

    @property
    def opens(self) -> bool:
        """May a browser show it, by what it says? Whether it does is told by its bytes (`giving.py`)."""
        return bool(self.picture) or self.media_type.startswith(("application/pdf", "text/"))


class TicketEvent(models.Model):
    """One thing that happened to a ticket. Appended, never changed: the clocks are derived from it."""

    class Kind(models.TextChoices):
        OPENED = "opened"
        CUSTOMER_MESSAGE = "customer_message"
        AGENT_REPLY = "agent_reply"
        REPLY_UNDONE = "reply_undone"
        UPDATE = "update"  # of an incident, told to this ticket (K11)
        NOTE = "note"
        AUTOMATIC = "automatic"
        STATE = "state"
        IMPACT = "impact"
        CONTESTED = "contested"  # the customer finds the impact wrong
        SETTLED = "settled"  # someone of the team has looked at that
        ASSIGNED = "assigned"
        TEAM = "team"
        TAGS = "tags"
        FIELD = "field"  # what it holds in a custom field; moves no clock
        SNOOZED = "snoozed"
        WOKEN = "woken"
        REQUESTER = "requester"
        POLICY = "policy"
        FOLLOWED = "followed"
        UNFOLLOWED = "unfollowed"
        MERGED_AWAY = "merged_away"
        MERGED_IN = "merged_in"
        MOVED_HERE = "moved_here"  # a message that a merge or split brought along
        UNMERGED = "unmerged"
        SPLIT_AWAY = "split_away"  # some of its messages went to a ticket of their own
        SPLIT_OFF = "split_off"  # it began with messages of another ticket
        UNSPLIT = "unsplit"  # they came back
        PUT_BACK = "put_back"  # all of them went back
        CHAT_STARTED = "chat_started"
        CHAT_ENDED = "chat_ended"
        ALERT_RECEIVED = "alert_received"
        ALERT_ENDED = "alert_ended"
        ALERT_HELD = "alert_held"  # nobody is called before its hours open; received again then
        ACKNOWLEDGED = "acknowledged"
        ESCALATED = "escalated"  # to another tier or a vendor (K16)
        TAKEN_OVER = "taken_over"  # someone there has it
        HANDED_BACK = "handed_back"  # they gave it back, or nobody asks them any more
        PAGED = "paged"
        SET_ASIDE = "set_aside"  # as spam, or into the trash
        BROUGHT_BACK = "brought_back"
        WARNED = "warned"
        BREACHED = "breached"
        STILL_LATE = "still_late"

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="events")
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT)
    message = models.ForeignKey(Message, null=True, on_delete=models.CASCADE)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "sequence"], name="one_event_of_a_sequence")
        ]

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.kind}"


class TicketLink(models.Model):
    """A link that shows one ticket to the one who asked. It lives as long as the ticket does, unless
    it is taken back."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="links")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="links")
    token_digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        Person, null=True, on_delete=models.SET_NULL, related_name="links_revoked"
    )

    def __str__(self) -> str:
        return f"link of {self.person} to #{self.ticket_id}"


class Macro(models.Model):
    """Words that the team gives often, with variables, and what is done to the ticket when they are sent.

    Private: whoever wrote it has it alone; of a team: its agents; else everyone of the desk.
    """

    name = models.CharField(max_length=80)
    text = models.TextField(blank=True)
    actions = models.JSONField(default=list)  # pairs of a kind and a value, read by `macros.py`
    written_by = models.ForeignKey(
        Agent, null=True, on_delete=models.SET_NULL, related_name="macros"
    )
    private = models.BooleanField(default=False)
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="macros")
    changed_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True)  # kept, so that it can be brought back

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name
