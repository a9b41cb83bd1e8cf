"""Every environment variable that changes Deskbell: its meaning, its default, and how it is read.

`deskbell settings` prints this page with the present values; `docs/settings.md` is checked against it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deskbell.lib.errors import Refused


@dataclass(frozen=True)
class Variable:
    """One environment variable. `read` turns its text into the value, or raises ValueError."""

    name: str
    meaning: str
    default: str
    read: Callable[[str], Any] = str
    secret: bool = False

    @property
    def text(self) -> str:
        return os.environ.get(self.name, "").strip() or self.default

    @property
    def is_set(self) -> bool:
        return bool(os.environ.get(self.name, "").strip())

    def value(self) -> Any:
        """The value in force. Raises Refused with a sentence that names the variable."""
        try:
            return self.read(self.text)
        except ValueError as error:
            raise Refused(f"{self.name} is “{self.text}”: {error}") from error

    def shown(self) -> str:
        """The value in force as a person may read it: a secret only tells whether it is set."""
        if self.secret:
            return "(set, hidden)" if self.is_set else "(not set)"
        return self.text


def port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise ValueError("write a port between 1 and 65535.")
    return int(text)


def yes_or_no(text: str) -> bool:
    if text.lower() not in {"1", "0", "yes", "no", "true", "false"}:
        raise ValueError("write 1 for yes or 0 for no.")
    return text.lower() in {"1", "yes", "true"}


def count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise ValueError("write a whole number of at least 1.")
    return int(text)


def address(text: str) -> str:
    local, at, domain = text.strip().lower().rpartition("@")
    if not (local and at and domain) or " " in text:
        raise ValueError("write a mail address, like support@example.org.")
    return text.strip().lower()


def words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def socket_address(text: str) -> str:
    """`unix:/path`, `host:port` or nothing."""
    host, _, number = text.rpartition(":")
    if text and not text.startswith("unix:/") and not (host and number.isdigit()):
        raise ValueError("write unix:/run/clamav/clamd.ctl or a host and port like 127.0.0.1:3310.")
    return text


def optional_port(text: str) -> int:
    return port(text) if text else 0


def optional_file(text: str) -> Path | None:
    return Path(text).expanduser().absolute() if text else None


def origins(text: str) -> list[str]:
    """Pages' origins as browsers name them. A path or a slash at the end would never match."""
    found = [word.lower() for word in words(text)]
    for origin in found:
        scheme, there, host = origin.partition("://")
        if scheme not in {"http", "https"} or not there or not host or "/" in host:
            raise ValueError("write origins like https://portal.example.org, without a path.")
    return found


def origin(text: str) -> str:
    """One origin, or none."""
    found = origins(text)
    if len(found) > 1:
        raise ValueError("write one address, like https://help.example.org.")
    return found[0] if found else ""


SERVICES = (
    "brevo mailersend mailgun mailjet mailtrap mandrill postal postmark resend scaleway sendgrid "
    "sparkpost unisender_go"
).split()


def mail_service(text: str) -> str:
    """A service that `django-anymail` can use by HTTP, by the name of its backend there."""
    if text and text not in SERVICES:
        raise ValueError(f"there is no such mail service: take one of {', '.join(SERVICES)}.")
    return text


def options(text: str) -> dict[str, str]:
    """`NAME=value` pairs, separated by commas."""
    pairs = [word.partition("=") for word in words(text)]
    if any(not name.strip() or not there for name, there, _ in pairs):
        raise ValueError("write NAME=value pairs, separated by commas.")
    return {name.strip().upper(): value.strip() for name, _, value in pairs}


def web_address(text: str) -> str:
    """An http or https address, or nothing."""
    if text and not text.lower().startswith(("https://", "http://")):
        raise ValueError("write an address that begins with https://.")
    return text


def region(text: str) -> str:
    """A region of AWS, like eu-central-1."""
    if not re.fullmatch(r"[a-z0-9-]{1,40}", text):
        raise ValueError("write a region like us-east-1.")
    return text


