"""Does anyone listen? Drawing is the dearest part of a change, and most pages are looked at by nobody.

Each hub notes, for a while, which topics it has listeners of. Who finds a topic here draws for it; for one
that isn't here a word that costs nothing is told instead, such as "read this page anew": whoever comes a
moment later hears it like any other event, so nothing depends on when a hub has noted what.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models.functions import Now

from deskbell.realtime.models import Audience

NOTED = "ticket:"  # the topics that are worth it begin so: one page each, dear to draw
RENEWED = timedelta(seconds=20)
LEASE = timedelta(seconds=60)  # a hub that died is believed until then: a drawing too many

# Of several hubs, the one that was last sets it. In the order of the topics, so that two never wait for
# each other in a ring.
NOTE = """
    INSERT INTO realtime_audience (topic, until)
    SELECT topic, clock_timestamp() + %(lease)s FROM unnest(%(topics)s::text[]) AS topic ORDER BY topic
    ON CONFLICT (topic) DO UPDATE SET until = excluded.until
"""


def heard_among(topics: Iterable[str]) -> set[str]:
    """Those of these topics that someone listens to, or did a minute ago."""
    found = Audience.objects.filter(topic__in=list(topics), until__gt=Now())
    return set(found.values_list("topic", flat=True))


def forget_the_gone() -> int:
    """Forget the topics to which nobody listens any more; returns how many."""
    return Audience.objects.filter(until__lt=Now()).delete()[0]
