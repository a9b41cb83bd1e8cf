"""How chats are handed out: what a manager sets, within bounds that keep the five minutes in reach."""

from __future__ import annotations

from datetime import timedelta

from deskbell.chat.models import QueueRules
from deskbell.lib.errors import Refused
from deskbell.lib.remembering import remembered
from deskbell.realtime.wake import wake

MOST = 20
SECONDS = {
    "passed_on_after": (10, 300),
    "team_rings_after": (15, 1800),
    "lead_rings_after": (30, 3600),
}


@remembered
def the_rules() -> QueueRules:
    """The rules that hold; a desk that has set none hands out as the fields' defaults say."""
    return QueueRules.objects.first() or QueueRules()


def set_rules(*, automatic: bool, most_at_once: int | None, **seconds: int | None) -> QueueRules:
    """Set them; `seconds` as named in `SECONDS`. Chats that wait already keep the ring they were promised.
    Raises Refused."""
    if most_at_once is None or not 1 <= most_at_once <= MOST:
        raise Refused(f"Give an agent from 1 to {MOST} chats at once.")
    spans = {}
    for name, (least, most) in SECONDS.items():
        value = seconds.get(name)
        if value is None or not least <= value <= most:
            raise Refused(f"Write each time in whole seconds, this one from {least} to {most:,}.")
        spans[name] = timedelta(seconds=value)
    if spans["lead_rings_after"] <= spans["team_rings_after"]:
        raise Refused("The lead is rung after the team: give the lead a longer time.")
    rules = QueueRules(pk=1, automatic=automatic, most_at_once=most_at_once, **spans)
    rules.save()
    wake("chats")
    return rules
