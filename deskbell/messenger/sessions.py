"""What the bubble asks and says: a session, its conversation, a message, a sign of life, an address."""

from __future__ import annotations

from django.http import HttpRequest

from deskbell.chat import browsers
from deskbell.chat.addresses import leave_address
from deskbell.chat.models import Visit
from deskbell.chat.saying import say
from deskbell.chat.visitors import meet, see, visit_of
from deskbell.messenger import trouble
from deskbell.messenger.doors import Answer, door, text_in, visitor_in, words_of
from deskbell.messenger.hours import hours
from deskbell.messenger.live import drawn, topic, visible
from deskbell.people.desk import the_desk
from deskbell.realtime import topics


@door("GET")
def welcome(request: HttpRequest) -> Answer:
    """Who answers here and when, and what is known to be broken. Makes nothing: looking is free."""
    return {"topics": topics.sign(trouble.topics_of(None)), **_welcome(None)}


@door("POST")
def begin(request: HttpRequest) -> Answer:
    """A new session; its token is told once, to the tab that asked."""
    _, token = meet(zone=text_in(words_of(request), "zone"))
    return {"token": token}


@door("GET")
def conversation(request: HttpRequest) -> Answer:
    """All that this visitor may see, and the pass to hear what comes after it."""
    visitor = visitor_in(request)
    see(visitor)
    visit = visit_of(visitor)
    signed = topics.sign(_topics(visit))  # before anything is read: nothing falls between the two
    told = [drawn(message) for message in visible(visit)] if visit else []
    known = _welcome(visit)
    return {**known, "address": visitor.address, "topics": signed, "messages": told}


@door("POST")
def messages(request: HttpRequest) -> Answer:
    """Take one message; sent again, it is answered again and stays one."""
    visitor, said = visitor_in(request), words_of(request)
    message = say(
        visitor,
        text_in(said, "text"),
        client_id=text_in(said, "id"),
        page=text_in(said, "page"),
        browser=browsers.in_words(request.headers.get("User-Agent", "")),
    )
    return {"message": drawn(message)}


@door("POST")
def presence(request: HttpRequest) -> Answer:
    """“I'm here.” Says which message is the last, for a bubble whose stream is held up."""
    visitor = visitor_in(request)
    see(visitor)
    visit = visit_of(visitor)
    last = visible(visit).order_by("-id").values_list("pk", flat=True).first() if visit else None
    return {"last": last or 0}


@door("POST")
def address(request: HttpRequest) -> Answer:
    """Keep the address that the visitor leaves for the answer."""
    visitor = visitor_in(request)
    leave_address(visitor, text_in(words_of(request), "address"))
    return {"address": visitor.address}


def _welcome(visit: Visit | None) -> Answer:
    known = hours()
    return {
        "desk": the_desk().name,
        "hours": known.told() if known else None,
        "trouble": trouble.known_trouble(trouble.district_of(visit)),
    }


def _topics(visit: Visit | None) -> list[str]:
    return [*([topic(visit)] if visit else []), *trouble.topics_of(trouble.district_of(visit))]
