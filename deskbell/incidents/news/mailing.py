"""News by mail: written once for all who read the same, with each reader's own links put in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape

from deskbell.incidents.models import Delivery, Subscriber
from deskbell.incidents.news import links
from deskbell.incidents.news.stories import Reader, Story, of_notice, of_update
from deskbell.incidents.news.words import say
from deskbell.mail.branding import brand_for
from deskbell.mail.letters import Letter, from_files
from deskbell.mail.models import OutboundMail
from deskbell.mail.subscribing import Subscription, send_news
from deskbell.people.desk import the_desk

KIND = "status"
PLACE = "https://manage.invalid/"  # where the reader's own link comes


@dataclass(frozen=True)
class Written:
    """A piece of news as all of a kind read it."""

    subject: str
    letter: Letter


def reader_of(subscriber: Subscriber) -> Reader:
    """In their own zone, else that of their district, else the desk's."""
    district = subscriber.district
    zone = subscriber.zone or (district.zone if district else the_desk().zone)
    return Reader(subscriber.language, zone, district)


def story_of(delivery: Delivery, reader: Reader) -> Story:
    """What this delivery tells this reader."""
    if delivery.update:
        return of_update(delivery.update, reader)
    assert delivery.notice
    return of_notice(delivery.notice, reader)


class Writer:
    """Writes the mails of a batch; what was written for one is there for all alike."""

    def __init__(self) -> None:
        self._known: dict[tuple[int | None, int | None, Reader], Written] = {}

    def send(self, delivery: Delivery) -> OutboundMail | None:
        """Queue the mail, in the transaction that notes it as sent. None for who can't be reached."""
        subscriber = delivery.subscriber
        assert subscriber.person
        reader = reader_of(subscriber)
        key = (delivery.update_id, delivery.notice_id, reader)
        if key not in self._known:
            self._known[key] = written(story_of(delivery, reader), reader)
        text = self._known[key]
        manage = links.to_manage(subscriber)
        letter = replace(
            text.letter,
            text=text.letter.text.replace(PLACE, manage),
            html=text.letter.html.replace(PLACE, escape(manage)),
        )
        what = say(reader.language, "the status of {desk}", desk=the_desk().name)
        subscription = Subscription(KIND, str(subscriber.pk), what, reader.language)
        return send_news(subscriber.person, subscription, subject=text.subject, letter=letter)


def written(story: Story, reader: Reader) -> Written:
    """The mail of a story, with `PLACE` where each reader's own link stands."""
    words = {
        "story": story,
        "lang": reader.language,
        "say": lambda english, **values: say(reader.language, english, **values),
        "desk": the_desk().name,
        "manage": PLACE,
    }
    letter = from_files("incidents/news/letter", words, brand=brand_for(reader.district))
    return Written(story.subject, letter)