def languages(text: str) -> list[str]:
    """Codes of languages, at least one."""
    found = [word.lower() for word in words(text)]
    if not found or not all(re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})?", one) for one in found):
        raise ValueError("write codes of languages, like en,es,fr.")
    return found


def phone_provider(text: str) -> str:
    if text not in {"", "twilio"}:
        raise ValueError("there is no such phone provider: write twilio, or nothing.")
    return text


def phone_number(text: str) -> str:
    number = text.replace(" ", "")
    if number and not (number.startswith("+") and number[1:].isdecimal()):
        raise ValueError("write the number with its country, like +15550100199.")
    return number


def doors(text: str) -> list[tuple[str, int]]:
    """`host:port` words."""
    found = []
    for word in words(text):
        host, there, number = word.rpartition(":")
        if not there or not host or not number.isdecimal() or not 0 < int(number) < 65536:
            raise ValueError(
                "write hosts with their ports, like 192.0.2.1:443, dns.example.org:53."
            )
        found.append((host.strip("[]"), int(number)))
    return found


def folder(text: str) -> Path:
    return Path(text).expanduser().absolute()


ROOT = Path(__file__).resolve().parents[2]

DATA = Variable(
    "DESKBELL_DATA",
    "The folder for everything the desk keeps: the database, attachments, outbox, logs.",
    str(ROOT / "var"),
    folder,
)
DATABASE_URL = Variable(
    "DATABASE_URL",
    "A PostgreSQL of your own, 15 or newer. With it, no server is embedded.",
    "",
    secret=True,
)
PG_BIN = Variable(
    "DESKBELL_PG_BIN", "The folder of other PostgreSQL programs for the embedded server.", ""
)
HOST = Variable("DESKBELL_HOST", "The address on which the desk listens.", "127.0.0.1")
HTTP_PORT = Variable("DESKBELL_HTTP_PORT", "The port of the pages.", "8000", port)
SMTP_PORT = Variable("DESKBELL_SMTP_PORT", "The port of the SMTP door.", "2525", port)
URL = Variable(
    "DESKBELL_URL",
    "The address at which people reach the desk, for the links in mails. "
    "Empty: http:// with DESKBELL_HOST and DESKBELL_HTTP_PORT.",
    "",
)
HOSTS = Variable(
    "DESKBELL_ALLOWED_HOSTS",
    "Further host names under which the desk answers, separated by commas.",
    "",
    words,
)
HELP_URL = Variable(
    "DESKBELL_HELP_URL",
    "The address of a host of its own for the help center, like https://help.example.org. "
    "Nothing else of the desk answers there. Empty: the help center is below the desk's address.",
    "",
    origin,
)
SUPPORT_ADDRESS = Variable(
    "DESKBELL_SUPPORT_ADDRESS",
    "The first mail address of support; administrators add others in the desk.",
    "support@deskbell.localhost",
    address,
)
EMAIL_URL = Variable(
    "EMAIL_URL",
    "The relay for outgoing mail, like smtp+tls://user:password@mail.example.org:587. "
    "Empty: mails are written into the outbox folder.",
    "",
    secret=True,
)
MAIL_SERVICE = Variable(
    "DESKBELL_MAIL_SERVICE",
    "A mail service that sends in place of a relay, by its API: brevo, mailersend, mailgun, mailjet, "
    "mailtrap, mandrill, postal, postmark, resend, scaleway, sendgrid, sparkpost or unisender_go.",
    "",
    mail_service,
)
MAIL_SERVICE_OPTIONS = Variable(
    "DESKBELL_MAIL_SERVICE_OPTIONS",
    "The service's keys, as django-anymail names them, like POSTMARK_SERVER_TOKEN=…, separated by commas.",
    "",
    options,
    secret=True,
)
MAIL_SERVICE_HOOK = Variable(
    "DESKBELL_MAIL_SERVICE_HOOK",
    "The user:password with which the service calls /mail/reports/<service>, to tell what was "
    "delivered and what came back. Empty: nobody may call.",
    "",
    secret=True,
)
S3_KEY = Variable(
    "DESKBELL_S3_KEY",
    "The access key ID with which the desk reads mail that Amazon SES has put into S3. It needs "
    "s3:GetObject there, and nothing else.",
    "",
)
S3_SECRET = Variable(
    "DESKBELL_S3_SECRET", "The secret access key that belongs to it.", "", secret=True
)
S3_REGION = Variable(
    "DESKBELL_S3_REGION", "The AWS region in which the bucket lies.", "us-east-1", region
)
S3_URL = Variable(
    "DESKBELL_S3_URL",
    "Where S3 is, if not at Amazon's address of that region: another store that speaks its protocol.",
    "",
    web_address,
)
SECRET_KEY = Variable(
    "DESKBELL_SECRET_KEY",
    "The key that signs sessions and links. Empty: made once and kept in the data folder.",
    "",
    secret=True,
)
WEB_WORKERS = Variable("DESKBELL_WEB_WORKERS", "How many web processes run.", "1", count)
MAX_MAIL_MB = Variable(
    "DESKBELL_MAX_MAIL_MB", "The largest mail that the SMTP door takes, in megabytes.", "35", count
)
SMTP_CERT = Variable(
    "DESKBELL_SMTP_CERT",
    "The certificate (PEM, with its chain) with which the SMTP door offers STARTTLS.",
    "",
    optional_file,
)
SMTP_KEY = Variable(
    "DESKBELL_SMTP_KEY",
    "The key of that certificate, if it is not in the same file.",
    "",
    optional_file,
)
LMTP_PORT = Variable(
    "DESKBELL_LMTP_PORT",
    "The port of a door that speaks LMTP, for a mail server before the desk. Empty: there is none.",
    "",
    optional_port,
)
TRUSTED_AUTHSERV = Variable(
    "DESKBELL_TRUSTED_AUTHSERV",
    "The mail servers whose Authentication-Results and ARC seals are believed, by the names that they "
    "write there, separated by commas, like mx.example.org.",
    "",
    words,
)
CLAMAV = Variable(
    "DESKBELL_CLAMAV",
    "Where ClamAV listens, like unix:/run/clamav/clamd.ctl. With it, no mail comes in unscanned.",
    "",
    socket_address,
)
MAY_REACH = Variable(
    "DESKBELL_MAY_REACH",
    "Hosts and networks inside your own that feeds, webhooks, pages and sign-in may lead to, separated by "
    "commas, like ntfy.example.org,10.1.2.0/24. Everything else inside is refused.",
    "",
    words,
)
BUBBLE_ORIGINS = Variable(
    "DESKBELL_BUBBLE_ORIGINS",
    "The sites that may embed the chat bubble, separated by commas, like "
    "https://portal.example.org. Empty: the desk's own pages alone.",
    "",
    origins,
)
TRY = Variable(
    "DESKBELL_TRY",
    "1 shows /try, a make-believe portal with the bubble, also on a desk without demo data.",
    "0",
    yes_or_no,
)
DEADMAN_URL = Variable(
    "DESKBELL_DEADMAN_URL",
    "An address outside that `deskbell watch` asks for every minute while all is well, of a service "
    "that raises an alarm when that stops. Empty: nobody is pinged.",
    "",
    web_address,
    secret=True,
)
PHONE_PROVIDER = Variable(
    "DESKBELL_PHONE_PROVIDER",
    "Who sends text messages and calls phones for pages: twilio. Empty: nobody is texted or called.",
    "",
    phone_provider,
)
PHONE_FROM = Variable(
    "DESKBELL_PHONE_FROM",
    "The number from which the provider texts and calls, like +15550100199.",
    "",
    phone_number,
)
TWILIO_ACCOUNT = Variable("DESKBELL_TWILIO_ACCOUNT", "Twilio's Account SID.", "")
TWILIO_TOKEN = Variable(
    "DESKBELL_TWILIO_TOKEN",
    "Twilio's Auth Token. It also proves that a pressed key was told by Twilio.",
    "",
    secret=True,
)
TWILIO_URL = Variable(
    "DESKBELL_TWILIO_URL",
    "Where Twilio's API is, for a region of its own.",
    "https://api.twilio.com",
    web_address,
)
TRANSLATE_URL = Variable(
    "DESKBELL_TRANSLATE_URL",
    "A translation service that speaks LibreTranslate's protocol, like https://translate.example.org. What "
    "an agent asks to be translated is sent there, and nothing else. Empty: nothing is translated.",
    "",
    web_address,
)
TRANSLATE_KEY = Variable(
    "DESKBELL_TRANSLATE_KEY", "The service's key, if it wants one.", "", secret=True
)
TRANSLATE_LANGUAGES = Variable(
    "DESKBELL_TRANSLATE_LANGUAGES",
    "The team's language, into which messages are translated, and then those into which answers can be.",
    "en,es",
    languages,
)
REFERENCES = Variable(
    "DESKBELL_REFERENCES",
    "Hosts and TCP ports outside that always answer, like 192.0.2.1:443,198.51.100.1:53. While none of "
    "them does, the desk's own network is gone, and no check calls anything down. Empty: the hosts that "
    "are watched are compared with each other.",
    "",
    doors,
)
KEEP_ALERT_BODIES = Variable(
    "DESKBELL_KEEP_ALERT_BODIES",
    "How many days the raw bodies of alerts are kept; the alerts themselves stay.",
    "90",
    count,
)
TRASH_DAYS = Variable(
    "DESKBELL_TRASH_DAYS",
    "How many days a deleted ticket can be restored; then it is erased for good in the night.",
    "30",
    count,
)
STATUS_PORT = Variable(
    "DESKBELL_STATUS_PORT",
    "A port for the status page alone, answered by a process that does nothing else, for the day on which "
    "everybody looks. Empty: the port of the pages answers it.",
    "",
    optional_port,
)
STATUS_COPY = Variable(
    "DESKBELL_STATUS_COPY",
    "A second folder for the public status page, for a web server elsewhere. Empty: there is none.",
    "",
    optional_file,
)
STATUS_BUCKET = Variable(
    "DESKBELL_STATUS_BUCKET",
    "A bucket of S3, with the keys above, for the public status page under the names of its addresses. "
    "The key needs s3:PutObject and s3:DeleteObject there. Empty: there is none.",
    "",
)
DEBUG = Variable(
    "DESKBELL_DEBUG", "1 shows developers what went wrong, to everyone.", "0", yes_or_no
)

