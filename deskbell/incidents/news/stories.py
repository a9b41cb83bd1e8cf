"""A piece of news in words: what one reader is told, in their language, zone and district's wording."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from deskbell.incidents import affected
from deskbell.incidents.languages import PHASES, STATES
from deskbell.incidents.models import IncidentUpdate, MaintenanceNotice, Phase
from deskbell.incidents.news.words import NOTICES, say
from deskbell.incidents.status_page.private import address_of
from deskbell.look.dates import moment, stretch
from deskbell.people.models import District


@dataclass(frozen=True)
class Reader:
    """For whom it is written; who are alike read the same."""

    language: str
    zone: str
    district: District | None


@dataclass(frozen=True)
class Story:
    """What is told. `key` is the same for the same piece to anybody; `data` is for programs."""

    key: str
    kind: str  # as webhooks name it: "incident.update"
    label: str  # "Investigating"
    title: str
    text: str
    facts: Sequence[tuple[str, str]]  # "Next update by", "Mon, Nov 30, 12:00 pm Eastern"
    link: str
    at: datetime
    is_good: bool = False  # it is over
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        return f"{self.label}: {self.title}"


def of_update(update: IncidentUpdate, reader: Reader) -> Story:
    """An update, in the words for the reader's district if there are some; in Spanish if it was written."""
    incident, language = update.incident, reader.language
    own = [
        w.text for w in update.wordings.all() if reader.district and w.district == reader.district
    ]
    translated = update.text_es if language == "es" else ""
    text = own[0] if own else translated or update.text
    if not affected.concerns(
        incident, reader.district
    ):  # any more: the words are for others by now
        text = _of_others(update, language)
    components = _shown(update.components, reader)
    states = {each["state"] for each in components}
    facts = []
    if components and states != {"operational"}:
        named = (f"{c['name']}: {say(language, STATES[c['state']])}" for c in components)
        facts.append((say(language, "Affected"), "; ".join(named)))
    if update.next_update_at:
        due = moment(update.next_update_at, reader.zone, language)
        facts.append((say(language, "Next update by"), due))
    return Story(
        key=f"update-{update.pk}",
        kind="incident.update",
        label=say(language, PHASES[update.phase]),
        title=update.title,
        text=text,
        facts=facts,
        link=address_of(reader.district, incident, language),
        at=update.at,
        is_good=update.phase == Phase.RESOLVED,
        data={
            "incident": incident.pk,
            "severity": update.severity,
            "phase": update.phase,
            "started_at": incident.started_at.isoformat(),
            "next_update_at": update.next_update_at and update.next_update_at.isoformat(),
            "components": components,
        },
    )


def _of_others(update: IncidentUpdate, language: str) -> str:
    if update.phase == Phase.RESOLVED:
        return say(language, "It is over.")
    return say(language, "It goes on for some districts alone. You hear when it is over.")


def of_notice(notice: MaintenanceNotice, reader: Reader) -> Story:
    """A notice of maintenance, as it was told then."""
    told, language = notice.told, reader.language
    starts, ends = (datetime.fromisoformat(told[name]) for name in ("starts_at", "ends_at"))
    components = _shown(told["components"], reader)
    facts = [(say(language, "When"), stretch(starts, ends, reader.zone, language))]
    if components:
        names = ", ".join(each["name"] for each in components)
        facts.append((say(language, "Affected"), names))
    return Story(
        key=f"maintenance-{notice.pk}",
        kind=f"maintenance.{notice.kind}",
        label=say(language, NOTICES[notice.kind]),
        title=told["title"],
        text=told["text"],
        facts=facts,
        link=address_of(reader.district, language=language),
        at=notice.at,
        is_good=notice.kind in {MaintenanceNotice.Kind.ENDED, MaintenanceNotice.Kind.CANCELLED},
        data={
            "maintenance": notice.maintenance_id,
            "starts_at": told["starts_at"],
            "ends_at": told["ends_at"],
            "components": components,
        },
    )


def _shown(told: Sequence[Mapping[str, str]], reader: Reader) -> list[Mapping[str, str]]:
    """Of the components as they were told, those that the reader's page shows."""
    keys = [each["key"] for each in told]
    known = set(
        affected.shown_to(reader.district).filter(key__in=keys).values_list("key", flat=True)
    )
    return [each for each in told if each["key"] in known]
