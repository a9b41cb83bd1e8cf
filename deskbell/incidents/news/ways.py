"""What is posted to a webhook, to Slack and to Teams, each in its own form."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deskbell.incidents.models import Delivery, Subscriber
from deskbell.incidents.news import links
from deskbell.incidents.news.mailing import reader_of, story_of
from deskbell.incidents.news.stories import Reader, Story
from deskbell.incidents.news.words import say
from deskbell.lib import posting
from deskbell.lib.sealing import unseal
from deskbell.lib.signing import signed
from deskbell.oncall.ways.slack.sending import blocks
from deskbell.oncall.ways.teams.sending import card
from deskbell.people.desk import the_desk

JSON = {"Content-Type": "application/json"}
ASKS = "subscription.confirm"
# By which an address says that it wants to hear no more.
GONE = {
    Subscriber.Way.WEBHOOK: frozenset({410}),
    Subscriber.Way.SLACK: frozenset({404, 410}),
    Subscriber.Way.TEAMS: frozenset({404, 410}),
}


@dataclass(frozen=True)
class Post:
    """A body and where it goes; the address is a secret."""

    url: str = field(repr=False)
    content: bytes
    headers: Mapping[str, str] = field(repr=False)
    gone: frozenset[int]

    def send(self) -> None:
        """Post it, never inside: a stranger wrote the address. Raises what `lib.posting` does."""
        posting.post(self.url, self.content, self.headers, gone=self.gone, outside_only=True)


def post_of(delivery: Delivery) -> Post:
    """What this delivery posts. One without news asks whoever reads there to confirm the subscription.
    Raises Refused if its secrets can't be read any more."""
    subscriber = delivery.subscriber
    reader = reader_of(subscriber)
    is_news = not is_question(delivery)
    story = story_of(delivery, reader) if is_news else _question(delivery, reader)
    words = say(reader.language, "Open the status page" if is_news else "Confirm")
    way = Subscriber.Way(subscriber.way)
    headers: Mapping[str, str] = JSON
    if way == Subscriber.Way.SLACK:
        content = posting.as_json(blocks(story.subject, _text(story), story.link, words))
    elif way == Subscriber.Way.TEAMS:
        color = "good" if story.is_good else "default"
        content = posting.as_json(card(story.subject, _text(story), story.link, words, color=color))
    else:
        content = posting.as_json(payload(story))
        headers = signed(unseal(subscriber.secret), identity(story, subscriber), content)
    return Post(unseal(subscriber.sealed), content, headers, GONE[way])


def is_question(delivery: Delivery) -> bool:
    """Does it only ask whether news are wanted there?"""
    return delivery.update_id is None and delivery.notice_id is None


def payload(story: Story) -> dict[str, Any]:
    """`type`, `timestamp` and `data`, as Standard Webhooks recommends; the timestamp is that of the news."""
    return {
        "type": story.kind,
        "timestamp": story.at.isoformat(),
        "data": {
            "title": story.title,
            "status": story.label,
            "text": story.text,
            "url": story.link,
            **story.data,
        },
    }


def identity(story: Story, subscriber: Subscriber) -> str:
    """The same each time the same news is posted to the same subscriber."""
    said = f"{subscriber.pk}:{story.key}"
    return "msg_" + hashlib.sha256(said.encode()).hexdigest()[:32]


def _text(story: Story) -> str:
    return "\n".join([story.text, *(f"{name}: {value}" for name, value in story.facts)])


def _question(delivery: Delivery, reader: Reader) -> Story:
    """Who can read what arrives there follows the link, and so proves that it may be posted to."""
    here, desk = reader.language, the_desk().name
    return Story(
        key=f"confirm-{delivery.pk}",
        kind=ASKS,
        label=say(here, "Confirm"),
        title=say(here, "News of the status of {desk} will come here", desk=desk),
        text=say(
            here,
            "Whoever set this up opens the link within three days. Otherwise nothing more comes.",
        ),
        facts=(),
        link=links.to_confirm_post(delivery.subscriber),
        at=delivery.made_at,
    )
