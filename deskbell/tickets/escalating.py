"""Technical escalation: a tier or a vendor is asked, someone there takes over, or hands it back (K16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deskbell.lib.errors import Refused
from deskbell.lib.telling import tell
from deskbell.people.models import Agent, Person, Team
from deskbell.people.notices import notify
from deskbell.tickets.assigning import assign
from deskbell.tickets.escalations import VENDOR, Escalation
from deskbell.tickets.events import Assigned, Escalated, Kind, MessagePosted, append, changing
from deskbell.tickets.models import Channel, Message, Side, State, Ticket
from deskbell.tickets.solving import set_state
from deskbell.tickets.words import Words, write_down

FIRST_ASKED = 2  # tier 1 takes new tickets; it is never asked
_MOST = {"reason": 300, "vendor": 120, "contact": 200, "reference": 120}


@dataclass(frozen=True)
class HandOver:
    """What they need who are asked: why, in one line, and the three parts of the note."""

    reason: str
    happened: str
    tried: str
    asked: str

    def in_words(self, to: str) -> str:
        """The internal note. Raises Refused where a part is missing."""
        parts = [
            ("What happened", self.happened),
            ("What was tried", self.tried),
            ("What is asked", self.asked),
        ]
        for name, text in parts:
            if not text.strip():
                raise Refused(f"“{name}” is empty: they begin with what you write there.")
        said = "\n\n".join(f"{name}:\n{text.strip()}" for name, text in parts)
        return f"Hand-over to {to}\n\n{said}"


@dataclass(frozen=True)
class Vendor:
    """Someone outside who is asked: by name, whom the desk talks to there, and their number for it."""

    name: str
    contact: str = ""
    reference: str = ""


def escalate(ticket: Ticket, to: Team, hand_over: HandOver, *, by: Agent) -> Escalation:
    """Ask a team of a higher tier. It becomes theirs, and nobody's of them yet; all are told."""
    with changing(ticket) as locked:
        if to.tier < FIRST_ASKED:
            raise Refused(f"{to} is of tier 1, which takes new tickets. Hand it to them instead.")
        if locked.team_id == to.pk:
            raise Refused(f"{to} has it already.")
        if locked.live:
            raise Refused("Someone is in a live chat there. Make it a ticket first.")
        made = _ask(locked, hand_over, by, tier=str(to.tier), team=to)
        words = f"{by} escalated #{locked.number} {locked.subject} to {to}: {made.reason}"
        notify(_agents_of(to, locked, but=by), words, path=f"/tickets/{locked.number}")
    return made


def escalate_to_vendor(
    ticket: Ticket, vendor: Vendor, hand_over: HandOver, *, by: Agent, waits: bool
) -> Escalation:
    """Ask a vendor. The ticket stays with those who have it; `waits`: it waits for the vendor from now on."""
    if not vendor.name.strip():
        raise Refused("Which vendor is asked?")
    with changing(ticket) as locked:
        if locked.tier == VENDOR:
            raise Refused(f"{_standing(locked).to} is asked already. Hand it back first.")
        said = {"vendor": vendor.name, "contact": vendor.contact, "reference": vendor.reference}
        made = _ask(
            locked, hand_over, by, tier=VENDOR, evidence=_evidence_of(locked), **_checked(said)
        )
        if waits and locked.state == State.OPEN:
            set_state(locked, State.WAITING, by=by, because=_waited_for(made))
    return made


def take_over(ticket: Ticket, *, by: Agent, contact: str = "", reference: str = "") -> Ticket:
    """Someone there has it from now on: one of the team takes it, or an agent notes that the vendor has,
    whose `contact` and `reference` may be known only now."""
    with changing(ticket) as locked:
        asked = _standing(locked)
        if asked.taken_at is not None:
            raise Refused(f"{asked.taken_by} was quicker: it is taken over already.")
        if not asked.is_vendors and not _is_of(by, asked.team):
            raise Refused(f"You are not of {asked.to}. Someone there has to take it over.")
        if asked.is_vendors:
            told = _checked({"contact": contact, "reference": reference})
            for name, value in told.items():
                setattr(asked, name, value or getattr(asked, name))
            asked.save(update_fields=list(told))
        _taken(locked, asked, by=by.person)
        return locked if asked.is_vendors else assign(locked, by, by=by)


def hand_back(ticket: Ticket, reason: str, *, by: Agent) -> Ticket:
    """Back to those who asked, with a reason; what stood before stands again. Who asked is told."""
    reason = _checked({"reason": reason})["reason"]
    if not reason:
        raise Refused("Say why it goes back: what they need to know, or to do.")
    with changing(ticket) as locked:
        asked = _standing(locked)
        if asked.is_vendors:
            _end(locked, asked, by=by.person, why=reason, back_to=None)
            waited = locked.state == State.WAITING
            return set_state(locked, State.OPEN, by=by) if waited else locked
        agent = asked.from_agent
        locked.team = asked.from_team
        locked.assignee = agent if agent and agent.person.is_active else None
        locked.save(update_fields=["team", "assignee"])
        _end(locked, asked, by=by.person, why=reason, back_to=asked.from_team)
        told = [agent] if locked.assignee and agent else _agents_of(locked.team, locked, but=by)
        words = f"{by} handed #{locked.number} {locked.subject} back: {reason}"
        notify((each for each in told if each != by), words, path=f"/tickets/{locked.number}")
    return locked


