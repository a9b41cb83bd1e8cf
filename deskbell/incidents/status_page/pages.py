"""Which pages there are, what each depends on, and how it is drawn: the most asked for first.

A page whose `key` is as it was when it was drawn last is not drawn again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

from django.db.models import Q, QuerySet

from deskbell.incidents import uptime
from deskbell.incidents.languages import LANGUAGES
from deskbell.incidents.models import Incident
from deskbell.incidents.status_page import api, assets, badge, board, feeds, rendering, stories
from deskbell.incidents.status_page.audience import Audience
from deskbell.lib.ids import digest
from deskbell.monitoring.models import Maintenance

RECENT = timedelta(days=14)
LEARNED = (
    ("What happened", "what_happened"),
    ("Impact", "impact"),
    ("Causes", "causes"),
    ("What we do about it", "actions"),
)
STARTED = 2  # in what `_signs` returns
CHANGES = ("last_sequence", "phase", "postmortem__published_at", "postmortem__changed_at")
Draw = Callable[[], bytes]


@dataclass(frozen=True)
class Page:
    """A file. `audience` and `language` are None for what is no page of words."""

    path: str  # below the folder
    key: object
    draw: Draw
    audience: Audience | None = None
    language: str = "en"


@dataclass(frozen=True)
class Moment:
    """What all pages of one round are drawn from. `signature` differs when anything does."""

    now: datetime
    signature: object
    spans: Mapping[int, list[uptime.Span]]


def front_pages(moment: Moment, audience: Audience) -> Iterator[Page]:
    """What readers ask for first."""
    # A district's logo lies with its private pages: the shared assets are copied to the outside.
    own = assets.brand_files(audience.brand).items()
    brand = {file_of(audience, "en", path): content for path, content in own}
    for path, content in {**assets.all_files(), **brand}.items():
        yield Page(path, path, partial(bytes, content))
    going_on = stories.open_stories(audience, "en")
    told = board.told_states(going_on)
    shown = board.board(audience, moment.spans, told, moment.now)
    shown = board.with_open(shown, going_on)
    for language in LANGUAGES:
        make = partial(_front, moment, audience, shown, language)
        yield _page(audience, language, "index", moment.signature, make)
    for language in LANGUAGES:
        make = partial(_uptime, moment, audience, shown, language)
        yield _page(audience, language, "uptime", moment.signature, make)
    if not audience.is_private:
        yield from _data(moment, audience, shown)


def other_pages(moment: Moment, audience: Audience) -> Iterator[Page]:
    """One for each incident and maintenance, and the history by month."""
    told = Incident.objects.filter(audience.incidents()).order_by("-started_at", "-number")
    seen = _signs(told)
    windows = _window_signs(audience, moment.now)
    named = tuple(sorted((each.key, each.name) for each in audience.components))
    looks = (audience.name, audience.zone, audience.brand, named)
    for language in LANGUAGES:
        for pk, sign in seen.items():
            make = partial(_incident, moment, audience, language, pk)
            yield _page(audience, language, f"incidents/{pk}", (sign, looks), make)
        yield from _maintenance_pages(moment, audience, language, windows, looks)
    yield from _months(moment, audience, seen, windows, looks)
    for language in LANGUAGES:
        make = partial(_missing, moment, audience, language)
        yield _page(audience, language, "404", looks, make)


def _data(moment: Moment, audience: Audience, shown: board.Board) -> Iterator[Page]:
    """What programs read. The JSON says when it was made, so it is made when anything else is."""
    for path, content in api.documents(audience, shown, moment.now).items():
        yield Page(path, moment.signature, partial(bytes, content))
    for language in LANGUAGES:
        for name in feeds.KINDS:
            make = partial(feeds.feed, name, audience, language, moment.now)
            yield Page(file_of(audience, language, name), moment.signature, make)
        for name, draw in (
            ("badge.svg", partial(badge.badge, shown, language)),
            ("maintenance.ics", partial(feeds.calendar, audience, language, moment.now)),
        ):
            yield Page(file_of(audience, language, name), moment.signature, draw)


def _page(audience: Audience, language: str, path: str, key: object, draw: Draw) -> Page:
    return Page(file_of(audience, language, path), key, draw, audience, language)


def file_of(audience: Audience, language: str, path: str) -> str:
    """Where a page lies: a private one under the digest of its token, which the folder doesn't tell."""
    folder = f"private/{digest(audience.token)}/" if audience.is_private else ""
    named = path if "." in path else f"{path}.html"
    return f"{folder}{'' if language == 'en' else f'{language}/'}{named}"


def _signs(told: QuerySet[Incident]) -> dict[int, Any]:
    """What each incident's pages depend on."""
    rows = told.values_list("pk", "title", "started_at", *CHANGES)
    return {row[0]: row for row in rows}


