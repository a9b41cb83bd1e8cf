"""An invitation in one line, for mails that say nothing else. The calendar itself is kept as a file."""

from __future__ import annotations

import re

LONGEST = 200_000  # characters of a calendar that are looked at
FOLD = re.compile(r"\r?\n[ \t]")
PROPERTY = re.compile(
    r"^(METHOD|SUMMARY|DTSTART|LOCATION|DESCRIPTION)((?:;[^:\n]{1,200})?):(.*)$", re.M
)
INSTANT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?")
ZONE = re.compile(r"TZID=\"?([^\";]{1,60})")
SAID = {"REQUEST": "Invitation", "CANCEL": "Canceled", "REPLY": "Answer to an invitation"}


def summary_of(calendar: str) -> str:
    """“Invitation: Team meeting, 2026-11-23 09:00 (America/New_York), Room 12”, with its description."""
    text = FOLD.sub("", calendar[:LONGEST])
    event = text.find("BEGIN:VEVENT")
    found: dict[str, tuple[str, str]] = {}
    for name, extra, value in PROPERTY.findall(text[:event]) if event > 0 else ():
        found.setdefault(name, (extra, value))
    for name, extra, value in PROPERTY.findall(text[max(event, 0) :]):
        if name != "METHOD":
            found[name] = (
                found.get(name, (extra, value)) if name in found and event < 0 else (extra, value)
            )
    kind = SAID.get(found.get("METHOD", ("", ""))[1].strip().upper(), "Event")
    where = [_plain(found[name][1]) for name in ("SUMMARY", "LOCATION") if name in found]
    parts = [*where[:1], _when(*found["DTSTART"]) if "DTSTART" in found else "", *where[1:]]
    line = f"{kind}: " + ", ".join(part for part in parts if part)
    described = _plain(found["DESCRIPTION"][1]) if "DESCRIPTION" in found else ""
    return f"{line}\n\n{described}".strip()


def _when(extra: str, value: str) -> str:
    match = INSTANT.match(value.strip())
    if match is None:
        return ""
    day = "-".join(match.group(1, 2, 3))
    if match[4] is None:
        return day
    zone = "UTC" if match[6] else (found[1] if (found := ZONE.search(extra)) else "")
    return f"{day} {match[4]}:{match[5]}" + (f" ({zone})" if zone else "")


def _plain(value: str) -> str:
    text = value.strip().replace("\\n", "\n").replace("\\N", "\n")
    return re.sub(r"\\(.)", r"\1", text).strip()
