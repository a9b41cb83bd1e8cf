"""The parts of the make-believe town's services: what each needs, what proves it, how it fared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from deskbell.monitoring.models import Component

YEAR, DAY = timedelta(days=365), timedelta(days=1)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
Is = Component.State


@dataclass(frozen=True)
class Part:
    """A component; `outages` are how long ago one began and how long it lasted, the newest last."""

    service: str
    name: str
    checks: tuple[tuple[str, str, str, int], ...] = ()  # name, kind, whom it asks, usual ms
    needs: tuple[str, ...] = ()
    state: str = Is.OPERATIONAL
    impact: str = "urgent"
    outages: tuple[tuple[timedelta, timedelta], ...] = ()
    about: str = ""


PARTS = (
    Part(
        "Platform",
        "Database",
        (("Answers", "tcp", "db.demo.example", 4),),
        about="PostgreSQL, and its two replicas.",
    ),
    Part(
        "Platform",
        "District mail",
        (
            ("Takes mail", "smtp", "mail.demo.example", 60),
            ("Mail arrives", "imap", "mail.demo.example", 1900),
        ),
        impact="high",
        outages=((19 * DAY, 50 * MINUTE),),
    ),
    Part("Platform", "Name servers", (("Portal’s address", "dns", "portal.demo.example", 9),)),
    Part(
        "Sign-in and rosters",
        "Sign-in",
        (
            ("Front page", "http", "https://login.demo.example/", 140),
            ("Signing in", "steps", "https://login.demo.example/", 820),
        ),
        ("Database", "Name servers"),
        outages=((26 * DAY, 35 * MINUTE), (6 * DAY, 12 * MINUTE)),
        about="What every student meets in the morning.",
    ),
    Part("Sign-in and rosters", "Roster import", needs=("Clever",), impact="high"),
    Part("Sign-in and rosters", "Clever", impact="high"),
    Part(
        "Streaming",
        "Video portal",
        (
            ("Front page", "http", "https://video.demo.example/", 210),
            ("A video begins", "http", "https://video.demo.example/probe.m3u8", 95),
        ),
        ("Sign-in", "Content delivery"),
        outages=((12 * DAY, 25 * MINUTE),),
    ),
    Part(
        "Streaming",
        "Live classroom",
        (
            ("Rooms open", "http", "https://live.demo.example/health", 180),
            ("Relay answers", "tcp", "relay.demo.example", 12),
        ),
        ("Sign-in",),
        Is.PARTIAL_OUTAGE,
        outages=((17 * MINUTE, YEAR),),
    ),
    Part(
        "Streaming",
        "Transcoding",
        (("Queue is short", "http", "https://transcode.demo.example/queue.json", 55),),
        ("Database",),
        Is.MAINTENANCE,
        "normal",
    ),
    Part("Streaming", "Content delivery", state=Is.DEGRADED, impact="high"),
    Part("Streaming", "Caption service", state=Is.NOT_WATCHED, impact="low"),
)
WELL = {
    "http": "200, 12,406 bytes",
    "tcp": "Connected",
    "dns": "203.0.113.10",
    "smtp": "mail.demo.example ESMTP",
    "imap": "The mail was there after 1.9 s",
    "steps": "4 steps",
}


def asks(kind: str, whom: str) -> dict[str, object]:
    """What the form of such a check keeps."""
    from deskbell.monitoring.checks.kinds import KINDS

    forms = {
        "http": {"url": whom, "method": "GET"},
        "tcp": {"host": whom, "port": "5432"},
        "dns": {"name_asked": whom, "type": "A"},
        "smtp": {"host": whom, "security": "starttls"},
        "imap": {
            "sender": "check@demo.example", "recipient": "probe@demo.example", "smtp_host": whom,
            "smtp_security": "starttls", "imap_host": whom, "imap_security": "tls",
        },
        "steps": {"script": f"GET {whom}"},
    }  # fmt: skip
    return KINDS[kind].read(forms[kind])[0]
