"""Many plain mails become messages in one transaction: what customers write, and that has nothing to do
with each other. The outcome is the same as if they were taken one after the other.

What takes a closer look (an agent's mail, a bounce, an answer to a notice, a closed ticket) is taken
alone, and so is each mail of a batch in which something failed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from deskbell.lib import together
from deskbell.lib.locks import lock_words
from deskbell.lib.remembering import remembering
from deskbell.lib.telling import telling_together
from deskbell.mail.addresses import is_ours
from deskbell.mail.blocking import blocked_among
from deskbell.mail.inbound.alone import reason_to_ignore
from deskbell.mail.inbound.candidates import Candidate
from deskbell.mail.inbound.matching import Known, Match, is_our_own, match
from deskbell.mail.inbound.matching import answers_our_own as answers_a_notice
from deskbell.mail.inbound.saying import MOST_NAMED, say
from deskbell.mail.models import RawMail
from deskbell.people import districts
from deskbell.people.models import Person
from deskbell.realtime.announcing import announcing_together
from deskbell.tickets.events import Fact, holding
from deskbell.tickets.models import Message, Ticket

MOST_ANSWERED = 5  # Message-IDs that a mail answers and that are locked: the nearest


@dataclass
class _Plain:
    """A mail of the batch, its sender, and where it belongs."""

    candidate: Candidate
    raw: RawMail
    sender: Person
    match: Match
    ignored: str


def take_together(candidates: Sequence[Candidate]) -> set[int]:
    """Take those that can be taken together; the keys of what is done. What turns out to need a closer look
    is marked as `alone`; the others wait for something in this batch, or for someone who has their
    ticket in hand. Raises whatever one of them raises, and then none is taken."""
    with transaction.atomic(), remembering(), announcing_together():
        lock_words(word for each in candidates for word in _words(each))
        waiting, gone = _still_waiting(candidates)
        found = _independent(_plain(waiting))
        with holding(_numbers(found)) as held:
            free = [each for each in found if _is_free(each, held)]
            _say_all(free)
    return gone | {each.candidate.pk for each in free}


def _words(candidate: Candidate) -> Iterable[str]:
    """What nobody else may meet at the same time: addresses, and the Message-IDs of one conversation."""
    mail = candidate.mail
    assert mail
    yield mail.sender.address.strip().lower()
    named = (each.address.strip().lower() for each in (*mail.to, *mail.cc)[:MOST_NAMED])
    yield from (each for each in named if not is_ours(each))
    yield from (candidate.own_id, *candidate.answered_ids[-MOST_ANSWERED:])


def _still_waiting(candidates: Sequence[Candidate]) -> tuple[list[Candidate], set[int]]:
    """Lock the rows; what another worker has in hand, or has taken meanwhile, is gone."""
    rows = RawMail.objects.waiting().filter(pk__in=[each.pk for each in candidates])
    rows = rows.filter(attempts=0, released_by=None).select_for_update(skip_locked=True)
    locked = set(rows.values_list("pk", flat=True))
    gone = {each.pk for each in candidates} - locked
    return [each for each in candidates if each.pk in locked], gone


def _plain(candidates: list[Candidate]) -> list[_Plain]:
    """Who they are from and where they belong, asked for all at once."""
    known = Known((each.mail, each.raw.recipients) for each in candidates if each.mail and each.raw)
    for each in candidates:
        assert each.mail
        each.alone = is_our_own(each.mail, known) or answers_a_notice(each.mail, known)
    names: dict[str, str] = {}
    for each in candidates:
        if each.mail and not each.alone:
            sender = each.mail.sender
            address = sender.address.strip().lower()
            names[address] = names.get(address) or sender.name[:200]
    people = Person.objects.with_addresses(names)
    districts.look_up(people.values())
    blocked = blocked_among(names)
    found = []
    for each in candidates:
        assert each.mail and each.raw
        if each.alone:
            continue
        sender_ = people[each.mail.sender.address.strip().lower()]
        belongs = match(each.mail, sender_, each.raw.recipients, known)
        needs_a_look = sender_.is_agent or sender_.email in blocked
        each.alone = needs_a_look or bool(belongs.ticket and belongs.ticket.is_closed)
        ignored = "" if each.alone else reason_to_ignore(each.mail, sender_, belongs, known)
        found.append(_Plain(each, each.raw, sender_, belongs, ignored))
    return found


def _independent(plain: list[_Plain]) -> list[_Plain]:
    """Those that answer no mail before them, and continue no ticket that one before them continues, or
    stand beside it: that one may name who follows."""
    found: list[_Plain] = []
    ids: set[str] = set()
    tickets: set[int] = set()
    for each in plain:
        ticket = each.match.ticket
        near = {each.pk for each in (ticket, each.match.beside) if each}
        waits = not (ids.isdisjoint(each.candidate.answered_ids) and tickets.isdisjoint(near))
        if not waits and not each.candidate.alone:
            found.append(each)
        ids.add(each.candidate.own_id)
        tickets |= {ticket.pk} if ticket else set()
    return found


def _numbers(plain: list[_Plain]) -> list[int]:
    return [each.match.ticket.pk for each in plain if each.match.ticket and not each.ignored]


def _is_free(each: _Plain, held: dict[int, Ticket]) -> bool:
    """Is its ticket locked by us, and still open? Then from here on it is that one."""
    before = each.match.ticket
    if before is None or each.ignored:
        return True
    ticket = held.get(before.pk)
    if ticket is None:
        return False
    each.candidate.alone = ticket.is_closed
    each.match = replace(each.match, ticket=ticket)
    return not ticket.is_closed


def _say_all(plain: list[_Plain]) -> None:
    said = [each for each in plain if not each.ignored]
    opening = sum(each.match.ticket is None for each in said)
    with (
        together.writing_together({Ticket: opening, Message: len(said)}),
        telling_together(Fact, about=lambda fact: fact.ticket.pk),
    ):
        for each in plain:
            raw, mail = each.raw, each.candidate.mail
            assert mail
            if each.ignored:
                raw.state, raw.reason = RawMail.State.IGNORED, each.ignored
            else:
                raw.state, raw.beside = RawMail.State.TAKEN, each.match.beside
                raw.message = say(raw, mail, each.sender, each.match)
            raw.save_findings()
