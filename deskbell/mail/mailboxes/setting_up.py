"""Setting up the mailboxes that the desk reads. Every change lets the mailbox' reader begin anew."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address

from django.core import signing
from django.db import transaction

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.numbers import whole
from deskbell.lib.sealing import seal
from deskbell.mail.mailboxes import oauth
from deskbell.mail.mailboxes.models import Mailbox
from deskbell.mail.mailboxes.remembering import client_of

SALT = "deskbell.mail.mailboxes.consent"
SECONDS_TO_CONSENT = 15 * 60


@transaction.atomic
def save(form: Mapping[str, str], mailbox: Mailbox | None = None) -> Mailbox:
    """Add a mailbox, or change one; an empty password or client secret leaves the one before. Refused
    with what is missing or can't be. A password is never kept for another server than it was entered for."""
    found = mailbox or Mailbox()
    entered_for = (found.host, found.port)
    found.sign_in = _one_of(Mailbox.SignIn, form.get("sign_in", ""), "way to sign in")
    known = oauth.PROVIDERS.get(found.sign_in)
    security = "tls" if known else form.get("security", "")
    found.security = _one_of(Mailbox.Security, security, "security")
    found.host = known.host if known else form.get("host", "").strip().lower()
    found.port = 993 if known else _port(form.get("port", ""))
    found.user = form.get("user", "").strip()
    found.folder = form.get("folder", "").strip() or "INBOX"
    found.client_id, found.tenant = (
        form.get("client_id", "").strip(),
        form.get("tenant", "").strip(),
    )
    if (found.host, found.port) != entered_for:
        found.password = ""
    for name in ("password", "client_secret"):
        if secret := form.get(name, ""):
            setattr(found, name, seal(secret))
    _check(found)
    _begin_anew(found)
    return found


def switch(pk: int, *, on: bool) -> None:
    """Read it, or let it rest; what it remembers stays."""
    found = get(pk)
    found.active = on
    _begin_anew(found)


def remove(pk: int) -> None:
    """Forget the mailbox with what opens it. The mails in it stay where they are."""
    get(pk).delete()


def get(pk: int) -> Mailbox:
    """One mailbox. Raises NotFound."""
    found = Mailbox.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such mailbox.")
    return found


def consent_address(mailbox: Mailbox, *, by: int, back: str) -> str:
    """Where this agent's browser asks the provider to let the desk in; it comes back to `back`."""
    if mailbox.sign_in == Mailbox.SignIn.PASSWORD:
        raise Refused("This mailbox is opened by a password.")
    state = signing.dumps({"mailbox": mailbox.pk, "by": by}, salt=SALT)
    return oauth.consent_address(client_of(mailbox), user=mailbox.user, back=back, state=state)


def take_consent(state: str, code: str, *, by: int, back: str) -> Mailbox:
    """Keep what the consent has brought. Refused if this agent didn't ask for it a moment ago."""
    try:
        asked = signing.loads(state, salt=SALT, max_age=SECONDS_TO_CONSENT)
    except signing.BadSignature:
        raise Refused(
            "That consent is too old, or not for this desk. Press “Connect” again."
        ) from None
    if asked["by"] != by:
        raise Refused("Someone else has asked for that consent. Press “Connect” yourself.")
    found = get(asked["mailbox"])
    tokens = oauth.exchanged(client_of(found), code, back=back)
    if not tokens.refresh:
        raise Refused(
            "The provider gave no lasting consent. Take it back there, and connect again."
        )
    found.refresh_token = seal(tokens.refresh)
    _begin_anew(found)
    return found


def _begin_anew(mailbox: Mailbox) -> None:
    now = clock.now()
    mailbox.changed_at = mailbox.standing_since = now
    mailbox.standing = Mailbox.Standing.NEW if mailbox.active else Mailbox.Standing.OFF
    mailbox.problem = ""
    if mailbox.pk is None:
        mailbox.save()
        return
    # Never what the reader remembers: it may be writing that at this moment.
    names = [
        f.name for f in mailbox._meta.fields if f.name not in {"id", "numbering", "last_number"}
    ]
    mailbox.save(update_fields=names)


def _check(mailbox: Mailbox) -> None:
    if not mailbox.user:
        raise Refused("Say as whom the desk signs in: usually the whole mail address.")
    if not mailbox.host or " " in mailbox.host:
        raise Refused("Name the IMAP server, like imap.example.org.")
    if mailbox.security == Mailbox.Security.NONE and not _is_this_machine(mailbox.host):
        raise Refused("Without TLS, anyone on the way could read the password. Choose TLS.")
    if mailbox.sign_in == Mailbox.SignIn.PASSWORD and not mailbox.password:
        raise Refused("Enter the mailbox' password.")
    if mailbox.sign_in != Mailbox.SignIn.PASSWORD and not (
        mailbox.client_id and mailbox.client_secret
    ):
        raise Refused("Enter the client id and secret of the app that you have registered there.")
    same = Mailbox.objects.filter(host=mailbox.host, user=mailbox.user, folder=mailbox.folder)
    if same.exclude(pk=mailbox.pk).exists():
        raise Refused(f"The desk reads {mailbox.user} at {mailbox.host} already.")


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _one_of(choices: type[Mailbox.SignIn] | type[Mailbox.Security], text: str, what: str) -> str:
    if text not in choices.values:
        raise Refused(f"“{text}” is no {what}: choose {', '.join(choices.values)}.")
    return text


def _port(text: str) -> int:
    port = whole(text, 1, 65535)
    if port is None:
        raise Refused("Write the port of the IMAP server, usually 993.")
    return port
