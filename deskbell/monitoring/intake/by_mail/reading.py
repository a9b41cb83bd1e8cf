"""Reads a mail to an alerts address: its subject is the alert, a word in it says that it is over."""

from __future__ import annotations

import re

from deskbell.monitoring.intake.common import Arrived, json_object, text
from deskbell.monitoring.intake.normal import Reading, Reported, Unreadable

OVER = ("resolved", "recovery", "recovered", "ok", "up", "closed", "cleared", "back to normal")
BAD = ("firing", "problem", "alert", "alarm", "down", "critical", "warning", "error", "triggered")
_WORDS = re.compile(r"\b(" + "|".join((*OVER, *BAD)) + r")\b", re.IGNORECASE)
_OVER = re.compile(r"\b(" + "|".join(OVER) + r")\b", re.IGNORECASE)
_PREFIXES = re.compile(r"^((re|fwd?|aw|wg)\s*:\s*)+", re.IGNORECASE)


def read(arrived: Arrived) -> Reading:
    """One alert a mail. What its subject says beside the words of a state is the key."""
    document = json_object(arrived.content)
    subject = _PREFIXES.sub("", text(document.get("subject"), 500))
    if not subject:
        raise Unreadable("The mail has no subject, so nothing says which alert it is.")
    over = arrived.settings.get("resolved") or ""
    is_over = over.casefold() in subject.casefold() if over else bool(_OVER.search(subject))
    key = " ".join(re.sub(r"[^\w.]+", " ", _WORDS.sub(" ", subject)).casefold().split())
    return Reading(
        (
            Reported(
                key=key or subject.casefold(),
                title=subject,
                text=text(document.get("text")) or subject,
                severity="",
                labels={"sender": text(document.get("from"), 320)},
                started=arrived.at,
                ended=arrived.at if is_over else None,
                knows_start=False,
            ),
        )
    )
