"""The history of a ticket as the clocks see it: events in order, each with what it carries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from deskbell.sla.core.policy import Policy


class State(StrEnum):
    """Who has to act: we (open), the customer (pending), a third (waiting), nobody."""

    OPEN = "open"
    PENDING = "pending"
    WAITING = "waiting"
    SOLVED = "solved"
    CLOSED = "closed"


class Words(StrEnum):
    """Whose words a ticket opens with (K1, K2, K6)."""

    CUSTOMER = "customer"  # theirs, or taken down for them: the first reply is owed
    AGENT = "agent"  # the agent's own public message: it is the first reply
    NOBODY = "nobody"  # an alert, a task: nothing is owed until the customer writes


class Kind(StrEnum):
    """What happened. A customer's words reopen the ticket by themselves (anything but a closed
    one), so a `state` event in the same instant changes nothing more."""

    CREATED = "created"  # impact, words, chat, received, held
    CUSTOMER_MESSAGE = "customer_message"  # from the customer's side (K1); received, held
    VENDOR_MESSAGE = "vendor_message"  # starts and stops nothing (K1)
    AGENT_REPLY = "agent_reply"  # public, by a person; key, if it may be undone
    REPLY_UNDONE = "reply_undone"  # the reply with this key, or the last, never was (K1)
    UPDATE = "update"  # of an incident, told to this ticket: an agent's reply (K11)
    NOTE = "note"  # stops nothing
    AUTOMATIC = "automatic"  # stops nothing
    STATE = "state"  # to: a State; because: of whom it waits, and why
    IMPACT = "impact"  # to: an Impact (K8)
    POLICY = "policy"  # policy: the one that holds from now on (K8, K9)
    CHAT_STARTED = "chat_started"  # the conversation is live (K15)
    CHAT_ENDED = "chat_ended"
    ALERT_RECEIVED = "alert_received"  # key: the episode (K6); received
    ALERT_ENDED = "alert_ended"  # key: the episode
    ACKNOWLEDGED = "acknowledged"  # by a person; key: the episode, "" for all that run
    ESCALATED = "escalated"  # to: a tier or vendor (K16)
    TAKEN = "taken"  # someone there takes it
    HANDED_BACK = "handed_back"  # nobody there is asked any more (K16)
    MERGED_AWAY = "merged_away"  # into another ticket; key: the merge (K10)
    MERGED_IN = "merged_in"  # key, impact, received: of the other's oldest unanswered message
    UNMERGED = "unmerged"  # key: the merge that never was
    SPLIT_AWAY = "split_away"  # words went to a ticket of their own; key, received: who still waits
    SPLIT_OFF = "split_off"  # begun with such words; received: of the oldest without an answer
    UNSPLIT = "unsplit"  # key: the split that never was
    SET_ASIDE = "set_aside"  # to: "spam" or "trash"; nothing is owed from here on
    BROUGHT_BACK = "brought_back"  # what was owed is owed again


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a ticket.

    `at`: aware, never before the event before it. `to`: the state, impact or tier that it
    changes to. `received`: the instant from which a message or alert counts, if it is not `at`
    (K13); of a merge, the other ticket's oldest unanswered customer message (K10); of a split, the
    oldest one that stays, or that came along; None if there is none. `held`: it was freed from
    quarantine (K13). `key`: which reply, episode, merge or split is meant. `because`: what a third is
    waited for, in words that a pause then gives as its reason (K5).
    """

    at: datetime
    kind: str
    to: str = ""
    impact: str = ""
    words: str = Words.CUSTOMER
    chat: bool = False
    received: datetime | None = None
    held: bool = False
    key: str = ""
    policy: Policy | None = None
    because: str = ""
