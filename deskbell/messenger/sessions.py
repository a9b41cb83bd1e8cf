"""What the bubble asks and says: a session, its conversation, a message, a sign of life."""

from __future__ import annotations

from django.http import HttpRequest

from deskbell.chat import attention, browsers
from deskbell.chat.addresses import proved_address
from deskbell.chat.models import Visitor
from deskbell.chat.saying import say
from deskbell.chat.sites.recognizing import recognize
from deskbell.chat.sites.tokens import NotBelieved, claims_in
from deskbell.chat.tallies import (
    FORGERIES_OF_A_NETWORK,
    MESSAGES_OF_A_NETWORK,
    SESSIONS_OF_A_NETWORK,
)
from deskbell.chat.visitors import meet, see, set_remembered, sign_out, visit_of, welcome_back
from deskbell.lib.numbers import LARGEST
from deskbell.lib.remembering import remembering
from deskbell.messenger import triage, trouble
from deskbell.messenger.doors import (
    Answer,
    door,
    network_in,
    origin_of,
    text_in,
    texts_in,
    token_in,
    visitor_in,
    words_of,
)
from deskbell.messenger.hours import hours
from deskbell.messenger.live import drawn, told, topic, visible
from deskbell.people.desk import the_desk
from deskbell.people.models import District
from deskbell.realtime import topics


@door("GET")
def welcome(request: HttpRequest) -> Answer:
    """Who answers here and when, and what is known to be broken. Makes nothing: looking is free."""
    signed = topics.sign(trouble.topics_of(None), origin=origin_of(request))
    return {"topics": signed, **_welcome(None)}


@door("POST")
def begin(request: HttpRequest) -> Answer:
    """A new session; its token is told once, to the tab that asked. With an `identity` that a site has
    signed, it is that person's, and so is the conversation."""
    said, network = words_of(request), network_in(request)
    SESSIONS_OF_A_NETWORK.count(network)
    zone, signed = text_in(said, "zone"), text_in(said, "identity")
    if not signed:
        return {"token": meet(zone=zone)[1]}
    try:
        identity = recognize(claims_in(signed, origin_of(request)))
    except NotBelieved:
        FORGERIES_OF_A_NETWORK.count(network)
        raise
    return {"token": welcome_back(identity, zone=zone)[1]}


@door("POST")
def end(request: HttpRequest) -> Answer:
    """Signed out: the session is worth nothing from now on, whoever has its token. Always well."""
    sign_out(token_in(request))
    return {}


@door("POST")
def memory(request: HttpRequest) -> Answer:
    """“Remember me on this device”, or no longer: `remembered` is yes or no."""
    remembered = text_in(words_of(request), "remembered") == "yes"
    visitor_in(request)
    set_remembered(token_in(request), remembered=remembered)
    return {"remembered": remembered}


@door("GET")
def conversation(request: HttpRequest) -> Answer:
    """All that this visitor may see, and the pass to hear what comes after it."""
    visitor = visitor_in(request)
    see(visitor)
    visit = visit_of(visitor)
    district = trouble.district_of(visitor, visit)
    own = [topic(visit), attention.topic(visit)] if visit else []
    listened = [*own, *trouble.topics_of(district)]
    # Signed before anything is read: nothing falls between the two.
    signed = topics.sign(listened, origin=origin_of(request))
    said = told(visible(visit), visitor) if visit else []
    near = {**attention.standing(visit), "saw": visit.team_saw} if visit else {}
    known = {**_welcome(district), **_you(visitor), "triage": triage.standing(visit), "near": near}
    return {**known, "topics": signed, "messages": said}


@door("POST")
def messages(request: HttpRequest) -> Answer:
    """Take one message; sent again, it is answered again and stays one."""
    said = words_of(request)
    client = text_in(said, "id")
    with remembering():  # what each listener would ask anew
        visitor = visitor_in(request)
        MESSAGES_OF_A_NETWORK.count(network_in(request))
        message = say(
            visitor,
            text_in(said, "text"),
            client_id=client,
            page=text_in(said, "page"),
            uploads=texts_in(said, "files"),
            browser=browsers.in_words(request.headers.get("User-Agent", "")),
        )
    return {"message": drawn(message, client=client)}


@door("POST")
def presence(request: HttpRequest) -> Answer:
    """“I'm here”; perhaps `typing`, or having `seen` up to a message. Says which message is the last, for a
    bubble whose stream is held up."""
    visitor, said = visitor_in(request), words_of(request)
    see(visitor)
    visit = visit_of(visitor)
    if visit and said.get("typing"):
        attention.types(visit)
    if visit and isinstance(seen := said.get("seen"), int):
        attention.visitor_saw(visit, min(seen, LARGEST))
    last = visible(visit).order_by("-id").values_list("pk", flat=True).first() if visit else None
    return {"last": last or 0}


def _welcome(district: District | None) -> Answer:
    known = hours()
    return {
        "desk": the_desk().name,
        "hours": known.told() if known else None,
        "trouble": trouble.known_trouble(district),
    }


def _you(visitor: Visitor) -> Answer:
    """What the bubble says of its visitor: the address for answers, and the name that a site has proved."""
    proved = visitor.identity is not None
    return {
        "address": visitor.address or ((visitor.person.email or "") if proved else ""),
        "you": visitor.person.name if proved else "",
        "proved": proved,
        "confirmed": bool(proved_address(visitor)),
    }
