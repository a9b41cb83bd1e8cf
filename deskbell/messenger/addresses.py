"""The address that a visitor leaves: a mailed link confirms that it is theirs, and then the conversation
goes there as a whole when they ask for it. What nobody has confirmed proves nothing, and gets answers alone.
"""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from deskbell.chat.addresses import confirm_address, leave_address, proved_address
from deskbell.chat.models import Visitor
from deskbell.chat.tallies import TooFast
from deskbell.chat.transcripts import note_transcript
from deskbell.chat.visitors import visit_of
from deskbell.lib.errors import NotFound, Refused
from deskbell.look.languages import Say, known, speaker
from deskbell.mail.branding import brand_for
from deskbell.mail.letters import from_files
from deskbell.mail.models import OutboundMail
from deskbell.mail.queueing import can_be_written_to, enqueue
from deskbell.mail.transcripts import queue_transcript
from deskbell.messenger.doors import Answer, door, network_in, text_in, visitor_in, words_of
from deskbell.messenger.live import visible
from deskbell.people.customer_links import TooMany, note_asking
from deskbell.people.desk import the_desk
from deskbell.people.models import Person

SALT = "deskbell.messenger.addresses"
VALID_SECONDS = 3 * 24 * 3600
SPANISH = {
    "Is this your address?": "¿Es esta su dirección?",
    "Someone has left {address} in the chat of {desk}, for answers.": (
        "Alguien ha dejado {address} en el chat de {desk} para recibir respuestas."
    ),
    "If it was you, confirm it:": "Si ha sido usted, confírmelo:",
    "Confirm": "Confirmar",
    "If it wasn’t, do nothing. The link works for three days.": (
        "Si no, no haga nada. El enlace vale tres días."
    ),
    "Yes, it is mine": "Sí, es mía",
    "Thank you": "Gracias",
    "{address} is yours. You can close this page.": (
        "{address} es su dirección. Puede cerrar esta página."
    ),
}


@door("POST")
def address(request: HttpRequest) -> Answer:
    """Keep the address that the visitor leaves for the answer, and mail a link there, in `lang`."""
    visitor, said = visitor_in(request), words_of(request)
    with transaction.atomic():
        leave_address(visitor, text_in(said, "address"))
        if not visitor.confirmed_at:
            _mail_link(visitor, network_in(request), known(text_in(said, "lang")))
    return {"address": visitor.address, "confirmed": bool(visitor.confirmed_at)}


@door("POST")
def transcript(request: HttpRequest) -> Answer:
    """Mail the conversation to the address that is proved to be the visitor's, in `lang`."""
    visitor, said = visitor_in(request), words_of(request)
    to, visit = proved_address(visitor), visit_of(visitor)
    if not to or visit is None:
        raise Refused("Confirm your address first, by the link that was mailed there.")
    with transaction.atomic():
        note_transcript(visit)
        person, messages = Person.objects.with_address(to), list(visible(visit))
        queue_transcript(visit.ticket, messages, person, language=known(text_in(said, "lang")))
    return {"address": to}


@csrf_exempt  # the link is the secret, and no cookie says anything here
@require_http_methods(["GET", "HEAD", "POST"])
def confirmation(request: HttpRequest, signed: str) -> HttpResponse:
    """`/bubble/address/<signed>`: a page with one button, since scanners of mails follow links."""
    try:
        key, address, language = signing.loads(signed, salt=SALT, max_age=VALID_SECONDS)
    except signing.BadSignature:
        raise NotFound("This link is too old, or incomplete.") from None
    done = request.method == "POST"
    if done and not confirm_address(key, address):
        raise NotFound("Another address was left in that chat since.")
    words = {"lang": language, "t": _speaker(language), "address": address, "done": done}
    response = render(request, "messenger/confirmation.html", {**words, "desk": the_desk().name})
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "same-origin"
    return response


def _mail_link(visitor: Visitor, network: str, language: str) -> None:
    person = Person.objects.with_address(visitor.address)
    try:
        may = note_asking(visitor.address, network)
    except TooMany:
        raise TooFast("That was a lot at once. Wait a while, then try again.") from None
    if not (may and can_be_written_to(person)):
        return
    signed = signing.dumps([visitor.pk, visitor.address, language], salt=SALT)
    t, desk = _speaker(language), the_desk()
    words = {
        "lang": language,
        "t": t,
        "desk": desk.name,
        "address": visitor.address,
        "link": settings.DESK_URL + reverse("bubble-address", args=[signed]),
    }
    enqueue(
        OutboundMail.Kind.RECEIPT,
        person,
        subject=t("Is this your address?"),
        from_name=desk.name,
        letter=from_files("messenger/confirmation_letter", words, brand=brand_for(None)),
    )


def _speaker(language: str) -> Say:
    return speaker(language, SPANISH)
