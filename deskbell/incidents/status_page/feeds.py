"""For programs that read news: RSS, Atom, and the calendar of maintenance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from icalendar import Calendar, Event
from markupsafe import Markup

from deskbell.incidents import languages
from deskbell.incidents.models import Incident
from deskbell.incidents.status_page import stories, words
from deskbell.incidents.status_page.audience import Audience
from deskbell.incidents.status_page.stories import Story, Window
from deskbell.lib.text import plain
from deskbell.look import dates
from deskbell.look.words import to_html
from deskbell.monitoring.models import Maintenance

MOST = 30  # entries
BACK = timedelta(days=90)
KINDS: dict[str, type[SyndicationFeed]] = {"feed.atom": Atom1Feed, "feed.rss": Rss201rev2Feed}


def feed(name: str, audience: Audience, language: str, now: datetime) -> bytes:
    """The newest incidents and maintenance windows, each with all that was told. `name` is of KINDS."""
    t = words.speaker(language)
    rows = Incident.objects.filter(audience.incidents()).order_by("-updated_at")[:MOST]
    told: list[Story | Window] = [*stories.stories(audience, language, rows)]
    told += stories.windows(audience, language, Q(ends_at__gte=now - BACK), "-made_at")[:MOST]
    entries = sorted(told, key=_changed, reverse=True)[:MOST]
    home = settings.DESK_URL + audience.home(language)
    made = KINDS[name](
        title=plain(t("{desk} status", desk=audience.name)),
        link=home,
        description=plain(t("{desk} status", desk=audience.name)),
        language=language,
        feed_url=f"{home}/{name}",
        feed_guid=_tag(f"status/{language}"),
    )
    for entry in entries:
        made.add_item(
            title=plain(entry.title),
            link=settings.DESK_URL + entry.path,
            description=plain(_content(entry, audience, language)),
            unique_id=_tag(entry.path.removeprefix(f"{audience.home(language)}/")),
            unique_id_is_permalink=False,
            pubdate=_first_told(entry),
            updateddate=_changed(entry),
        )
    return str(made.writeString("utf-8")).encode()


def calendar(audience: Audience, language: str, now: datetime) -> bytes:
    """Maintenance windows for calendar programs; a cancelled one is said to be."""
    t = words.speaker(language)
    made = Calendar()
    made.add("prodid", "-//Deskbell//Maintenance//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", f"{t('Maintenance')}, {audience.name}")
    made.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for entry in stories.windows(audience, language, Q(ends_at__gte=now - BACK), "starts_at"):
        window, event = entry.window, Event()
        event.add("uid", f"maintenance-{window.pk}@{_host()}")
        event.add("dtstamp", window.made_at)
        event.add("dtstart", window.starts_at)
        event.add("dtend", entry.ends_at)
        event.add("summary", plain(window.title))
        named = f"{t('Affects')}: {', '.join(entry.components)}"
        event.add("description", plain(f"{window.text}\n\n{named}").strip())
        event.add("url", settings.DESK_URL + entry.path)
        event.add("status", "CANCELLED" if window.cancelled_at else "CONFIRMED")
        event.add("transp", "TRANSPARENT")
        made.add_component(event)
    return bytes(made.to_ical())


def _content(entry: Story | Window, audience: Audience, language: str) -> str:
    """HTML, in which every word of a person is escaped."""
    t = words.speaker(language)
    moment: Callable[[datetime], str] = lambda at: dates.moment(at, audience.zone, language)  # noqa: E731
    if isinstance(entry, Story):
        parts = [
            _paragraph(t(languages.PHASES[told.update.phase]), moment(told.update.at), told.text)
            for told in entry.updates
        ]
        return "".join(parts)
    span = f"{moment(entry.window.starts_at)} {t('to')} {moment(entry.ends_at)}"
    return _paragraph(t(words.WINDOWS[entry.standing]), span, entry.window.text)


def _paragraph(name: str, when: str, text: str) -> str:
    body = to_html(text).replace("\n", Markup("<br>"))
    return str(Markup("<p><strong>{}</strong> {}<br>{}</p>").format(name, when, body))


def _first_told(entry: Story | Window) -> datetime:
    if isinstance(entry, Window):
        return entry.window.made_at
    return entry.first_told_at


def _changed(entry: Story | Window) -> datetime:
    """When its readers were told something last."""
    if isinstance(entry, Story):
        published = [entry.postmortem.published_at] if entry.postmortem else []
        return max([told.update.at for told in entry.updates] + [at for at in published if at])
    window: Maintenance = entry.window
    instants: Sequence[datetime | None] = (
        window.made_at,
        window.opened_at,
        window.closed_at,
        window.cancelled_at,
        window.ended_at,
    )
    return max(at for at in instants if at)


def _tag(name: str) -> str:
    """An id that stays when titles and addresses of pages change."""
    return f"tag:{_host()},2026:{name}"


def _host() -> str:
    return urlsplit(settings.DESK_URL).hostname or "deskbell"
