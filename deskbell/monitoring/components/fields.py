"""What the form of each kind of check asks for, in the order of the screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from deskbell.monitoring.checks.dns.form import TYPES
from deskbell.monitoring.checks.http.form import METHODS
from deskbell.monitoring.models import Check

LINE, TEXT, FLAG, CHOICE, SECRET = "line", "text", "flag", "choice", "secret"
SECURITY = ("starttls", "tls", "none")


@dataclass(frozen=True)
class Field:
    """One field; `name` is what the kind's `form.read` calls it."""

    name: str
    label: str
    shape: str = LINE
    hint: str = ""
    choices: tuple[str, ...] = ()


TLS = (
    Field(
        "tls_days", "Warn before the certificate ends, in days", hint="14 unless you say otherwise."
    ),
    Field("unverified", "Take any certificate", FLAG),
    Field("ca", "Its own authority, as PEM", TEXT),
)
LOGIN = (Field("user", "User"), Field("password", "Password", SECRET))

FIELDS: Mapping[str, tuple[Field, ...]] = {
    Check.Kind.HTTP: (
        Field("url", "Address", hint="https://portal.example.org/health"),
        Field("method", "Method", CHOICE, choices=METHODS),
        Field("statuses", "Statuses that are well", hint="200-299 unless you say otherwise."),
        Field("contains", "The answer contains"),
        Field("lacks", "The answer does not contain"),
        Field("pattern", "The answer fits the pattern"),
        Field("json", "JSON in it", TEXT, hint="One a line: $.status = ok"),
        Field("expects", "Headers of the answer", TEXT, hint="One a line: Content-Type: text/html"),
        Field("headers", "Headers to send", TEXT, hint="One a line: Accept: application/json"),
        Field("secret_headers", "Secret headers to send", SECRET, hint="Name: value"),
        Field("body", "Body to send", TEXT),
        Field("unfollowed", "Follow no redirects", FLAG),
        Field("ends_at", "Its redirects end at"),
        *LOGIN,
        *TLS,
    ),
    Check.Kind.TCP: (
        Field("host", "Host"),
        Field("port", "Port"),
        Field("tls", "It speaks TLS", FLAG),
        Field("send", "Send"),
        Field("expect", "Its answer fits the pattern"),
        *TLS,
    ),
    Check.Kind.DNS: (
        Field("name_asked", "Name", hint="portal.example.org"),
        Field("type", "Type", CHOICE, choices=TYPES),
        Field("expects", "Among its answers", TEXT, hint="One a line. Empty: any answer."),
        Field("server", "Ask this server", hint="Empty: the machine's own."),
        Field("port", "Port", hint="53 unless you say otherwise."),
    ),
    Check.Kind.ICMP: (Field("host", "Host"), Field("count", "Echoes", hint="3 unless you say.")),
    Check.Kind.SMTP: (
        Field("host", "Host"),
        Field("security", "Line", CHOICE, choices=SECURITY),
        Field("port", "Port"),
        Field("greeting", "Its greeting fits the pattern"),
        *LOGIN,
        *TLS,
    ),
    Check.Kind.IMAP: (
        Field("sender", "From"),
        Field("recipient", "To"),
        Field("smtp_host", "Sent through"),
        Field("smtp_security", "Its line", CHOICE, choices=SECURITY),
        Field("smtp_port", "Its port"),
        Field("smtp_user", "Its user"),
        Field("smtp_password", "Its password", SECRET),
        Field("imap_host", "Found at (IMAP)"),
        Field("imap_security", "Its line", CHOICE, choices=("tls", "starttls", "none")),
        Field("imap_port", "Its port"),
        *LOGIN,
        Field("folder", "Folder", hint="INBOX unless you say otherwise."),
        *TLS,
    ),
    Check.Kind.STEPS: (
        Field("script", "Steps", TEXT),
        Field("secret_values", "Secrets", SECRET, hint="One a line: name = value"),
        *TLS,
    ),
}
