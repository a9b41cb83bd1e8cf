"""Proving a method: a test message carries six digits, and whoever types them has received it (G2)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.outside import asking_outside
from deskbell.mail.letters import from_files
from deskbell.mail.models import OutboundMail
from deskbell.mail.queueing import enqueue
from deskbell.oncall.methods.keeping import BY_PHONE
from deskbell.oncall.models import Method
from deskbell.oncall.sending.noting import disable
from deskbell.oncall.ways.asking import host_of
from deskbell.oncall.ways.remote import REMOTE, Gone, Message, Never, NotNow
from deskbell.people.desk import the_desk
from deskbell.people.notices import notify
from deskbell.tickets.impacts import Impact

CODE_LASTS = timedelta(minutes=10)
TRIES = 5  # of one code: then another one must be sent
BETWEEN = timedelta(seconds=20)  # from one test of a method to its next
BETWEEN_BY_PHONE = timedelta(minutes=2)  # each of which costs money
PATH = "/oncall/methods"


@dataclass(frozen=True)
class Said:
    """What came of a test, in a sentence for the person who asked for it."""

    ok: bool
    text: str


def send_test(method: Method) -> Said:
    """Send a message with a new code, and tell in plain words what became of it. The code that was
    sent before holds no more. Not to be called within a transaction: a provider is asked."""
    now = clock.now()
    with transaction.atomic():
        locked = Method.objects.select_for_update().get(pk=method.pk)
        sent_at = locked.code_expires_at and locked.code_expires_at - CODE_LASTS
        between = BETWEEN_BY_PHONE if locked.way in BY_PHONE else BETWEEN
        if sent_at and sent_at + between > now:
            return Said(False, "A test went out a moment ago: wait for it, or try again shortly.")
        code = f"{secrets.randbelow(10**6):06}"
        locked.code_digest, locked.code_tries = _digest(locked, code), 0
        locked.code_expires_at = now + CODE_LASTS
        locked.save(update_fields=["code_digest", "code_tries", "code_expires_at"])
    return _hand_over(locked, _message(locked, code))


def confirm(method: Method, code: str) -> Method:
    """Take the digits of the last test: the method is verified, and tested now. What its provider had
    disabled works again. Raises Refused, and counts the tries."""
    now, typed = clock.now(), "".join(code.split())
    with transaction.atomic():
        locked = Method.objects.select_for_update().get(pk=method.pk)
        refusal = _check(locked, typed)
        if refusal:
            locked.code_tries = min(locked.code_tries + 1, TRIES)
        else:
            locked.verified_at, locked.tested_at = locked.verified_at or now, now
            locked.disabled_at, locked.disabled_why = None, ""
            locked.code_digest, locked.code_expires_at, locked.code_tries = "", None, 0
        locked.save()
    if refusal:
        raise Refused(refusal)
    return locked


def _check(method: Method, typed: str) -> str:
    """Why these digits don't count; "" if they do."""
    if not method.code_digest or not method.code_expires_at:
        return "No code is awaited: send a test first."
    if clock.now() >= method.code_expires_at:
        return "That code has expired: send another test."
    if method.code_tries >= TRIES:
        return "That was tried too often: send another test."
    if not constant_time_compare(_digest(method, typed), method.code_digest):
        return "Those are not the digits of the last test: look again."
    return ""


def _digest(method: Method, code: str) -> str:
    """Six digits are guessed at once from a bare digest, so the desk's secret key is in it."""
    mac = salted_hmac("oncall.methods.code", f"{method.pk}:{code}", algorithm="sha256")
    return mac.hexdigest()


def _message(method: Method, code: str) -> Message:
    desk = the_desk().name
    return Message(
        title=f"Test from {desk}: {code}",
        text=f"{method.agent} asked for this test. Type {code} in the desk to confirm that it came. "
        "Pages of alerts will look like this.",
        link="",
        ticket=settings.DESK_URL + PATH,
        impact=Impact.NORMAL,
        key=f"test-{method.pk}",
        kind="test",
        code=code,
    )


def _hand_over(method: Method, message: Message) -> Said:
    if method.way == Method.Way.MAIL:
        return _by_mail(method, message)
    if method.way == Method.Way.APP:
        with transaction.atomic():
            notify([method.agent], message.title, path=PATH, urgent=True, by_mail=False)
        return Said(True, "A notice with six digits waits for you under the bell.")
    if method.way not in REMOTE:
        _forget_code(method)
        return Said(False, "The desk can't send by this way any more: remove the method.")
    try:
        with asking_outside():
            REMOTE[method.way].send(message, method)
    except NotNow as error:
        return Said(False, f"It did not get through. {error} A page would be tried again.")
    except Never as error:
        _forget_code(method)
        return Said(False, f"It can't be delivered. {error}")
    except Gone as error:
        _forget_code(method)
        with transaction.atomic():
            disable(method, str(error))
        return Said(False, f"Its provider says that it is no more. {error}")
    except Refused as error:
        _forget_code(method)
        return Said(False, str(error))
    return Said(True, f"{_whom(method)} has taken it. Type the six digits that it carries.")


def is_awaited(method: Method) -> bool:
    """Is a code under way that still counts?"""
    expires = method.code_expires_at
    return bool(method.code_digest) and expires is not None and clock.now() < expires


def _forget_code(method: Method) -> None:
    """Nobody has received it, so nobody is asked for it."""
    method.code_digest = ""
    method.save(update_fields=["code_digest"])


@transaction.atomic
def _by_mail(method: Method, message: Message) -> Said:
    person = method.agent.person
    enqueue(
        OutboundMail.Kind.NOTICE,
        person,
        subject=message.title,
        from_name=the_desk().name,
        overtakes=True,
        letter=from_files(
            "oncall/methods/letter",
            {"name": person.name, "code": message.code, "where": message.ticket},
        ),
    )
    return Said(True, f"A mail with six digits is on its way to {person.email}.")


def _whom(method: Method) -> str:
    where = host_of("https://" + method.where) if "/" in method.where else ""
    return where or method.get_way_display().rpartition(" ")[2].capitalize()