VARIABLES = (
    DATA,
    DATABASE_URL,
    PG_BIN,
    HOST,
    HTTP_PORT,
    SMTP_PORT,
    URL,
    HOSTS,
    HELP_URL,
    SUPPORT_ADDRESS,
    EMAIL_URL,
    MAIL_SERVICE,
    MAIL_SERVICE_OPTIONS,
    MAIL_SERVICE_HOOK,
    S3_KEY,
    S3_SECRET,
    S3_REGION,
    S3_URL,
    SECRET_KEY,
    WEB_WORKERS,
    MAX_MAIL_MB,
    SMTP_CERT,
    SMTP_KEY,
    LMTP_PORT,
    TRUSTED_AUTHSERV,
    CLAMAV,
    MAY_REACH,
    BUBBLE_ORIGINS,
    TRY,
    DEADMAN_URL,
    PHONE_PROVIDER,
    PHONE_FROM,
    TWILIO_ACCOUNT,
    TWILIO_TOKEN,
    TWILIO_URL,
    TRANSLATE_URL,
    TRANSLATE_KEY,
    TRANSLATE_LANGUAGES,
    REFERENCES,
    KEEP_ALERT_BODIES,
    TRASH_DAYS,
    STATUS_PORT,
    STATUS_COPY,
    STATUS_BUCKET,
    DEBUG,
)
