"""The story of an alert: each body that spoke of it, the pages, who saw and answered, its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from deskbell.monitoring.models import Alert, Mention
from deskbell.oncall.calls.story import Moment, between, story_of
from deskbell.oncall.models import Call

MOST_MENTIONS, MOST_CALLS = 200, 5
_SAID = {
    "raised": "reported it",
    "renewed": "said it again",
    "ended": "says that it is over",
    "late": "sent a word that came too late",
    "noted": "sent a word that pages nobody",
}


def story_of_alert(alert: Alert) -> list[Moment]:
    """What is known of it, in order. Calls of the ticket that it shares tell of the others, too."""
    moments = [*_words(alert), *_calls(alert)]
    if not alert.mentions.filter(at=alert.received_at).exists():  # none, or trimmed with its body
        moments.append(Moment(alert.received_at, "received", f"{alert.source} reported it"))
        if alert.ended_at and not alert.mentions.filter(what="ended").exists():
            over = max(alert.ended_at, alert.received_at)
            moments.append(Moment(over, "closed", f"{alert.source} says that it is over"))
    ordered = sorted(moments, key=lambda moment: moment.at)
    before = ordered[:1] + ordered[:-1]
    return [
        replace(moment, after=between(moment.at - earlier.at))
        for moment, earlier in zip(ordered, before, strict=True)
    ]


def bodies_of(alert: Alert) -> list[Mention]:
    """The last bodies that spoke of it, the newest first."""
    mentions = alert.mentions.select_related("body").defer("body__content")
    return list(mentions.order_by("-id")[:MOST_MENTIONS])


def _words(alert: Alert) -> Iterator[Moment]:
    """Repeats are counted: of an alert that lasts for days there are hundreds."""
    mentions = list(alert.mentions.order_by("-id")[:MOST_MENTIONS])[::-1]
    repeats = [each for each in mentions if each.what == "renewed"]
    for each in mentions:
        if each.what != "renewed":
            kind = "closed" if each.what == "ended" else "received"
            yield Moment(each.at, kind, f"{alert.source} {_SAID.get(each.what, each.what)}")
    if repeats:
        times = "once" if len(repeats) == 1 else f"{len(repeats)} times"
        yield Moment(repeats[-1].at, "received", f"{alert.source} said it again, {times} so far")


def _calls(alert: Alert) -> Iterator[Moment]:
    if alert.ticket_id is None:
        return
    seen = set()
    calls = Call.objects.filter(ticket=alert.ticket_id).select_related("ticket", "answered_by")
    for call in calls.order_by("id")[:MOST_CALLS]:
        for moment in story_of(call):
            key = (moment.at, moment.text)
            if key not in seen and not moment.text.startswith(f"{alert.source} reported:"):
                seen.add(key)
                yield moment
