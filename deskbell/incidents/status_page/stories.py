"""Incidents and maintenance as the page tells them, in the words of their reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet

from deskbell.incidents.models import Incident, IncidentUpdate, Phase, Postmortem
from deskbell.incidents.status_page.audience import Audience
from deskbell.incidents.uptime import HURT
from deskbell.lib import clock
from deskbell.monitoring.models import Maintenance


@dataclass(frozen=True)
class Told:
    """An update in the words of its reader; `language` is what it is written in."""

    update: IncidentUpdate
    text: str
    language: str
    components: Sequence[dict[str, str]]  # as they stood then, those of others left out


@dataclass(frozen=True)
class Story:
    """An incident as the newest of its updates told it, with all that was told, the newest first. What others
    were told, and components of others, are not in it; what is edited shows with the next update."""

    incident: Incident
    updates: Sequence[Told]
    postmortem: Postmortem | None
    path: str

    @property
    def title(self) -> str:
        return self._newest.title

    @property
    def severity(self) -> str:
        return self._newest.severity

    @property
    def phase(self) -> str:
        return Phase.RESOLVED if self.resolved_at else self._newest.phase

    @property
    def resolved_at(self) -> datetime | None:
        """Its end. Told to be over, it is until more is told, though the team has reopened it."""
        if self._newest.phase == Phase.RESOLVED:
            return self._newest.at
        return self.incident.resolved_at

    @property
    def concerned(self) -> Sequence[dict[str, str]]:
        return self.updates[0].components

    @property
    def lasted(self) -> timedelta:
        return (self.resolved_at or clock.now()) - self.incident.started_at

    @property
    def hurt(self) -> list[dict[str, str]]:
        return [each for each in self.concerned if each["state"] in HURT]

    @property
    def first_told_at(self) -> datetime:
        return self.updates[-1].update.at

    @property
    def _newest(self) -> IncidentUpdate:
        return self.updates[0].update

    @property
    def at(self) -> datetime:
        return self.incident.started_at


@dataclass(frozen=True)
class Window:
    """A maintenance with its components, those of others left out."""

    window: Maintenance
    components: Sequence[str]
    path: str

    @property
    def title(self) -> str:
        return self.window.title

    @property
    def at(self) -> datetime:
        return self.window.starts_at

    @property
    def ends_at(self) -> datetime:
        return self.window.ended_at or self.window.ends_at

    @property
    def standing(self) -> str:
        """A key of `words.WINDOWS`."""
        if self.window.cancelled_at:
            return "cancelled"
        if self.window.is_over:
            return "over"
        return "active" if self.window.is_open else "planned"


def stories(audience: Audience, language: str, rows: QuerySet[Incident]) -> list[Story]:
    """These incidents as the audience may read them; in four queries however many there are."""
    told = IncidentUpdate.objects.filter(audience.updates())
    updates = told.prefetch_related("wordings").order_by("-at", "-id")
    rows = rows.select_related("postmortem").prefetch_related(Prefetch("updates", updates))
    return [_story(audience, language, incident) for incident in rows]


def open_stories(audience: Audience, language: str) -> list[Story]:
    """What goes on, the newest first."""
    rows = Incident.objects.open().filter(audience.incidents()).order_by("-started_at", "-number")
    return [story for story in stories(audience, language, rows) if story.resolved_at is None]


def ended_since(audience: Audience, language: str, since: datetime) -> list[Story]:
    """What is over, as far as they were told."""
    rows = Incident.objects.filter(audience.incidents())
    found = stories(
        audience, language, rows.filter(Q(resolved_at=None) | Q(resolved_at__gte=since))
    )
    return [story for story in found if story.resolved_at and story.resolved_at >= since]


def between(audience: Audience, language: str, start: datetime, end: datetime) -> list[Story]:
    """What began in this time, the newest first."""
    rows = Incident.objects.filter(audience.incidents(), started_at__gte=start, started_at__lt=end)
    return stories(audience, language, rows.order_by("-started_at", "-number"))


def windows(audience: Audience, language: str, rows: Q, *order: str) -> list[Window]:
    """Maintenance of what concerns the audience."""
    found = Maintenance.objects.filter(rows, audience.windows()).order_by(*order, "pk")
    return [
        Window(
            window,
            [each.name for each in window.components.all() if each.pk in audience.keys],
            f"{audience.home(language)}/maintenance/{window.pk}",
        )
        for window in found.prefetch_related("components")
    ]


def current_windows(audience: Audience, language: str) -> tuple[list[Window], list[Window]]:
    """What is in progress, and what is planned, the next first."""
    now = clock.now()
    ahead = Q(ends_at__gt=now, ended_at=None, cancelled_at=None)
    found = windows(audience, language, ahead, "starts_at")
    active = [each for each in found if each.window.is_open]
    return active, [each for each in found if not each.window.is_open]


def past_windows(audience: Audience, language: str, start: datetime, end: datetime) -> list[Window]:
    """Those that began in this time and took place."""
    rows = Q(starts_at__gte=start, starts_at__lt=min(end, clock.now()), cancelled_at=None)
    return windows(audience, language, rows, "-starts_at")


def _story(audience: Audience, language: str, incident: Incident) -> Story:
    postmortem = getattr(incident, "postmortem", None)
    return Story(
        incident=incident,
        updates=[_told(audience, language, update) for update in incident.updates.all()],
        postmortem=postmortem if postmortem and postmortem.published_at else None,
        path=f"{audience.home(language)}/incidents/{incident.pk}",
    )


def _told(audience: Audience, language: str, update: IncidentUpdate) -> Told:
    """In the district's own words if there are some, else in the reader's language if it was written."""
    district = audience.district.pk if audience.district else None
    own = [each.text for each in update.wordings.all() if each.district_id == district]
    components = [each for each in update.components if each["key"] in audience.slugs]
    if own:
        return Told(update, own[0], "", components)
    if language == "es" and update.text_es:
        return Told(update, update.text_es, "es", components)
    return Told(update, update.text, "en", components)
