"""Which ticket a mail belongs to, and which it doesn't: each case is a fault that other desks have."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest

from deskbell.mail.addresses import reply_address
from deskbell.mail.inbound.subjects import is_another
from deskbell.mail.models import MailId, RawMail
from deskbell.mail.tests.conftest import Letter
from deskbell.people.models import Team
from deskbell.people.notices import notify
from deskbell.sla.verify import differences
from deskbell.tickets.following import follow, followers_of, unfollow
from deskbell.tickets.models import Ticket, TicketEvent
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import reply
from deskbell.tickets.words import Words
from tests.town import Town

Arrive = Callable[..., RawMail]
Sent = Callable[[], list[EmailMessage]]
SAM = {"from": "Sam Soto <sam@southridge.example>"}
STRANGER = {"from": "someone@gmail.com"}


@pytest.fixture
def ticket(town: Town, letter: Letter, arrive: Arrive) -> Ticket:
    arrive(letter())
    return Ticket.objects.get()


def test_a_reply_without_references_is_found_by_its_address_however_it_is_written(
    ticket: Ticket, letter: Letter, arrive: Arrive
) -> None:
    """Chatwoot #10091: Microsoft's programs drop References and keep a Thread-Index of their own."""
    microsoft = {"thread_index": "AQHaZ", "thread_topic": "Black screen", "subject": "RE: screen"}
    arrive(letter("By header", to=reply_address(ticket), **microsoft))
    arrive(letter("In Cc", cc=f"Desk <{reply_address(ticket).upper()}>", **STRANGER))
    arrive(letter("Bcc", subject="x", **STRANGER), recipients=[reply_address(ticket)])

    assert Ticket.objects.get().messages.count() == 4


def test_a_made_up_reply_address_opens_no_door(
    ticket: Ticket, letter: Letter, arrive: Arrive
) -> None:
    proof = reply_address(ticket).partition("-")[2].partition("@")[0]
    made_up = reply_address(ticket).replace(proof, "0" * len(proof))
    arrive(letter("Let me in", to=made_up, **STRANGER), recipients=[made_up])

    assert ticket.messages.count() == 1 and Ticket.objects.count() == 2


def test_references_without_the_first_id_are_enough(
    ticket: Ticket, letter: Letter, arrive: Arrive, sent: Sent, town: Town
) -> None:
    """Zammad #5716: only the oldest id of References was looked at."""
    reply(ticket, Words("Try again?"), by=town.ana)
    answer = sent()[-1]["Message-ID"]
    arrive(letter("Still", subject="x", references=f"<unknown@a.example> {answer} <b@c.example>"))

    assert Ticket.objects.get().messages.count() == 3


def test_an_id_of_the_customers_own_earlier_mail_is_enough(
    ticket: Ticket, letter: Letter, arrive: Arrive
) -> None:
    own = MailId.objects.get(ours=False).value
    arrive(letter("And another thing", subject="Fwd: x", in_reply_to=own))
    assert Ticket.objects.get().messages.count() == 2


def test_a_stranger_who_names_a_number_gets_a_ticket_beside_it_for_an_agent_to_decide(
    ticket: Ticket, letter: Letter, arrive: Arrive
) -> None:
    """Zammad #2444, open since 2019: the number in the subject was enough for anyone."""
    subject = f"Re: Black screen [#{ticket.number}]"
    for who in (SAM, STRANGER):
        came = arrive(letter("Let me in", subject=subject, **who))
        assert came.message is not None and came.message.ticket != ticket
        assert came.beside == ticket and followers_of(came.message.ticket) == []
    assert ticket.messages.count() == 1


def test_whoever_is_on_the_ticket_may_use_its_number(
    ticket: Ticket, letter: Letter, arrive: Arrive, town: Town, sent: Sent
) -> None:
    named = f"Re: Black screen [#{ticket.number}]"
    follow(ticket, town.sam, by=town.ana)
    arrive(letter("I follow it", subject=named, **SAM))
    arrive(letter("It is my district's", subject=named, **{"from": "olivia@northvalley.example"}))
    receipt = sent()[0]["Message-ID"]
    arrive(letter("I was told of it", subject="x", in_reply_to=receipt, **STRANGER))
    arrive(letter("And wrote on it", subject=named, **STRANGER))

    assert Ticket.objects.count() == 1 and ticket.messages.count() == 5


def test_a_follower_who_was_taken_off_is_a_stranger_to_the_number_until_they_have_written(
    ticket: Ticket, letter: Letter, arrive: Arrive, town: Town
) -> None:
    follow(ticket, town.sam, by=town.ana)
    unfollow(ticket, town.sam, by=town.ana)
    arrive(letter("Hello", subject=f"[#{ticket.number}]", **SAM))
    assert ticket.messages.count() == 1


def test_people_in_copy_become_followers_and_the_desk_itself_never_does(
    town: Town, letter: Letter, arrive: Arrive
) -> None:
    arrive(
        letter(
            to="support@deskbell.localhost, Victor <victor@northvalley.example>",
            cc="Sam <sam@southridge.example>, support+x@deskbell.localhost, ana@desk.example, "
            "no-reply@shop.example, tess@northvalley.example",
        )
    )
    ticket = Ticket.objects.get()
    assert followers_of(ticket) == [town.victor, town.sam]
    events = ticket.events.filter(kind=TicketEvent.Kind.FOLLOWED)
    assert [event.data["name"] for event in events] == ["Victor Voss", "Sam Soto"]