def _front(moment: Moment, audience: Audience, shown: board.Board, language: str) -> bytes:
    since = moment.now - RECENT
    recent: list[Any] = [*stories.ended_since(audience, language, since)]
    recent += [
        each
        for each in stories.past_windows(audience, language, since, moment.now)
        if each.standing == "over"
    ]
    active, planned = stories.current_windows(audience, language)
    return rendering.draw(
        "front.html",
        audience,
        language,
        "",
        moment.now,
        board=shown,
        going_on=stories.open_stories(audience, language),
        active=active,
        planned=planned,
        recent=sorted(recent, key=lambda each: each.at, reverse=True),
        has_contract=audience.contract(audience.today(moment.now)) is not None,
    )


def _uptime(moment: Moment, audience: Audience, shown: board.Board, language: str) -> bytes:
    counts = audience.maintenance_counts(audience.today(moment.now))
    more = {"board": shown, "maintenance_counts": counts}
    return rendering.draw("uptime.html", audience, language, "/uptime", moment.now, **more)


def _incident(moment: Moment, audience: Audience, language: str, pk: int) -> bytes:
    (story,) = stories.stories(audience, language, Incident.objects.filter(pk=pk))
    learned = [(name, getattr(story.postmortem, field, "")) for name, field in LEARNED]
    path = f"/incidents/{pk}"
    more = {"story": story, "learned": learned}
    return rendering.draw("incident.html", audience, language, path, moment.now, **more)


def _window_signs(audience: Audience, now: datetime) -> dict[Maintenance, object]:
    """What the pages of each window depend on. Read once for all months and languages."""
    found: dict[Maintenance, object] = {}
    for window in Maintenance.objects.filter(audience.windows()).prefetch_related("components"):
        edges = (window.starts_at, window.ends_at, window.cancelled_at, window.ended_at)
        passed = (window.starts_at <= now, window.ends_at <= now)
        concerned = sorted(each.pk for each in window.components.all() if each.pk in audience.keys)
        found[window] = (window.pk, window.title, window.text, edges, passed, tuple(concerned))
    return found


def _maintenance_pages(
    moment: Moment,
    audience: Audience,
    language: str,
    windows: Mapping[Maintenance, object],
    looks: object,
) -> Iterator[Page]:
    for window, sign in windows.items():
        make = partial(_maintenance, moment, audience, language, window.pk)
        yield _page(audience, language, f"maintenance/{window.pk}", (sign, looks), make)


def _maintenance(moment: Moment, audience: Audience, language: str, pk: int) -> bytes:
    (entry,) = stories.windows(audience, language, Q(pk=pk))
    path = f"/maintenance/{pk}"
    return rendering.draw("maintenance.html", audience, language, path, moment.now, entry=entry)


def _months(
    moment: Moment,
    audience: Audience,
    seen: Mapping[int, Any],
    windows: Mapping[Maintenance, object],
    looks: object,
) -> Iterator[Page]:
    """The history; `/history` alone is the newest month, which is always there."""
    month_of: Callable[[datetime], date] = lambda at: audience.today(at).replace(day=1)  # noqa: E731
    signs: dict[date, list[object]] = {month_of(moment.now): []}
    for sign in seen.values():
        signs.setdefault(month_of(sign[STARTED]), []).append(sign)
    for window, sign in windows.items():
        if window.cancelled_at is None and window.starts_at <= moment.now:
            signs.setdefault(month_of(window.starts_at), []).append(sign)
    months = sorted(signs, reverse=True)
    neighbors = list(pairwise([None, *months, None]))
    for number, month in enumerate(months):
        newer, older = neighbors[number][0], neighbors[number + 1][1]
        key = (signs[month], newer, older, looks)
        for language in LANGUAGES:
            make = partial(_month, moment, audience, language, month, newer, older)
            names = [f"history/{month:%Y-%m}", *(["history"] if number == 0 else [])]
            for name in names:
                yield _page(audience, language, name, key, make)


def _month(
    moment: Moment,
    audience: Audience,
    language: str,
    month: date,
    newer: date | None,
    older: date | None,
) -> bytes:
    start, end = uptime.month_edges(audience.zone, month, 1)
    entries: list[Any] = [
        *stories.between(audience, language, start, end),
        *stories.past_windows(audience, language, start, end),
    ]
    entries.sort(key=lambda each: each.at, reverse=True)
    path = f"/history/{month:%Y-%m}"
    more = {"month": month, "entries": entries, "newer": newer, "older": older}
    return rendering.draw("history.html", audience, language, path, moment.now, **more)


def _missing(moment: Moment, audience: Audience, language: str) -> bytes:
    title = "Nothing at this address"
    return rendering.draw("missing.html", audience, language, "-", moment.now, title=title)
