"""An agent asks for a translation: of a customer's message, kept for everybody who reads it; or of their own
answer, of which the original is kept."""

from __future__ import annotations

from datetime import timedelta

from deskbell.chat.tallies import Limit
from deskbell.inbox.models import Translation
from deskbell.inbox.translating.languages import checked, teams_own
from deskbell.inbox.translating.service import Translated, translate
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.outside import asking_outside
from deskbell.people.models import Agent
from deskbell.tickets.models import Message, Side, Ticket

LONGEST = 10_000  # characters
OF_AN_AGENT = Limit("translations", 30, timedelta(minutes=1))


def translate_message(ticket: Ticket, pk: int, *, by: Agent) -> Translation:
    """What the customer has said on this ticket, in the team's language. Asked once, and kept. Raises
    Refused, and NotFound for what is no message of theirs."""
    said = Message.objects.said().filter(ticket=ticket, side=Side.CUSTOMER, public=True)
    message = said.filter(pk=pk).first()
    if message is None:
        raise NotFound("There is no such message of a customer on this ticket.")
    target = teams_own()
    kept = Translation.objects.filter(message=message, target=target, original="")
    if found := kept.first():
        return found
    made = _ask(message.text, target, by)
    Translation.objects.bulk_create(  # of two who ask at once the first is kept
        [
            Translation(
                ticket=ticket,
                message=message,
                agent=by,
                text=made.text,
                source=made.source,
                target=target,
            )
        ],
        ignore_conflicts=True,
    )
    return kept.get()


def translate_answer(ticket: Ticket, text: str, language: str, *, by: Agent) -> Translation:
    """What the agent has written, in one of the languages of answers. Nothing is sent to the customer.
    Raises Refused."""
    target = checked(language, ticket)
    if not text.strip():
        raise Refused("Write the answer first.")
    made = _ask(text, target, by)
    return Translation.objects.create(
        ticket=ticket,
        agent=by,
        original=text,
        text=made.text,
        source=made.source,
        target=target,
    )


def sent_as(message: Message, translation: int, *, by: Agent) -> None:
    """The agent's translated answer has gone out as this reply: its original stands below it."""
    if not translation:
        return
    own = Translation.objects.filter(pk=translation, ticket=message.ticket_id, agent=by)
    own.filter(message=None).exclude(original="").update(message=message)


def _ask(text: str, target: str, by: Agent) -> Translated:
    if len(text) > LONGEST:
        raise Refused(f"That is too long for a translation: {LONGEST:,} characters at most.")
    if not text.strip():
        raise Refused("There are no words to translate.")
    OF_AN_AGENT.count(str(by.pk))
    with asking_outside():
        return translate(text, target)