def follow_assignment(fact: Assigned) -> None:
    """Whoever of the asked team takes the ticket for themselves has taken it over; given to another team
    by hand, it is theirs alone, and nobody else is asked any more."""
    ticket, event = fact.ticket, fact.event
    if ticket.tier in {"", VENDOR}:
        return
    asked = _standing(ticket)
    if event.kind == Kind.TEAM:
        _end(ticket, asked, by=event.by, why="", back_to=None)
        return
    agent = ticket.assignee
    by_themselves = agent is not None and agent.pk == event.by_id
    if agent and by_themselves and asked.taken_at is None and _is_of(agent, asked.team):
        _taken(ticket, asked, by=event.by)


def _ask(ticket: Ticket, hand_over: HandOver, by: Agent, *, tier: str, **asked: Any) -> Escalation:
    """One more is asked about a locked ticket: the record, the event, and the note that goes along."""
    if ticket.confidential:
        raise Refused("This thread is for the billing team; nobody else can read it.")
    if ticket.state in {State.SOLVED, State.CLOSED}:
        raise Refused(f"Ticket #{ticket.number} is {ticket.state}: nothing is left to take over.")
    reason = _checked({"reason": hand_over.reason})["reason"]
    if not reason:
        raise Refused("Say in a line why it is escalated.")
    made = Escalation(
        ticket=ticket,
        tier=tier,
        reason=reason,
        asked_by=by.person,
        from_team=ticket.team,
        from_agent=ticket.assignee,
        **asked,
    )
    words = Words(hand_over.in_words(made.to), door=Channel.MAIL)
    ticket.tier = tier
    if made.team:
        ticket.team, ticket.assignee = made.team, None
    ticket.save(update_fields=["tier", "team", "assignee"])
    event = append(ticket, Kind.ESCALATED, by=by.person, to=tier, name=made.to, reason=reason)
    made.asked_at = event.at
    made.save()
    tell(Escalated(ticket, event))
    _add_note(ticket, words, by)
    return made


def _add_note(ticket: Ticket, words: Words, by: Agent) -> Message:
    message = write_down(ticket, words, author=by.person, side=Side.TEAM, public=False)
    event = append(ticket, Kind.NOTE, by=by.person, message=message)
    tell(MessagePosted(ticket, event, message))
    return message


def _taken(ticket: Ticket, asked: Escalation, *, by: Person | None) -> None:
    event = append(ticket, Kind.TAKEN_OVER, by=by, to=asked.tier, name=asked.to)
    asked.taken_by, asked.taken_at = by, event.at
    asked.save(update_fields=["taken_by", "taken_at"])
    tell(Escalated(ticket, event))


def _end(
    ticket: Ticket, asked: Escalation, *, by: Person | None, why: str, back_to: Team | None
) -> None:
    """Nobody is asked any more but those who were asked before, if the ticket is with them."""
    to = str(back_to or "")
    event = append(ticket, Kind.HANDED_BACK, by=by, name=asked.to, back_to=to, why=why)
    asked.ended_at = event.at
    asked.save(update_fields=["ended_at"])
    ticket.tier = _still_asked(ticket, event.at)
    ticket.save(update_fields=["tier"])
    tell(Escalated(ticket, event))


def _still_asked(ticket: Ticket, now: datetime) -> str:
    """The tier of those asked before who still are; a team that no longer has the ticket isn't."""
    for each in Escalation.objects.standing().filter(ticket=ticket):
        if each.is_vendors or each.team_id == ticket.team_id:
            return each.tier
        each.ended_at = now
        each.save(update_fields=["ended_at"])
    return ""


def _standing(ticket: Ticket) -> Escalation:
    found = Escalation.objects.standing().filter(ticket=ticket).first()
    if found is None:
        raise Refused(f"Nobody is asked about #{ticket.number} now: it isn’t escalated.")
    return found


def _waited_for(asked: Escalation) -> str:
    return f"{asked.to}, their {asked.reference}" if asked.reference else asked.to


def _evidence_of(ticket: Ticket) -> str:
    """Where a vendor itself tells of what the ticket waits for already (K5); empty if nowhere."""
    if ticket.state != State.WAITING:
        return ""
    waits = ticket.events.filter(kind=Kind.STATE).order_by("-sequence").first()
    address = str(waits.data.get("evidence", "")) if waits else ""
    return address if address.startswith(("https://", "http://")) else ""


def _checked(said: dict[str, str]) -> dict[str, str]:
    """Short texts on one line each. Raises Refused for one that is too long."""
    found = {name: " ".join(text.split()) for name, text in said.items()}
    for name, text in found.items():
        if len(text) > _MOST[name]:
            raise Refused(f"The {name} has more than {_MOST[name]} characters.")
    return found


def _is_of(agent: Agent, team: Team | None) -> bool:
    return team is not None and agent.teams.filter(pk=team.pk).exists()


def _agents_of(team: Team | None, ticket: Ticket, *, but: Agent) -> list[Agent]:
    """Who is told: the team, without the one who does it; a make-believe ticket rings no real bell."""
    if team is None:
        return []
    found = team.agents.filter(person__is_active=True).exclude(pk=but.pk)
    return list(found.filter(person__demo=True) if ticket.demo else found)