def test_a_follower_counts_as_the_customers_side_k1(
    ticket: Ticket, letter: Letter, arrive: Arrive, town: Town
) -> None:
    follow(ticket, town.sam, by=town.ana)
    reply(ticket, Words("Try again?"), by=town.ana)
    arrive(letter("Me too", subject=f"[#{ticket.number}]", **SAM))

    assert ticket.clocks.filter(metric="next_reply", outcome="running").exists()
    assert list(differences()) == []


def test_a_stranger_in_the_requesters_name_lets_nobody_read_along_by_a_number(
    ticket: Ticket, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    spy = {"cc": "spy@evil.example"}
    arrive(letter("Please copy my colleague", subject=f"[#{ticket.number}]", **spy))
    assert ticket.messages.count() == 2 and followers_of(ticket) == []
    receipt = sent()[0]["Message-ID"]  # whoever has it has had a mail of the ticket
    arrive(letter("Please copy my colleague", subject="x", in_reply_to=receipt, **spy))
    assert [str(each) for each in followers_of(ticket)] == ["spy@evil.example"]


def test_one_who_was_taken_off_is_not_brought_back_by_the_next_copy(
    ticket: Ticket, letter: Letter, arrive: Arrive, town: Town, sent: Sent
) -> None:
    named = {"in_reply_to": sent()[0]["Message-ID"], "cc": "sam@southridge.example"}
    arrive(letter("One", **named))
    assert followers_of(ticket) == [town.sam]
    unfollow(ticket, town.sam, by=town.ana)
    arrive(letter("Two", **named))
    assert followers_of(ticket) == []
    follow(ticket, town.sam, by=town.ana)
    assert followers_of(ticket) == [town.sam]


def test_a_colleague_who_writes_hears_the_answers_and_a_stranger_with_the_mail_does_not(
    ticket: Ticket, letter: Letter, arrive: Arrive, town: Town, sent: Sent
) -> None:
    arrive(
        letter("Me too", subject=f"[#{ticket.number}]", **{"from": "olivia@northvalley.example"})
    )
    receipt = sent()[0]["Message-ID"]
    arrive(letter("Hm", subject="x", in_reply_to=receipt, cc="sam@southridge.example", **STRANGER))
    assert followers_of(ticket) == [town.olivia]


def test_a_list_of_hundreds_in_copy_does_not_become_hundreds_of_followers(
    town: Town, letter: Letter, arrive: Arrive
) -> None:
    arrive(letter(cc=", ".join(f"p{n}@northvalley.example" for n in range(300))))
    assert len(followers_of(Ticket.objects.get())) == 15


def test_an_agents_answer_to_a_notice_is_a_note_on_the_ticket_that_it_told_of(
    ticket: Ticket, letter: Letter, arrive: Arrive, town: Town, sent: Sent
) -> None:
    notify([town.ana], f"#{ticket.number} is late", path=f"/tickets/{ticket.number}")
    (notice,) = [mail for mail in sent() if "ana@desk.example" in mail["To"]]
    ana = {"from": "ana@desk.example", "in_reply_to": notice["Message-ID"]}
    arrive(letter("I am on it", subject="Re: late", **ana))

    said = ticket.messages.order_by("-id")[0]
    assert not said.public and said.author == town.ana.person
    assert Ticket.objects.count() == 1

    arrive(letter("Out until Monday", auto_submitted="auto-replied", **ana))
    assert ticket.messages.count() == 2


def test_a_notice_that_went_astray_lets_no_customer_into_the_ticket(
    ticket: Ticket, letter: Letter, arrive: Arrive, town: Town, sent: Sent
) -> None:
    notify([town.ana], f"#{ticket.number} is late", path=f"/tickets/{ticket.number}")
    (notice,) = [mail for mail in sent() if "ana@desk.example" in mail["To"]]
    arrive(letter("Hm", subject="x", in_reply_to=notice["Message-ID"], **SAM))
    assert ticket.messages.count() == 1


@pytest.mark.parametrize(
    ("said", "before", "another"),
    [
        ("Re: Black screen [#81]", "Black screen", False),
        ("AW: Re[2]: black  screen!", "Black screen", False),
        ("Fwd: Black screen", "Black screen", False),
        ("", "Black screen", False),
        ("Printer on fire", "Black screen", True),
        ("Re: Printer [#81]", "Black screen", True),
    ],
)
def test_a_changed_subject_is_told_from_an_answer(said: str, before: str, another: bool) -> None:
    """Chatwoot #15869: a reply under another subject was lost; here it joins, and offers a split."""
    assert is_another(said, than=before) is another


@pytest.mark.parametrize(("who", "goes"), [("olivia", "into it"), ("tess", "beside it")])
def test_a_mail_to_a_billing_thread_of_someone_who_owns_nothing_goes_beside_it_p9(
    who: str, goes: str, letter: Letter, arrive: Arrive, sent: Sent, town: Town
) -> None:
    """By its address, by the mail that it answers, and by the number in its subject."""
    billing = Team.objects.get(name="Billing")
    town.ben.teams.set([billing])
    words = Words("Is it right?")
    thread = open_for_customer("Invoice", words, requester=town.olivia, category="billing")
    reply(thread, Words("It is"), by=town.ben)
    *_, mail = sent()
    person = getattr(town, who)
    them = {"from": f"{person.name} <{person.email}>"}
    arrive(letter("To its address", to=reply_address(thread), **them))
    arrive(letter("In answer", in_reply_to=mail["Message-ID"], **them))
    arrive(letter("By number", subject=f"Re: [#{thread.number}]", **them))

    said = {"To its address", "In answer", "By number"}
    inside = set(thread.messages.values_list("text", flat=True)) & said
    assert inside == (said if goes == "into it" else set())
    others = Ticket.objects.exclude(pk=thread.pk)
    assert others.count() == (0 if goes == "into it" else 3)
    assert not others.filter(confidential=True).exists()
