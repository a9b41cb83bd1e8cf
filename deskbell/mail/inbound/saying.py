"""What a mail says becomes a message: the customer's words, an agent's reply, or a note."""

from __future__ import annotations

from deskbell.lib import together
from deskbell.mail import arrivals
from deskbell.mail.addresses import is_deliverable, is_ours, wants_no_answer
from deskbell.mail.files import take
from deskbell.mail.inbound.mail import Attachment, Automatic, Mail
from deskbell.mail.inbound.matching import Match, is_on
from deskbell.mail.models import MailId, RawMail, Trust, stored_id
from deskbell.people.districts import district_of
from deskbell.people.models import Person
from deskbell.tickets.following import follow_as_named
from deskbell.tickets.models import Message, Ticket
from deskbell.tickets.opening import begin
from deskbell.tickets.replying import note, reply, take_in
from deskbell.tickets.words import File, Words

UNPROVED = "Came by mail as {address}. The desk can't prove the sender, so it is a note.\n\n"
MOST_NAMED = 15  # people in To and Cc who become followers
ONLY_FILES = "See what is attached."
INFECTED = "\n\n(Its files were infected and have not been taken over.)"


def say(raw: RawMail, mail: Mail, sender: Person, match: Match) -> Message:
    """Hand the words to the verbs of the tickets; returns the message that they became."""
    words = _words(raw, mail, sender)
    if match.ticket and sender.is_agent and match.ticket.requester_id != sender.pk:
        message = _from_agent(raw, words, match, sender)
    else:
        message = _from_customer(raw, mail, words, match, sender)
    if mail.message_id:  # so that an answer to this mail finds the ticket
        named = stored_id(mail.message_id)
        together.insert(MailId(value=named, ticket=message.ticket, message=message, ours=False))
    return message


def _words(raw: RawMail, mail: Mail, sender: Person) -> Words:
    is_infected = raw.danger == RawMail.Danger.INFECTED
    folded = [part for part in (mail.signature, mail.quoted_text) if part]
    return Words(
        text=mail.visible_text + (INFECTED if is_infected else ""),
        html="" if is_infected else mail.html,
        quoted="\n\n".join(folded),
        received_at=raw.received_at,
        automatic=_is_automatic(mail, sender),
        through_list=mail.automatic == Automatic.LIST,
        held=raw.set_aside_at is not None,
        files=() if is_infected else tuple(_kept(each) for each in mail.attachments),
    )


def _is_automatic(mail: Mail, sender: Person) -> bool:
    """A teacher who writes through a group of theirs is a person, and waits for an answer (K1)."""
    if mail.automatic == Automatic.LIST and district_of(sender) is not None:
        return False
    return mail.automatic is not None or is_ours(mail.sender.address)


def _kept(file: Attachment) -> File:
    return take(file.name, file.media_type, file.content, content_id=file.content_id)


def _from_customer(raw: RawMail, mail: Mail, words: Words, match: Match, sender: Person) -> Message:
    belongs = match.ticket is None or is_on(match.ticket, sender)
    proved = raw.trust == Trust.PROVED or not match.by_number
    message = (
        take_in(match.ticket, words, author=sender)
        if match.ticket
        else _open(raw, mail, words, sender)
    )
    if words.automatic or words.through_list or raw.trust == Trust.FAILED:
        return message
    forged = match.ticket is None and raw.is_unaligned and district_of(sender) is not None
    if belongs:
        _let_follow(message.ticket, mail, sender, named_too=proved and not forged)
    return message


def _open(raw: RawMail, mail: Mail, words: Words, sender: Person) -> Message:
    """A new ticket, of the team and category that the address has to which the mail went."""
    address = arrivals.address_among([*raw.recipients, *(to.address for to in mail.to)])
    return begin(mail.subject, words, requester=sender, **arrivals.opening_by(address))


def _from_agent(raw: RawMail, words: Words, match: Match, sender: Person) -> Message:
    """A reply if the sender is proved (K1); else, and in answer to a notice, a note."""
    assert match.ticket
    proved = raw.trust == Trust.PROVED
    if proved and not (match.internal or words.automatic or match.ticket.is_closed):
        said = _with_text(words, words.text or ONLY_FILES)
        return reply(match.ticket, said, by=sender.agent, at=words.received_at)
    before = "" if proved else UNPROVED.format(address=sender.email)
    said = _with_text(words, before + (words.text or ONLY_FILES))
    return note(match.ticket, said, by=sender.agent)


def _with_text(words: Words, text: str) -> Words:
    return Words(text, words.html, words.quoted, received_at=words.received_at, files=words.files)


def _let_follow(ticket: Ticket, mail: Mail, sender: Person, *, named_too: bool) -> None:
    """Whom the mail names reads along, and its sender too: each answer goes to all of them.

    Not those whom a mail names that only wrote the number of a ticket and can't prove who it is by, nor those
    of a new one in a district's name that nothing proves although it was looked into: a stranger in
    another's name would let themselves read each answer.
    """
    named = {each.address.lower(): each for each in (*mail.to, *mail.cc) if named_too}
    wanted = [
        each
        for address, each in named.items()
        if is_deliverable(address) and not is_ours(address) and not wants_no_answer(address)
    ]
    people = [
        Person.objects.with_address(each.address, each.name[:200]) for each in wanted[:MOST_NAMED]
    ]
    follow_as_named(ticket, [sender, *people], by=sender)
