"""Twilio's API of messages and calls, and its signature on what it asks the desk."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.utils.crypto import constant_time_compare

from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.outbound import Answer
from deskbell.oncall.ways import asking
from deskbell.oncall.ways.remote import Message

ENDED = frozenset({21610})  # “Attempt to send to unsubscribed recipient”: they answered STOP
WRONG_ACCOUNT = frozenset({401, 403})
RINGS = 30  # seconds; longer, and a mailbox takes the page
WAITS = 10  # seconds for a key
TYPE = "text/xml; charset=utf-8"


def text(message: Message, number: str, words: str) -> str:
    """`POST /Messages.json`."""
    return _ask(message, "Messages", {"To": number, "From": _from(), "Body": words})


def call(message: Message, number: str, sentences: Sequence[str], answers_at: str) -> str:
    """`POST /Calls.json` with the TwiML in it, so that Twilio need not fetch it from the desk."""
    form = {
        "To": number,
        "From": _from(),
        "Timeout": str(RINGS),
        "Twiml": _read_out(sentences, answers_at),
    }
    return _ask(message, "Calls", form)


def pressed(url: str, sent: Mapping[str, str], headers: Mapping[str, str]) -> str:
    """`Digits` of a Gather, if X-Twilio-Signature is right."""
    given = headers.get("X-Twilio-Signature", "")
    if not given or not constant_time_compare(given, signature(url, sent)):
        raise NotFound("There is nothing at this address.")
    return sent.get("Digits", "")


def spoken(sentence: str, answers_at: str = "") -> tuple[str, str]:
    """TwiML that says it, and listens for a key once more if there is an address for it."""
    say = f"<Say>{escape(sentence)}</Say>"
    return f"<Response>{_gather(say, answers_at) if answers_at else say}</Response>", TYPE


def signature(url: str, sent: Mapping[str, str]) -> str:
    """HMAC-SHA1 under the account's token, over the address and the sorted fields, as Twilio makes it."""
    signed = url + "".join(name + sent[name] for name in sorted(sent))
    mac = hmac.digest(settings.TWILIO_TOKEN.encode(), signed.encode(), hashlib.sha1)
    return base64.b64encode(mac).decode()


def _read_out(sentences: Sequence[str], answers_at: str) -> str:
    once = "<Pause/>".join(f"<Say>{escape(sentence)}</Say>" for sentence in sentences)
    twice = f'<Pause/>{once}<Pause length="2"/>{once}'
    if not answers_at:
        return f"<Response>{twice}</Response>"
    end = "<Say>Nobody has acknowledged. The desk goes on calling.</Say>"
    return f"<Response>{_gather(twice, answers_at)}{end}</Response>"


def _gather(said: str, answers_at: str) -> str:
    return (
        f'<Gather input="dtmf" numDigits="1" timeout="{WAITS}" method="POST" '
        f"action={quoteattr(answers_at)}>{said}</Gather>"
    )


def _ask(message: Message, what: str, form: Mapping[str, str]) -> str:
    if not (settings.TWILIO_ACCOUNT and settings.TWILIO_TOKEN):
        raise Refused("The operator sets DESKBELL_TWILIO_ACCOUNT and DESKBELL_TWILIO_TOKEN first.")
    account = settings.TWILIO_ACCOUNT
    secret = base64.b64encode(f"{account}:{settings.TWILIO_TOKEN}".encode()).decode()
    answer = asking.post(
        message,
        f"{settings.TWILIO_URL.rstrip('/')}/2010-04-01/Accounts/{account}/{what}.json",
        urlencode(form).encode(),
        {
            "Authorization": f"Basic {secret}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        },
        is_gone=_has_ended,
    )
    return str(asking.read_json(answer).get("sid", ""))[:100]


def _has_ended(answer: Answer) -> bool:
    if answer.status in WRONG_ACCOUNT:
        raise Refused("Twilio does not accept the desk's account: its operator must look at it.")
    return asking.read_json(answer).get("code") in ENDED


def _from() -> str:
    if not settings.PHONE_FROM:
        raise Refused("The operator sets DESKBELL_PHONE_FROM, the number that calls, first.")
    return str(settings.PHONE_FROM)
